/* An enterprise with a key in a file: applies, collects, logs in, revokes. Functions of a crew: ctx is the world, item the applicant. */
#ifndef HUFU_BENCH_APPLICANT_H
#define HUFU_BENCH_APPLICANT_H

#include "crew.h"
#include "world.h"

#define PAPER_SIZE (64 << 10) /* bytes of the paper that each application has */

int applicants_make(struct world *w, size_t n, struct err *err) MUST_CHECK;
void applicants_free(struct world *w);

crew_fn applicant_apply;   /* from the empty form to the submitted application, by the pages a person sees */
crew_fn applicant_collect; /* takes the certificates from the page */
crew_fn applicant_visit;   /* login page and challenge; signs */
crew_fn applicant_login;   /* posts what was signed */
/* The holder of a session revokes its certificates. */
int applicant_revoke(struct world *w, size_t item, struct err *err) MUST_CHECK;

#endif
