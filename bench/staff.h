/* Members of the staff with their virtual keys: choose a PIN, log in, sign drafts, order a policy. */
#ifndef HUFU_BENCH_STAFF_H
#define HUFU_BENCH_STAFF_H

#include "crew.h"
#include "world.h"

/* Plugged in already, with its initial PIN, which is changed to `chosen`. */
int staff_add(struct world *w, const char *name, const char *serial, const char *initial, const char *chosen, struct err *err) MUST_CHECK;
void staff_free(struct world *w);
struct staff *staff_find(struct world *w, const char *name, struct err *err);

/* The key opened with its PIN: it signs for any thread, one after the other. */
struct staff_key;
int staff_key_open(struct staff_key **key, struct world *w, struct staff *staff, struct err *err) MUST_CHECK;
void staff_key_close(struct staff_key **key);
struct pen staff_pen(struct staff_key *key);

int staff_login(struct world *w, struct staff *staff, struct err *err) MUST_CHECK;

/* For a crew: ctx of both. */
struct staff_round {
	struct world *world;
	struct staff *staff;
	struct pen pen; /* staff_draft only */
	bool approve;   /* else accept */
};
crew_fn staff_draft; /* opens the page with the draft and signs it; nothing is posted */
crew_fn staff_deed;  /* posts what was signed, and wants the page with the receipt */
crew_fn staff_post;  /* posts it and takes any fine answer; begins again with the first applicant when all had their turn */

/* Two texts and their signatures for `hufu order`: FILE.1, FILE.1.sig, FILE.2, FILE.2.sig. */
int staff_policy(struct world *w, const char *const names[2], int64_t quota, const char *file, struct err *err) MUST_CHECK;

#endif
