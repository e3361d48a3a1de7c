/* The rules of hufu for the portal: verbs over the store, the signer and the papers. Knows no HTTP; usable from many threads. */
#ifndef HUFU_SERVICE_SERVICE_H
#define HUFU_SERVICE_SERVICE_H

#include "call.h"
#include "pool.h"
#include "secret.h"
#include "session.h"

struct service;

/* The signer as the service sees it: questions that are asked together, each with its answer (call_ask_many). Tests put a fake here. */
struct signer_door {
	void (*ask)(void *ctx, struct call_item *items, size_t n, int timeout_ms);
	void *ctx;
	void (*end)(void *ctx); /* the service stops: who waits for an answer fails now. NULL: nobody waits long */
};

/* Everything is copied; texts and certificates need not outlive service_new. */
struct service_settings {
	const char *store;                   /* path of the database */
	int papers;                          /* directory descriptor for encrypted papers; taken over */
	int crl;                             /* directory descriptor of where the signer keeps newest.crl; taken over */
	struct bytes storage_key;            /* 32 bytes: wraps the papers' keys, seals resident IDs; never in a backup of the database */
	struct bytes root, issuing, journal; /* certificates, DER, pinned */
	const char *const *origins;          /* NULL-terminated; the first is the service's own address in mails */
	int32_t session_idle, session_absolute; /* seconds; 0: 1800 and 28800 */
	int32_t code_hours;                     /* life of a resume code; 0: 720 */
	int64_t paper_max;                      /* bytes of one paper; 0: 10 MiB */
	int32_t papers_max;                     /* papers of one application; 0: 10 */
	int64_t disk_reserve;                   /* bytes that uploads leave free */
	int32_t uploads_per_hour;               /* new papers for each address; 0: 60 */
	int32_t drafts_per_hour;                /* new drafts for each address; 0: 20 */
	int32_t sessions_per_hour;              /* new sessions for each address; 0: 3000 */
	int32_t logins_per_hour;                /* logins begun for each address; 0: 600 */
	bool evaluation;                        /* the CA was made for evaluation: the profile of 20 days may be ordered */
};

/* Opens and migrates the store. */
int service_new(struct service **s, const struct service_settings *settings, struct signer_door signer, struct err *err) MUST_CHECK;
/* Starts the feed's follower (with a door of its own, as it waits long) and the rounds: the audit head to the signer every
 * 5 minutes, expired uploads, sessions and counters away every hour. */
int service_start(struct service *s, struct signer_door feed, struct err *err) MUST_CHECK;
void service_free(struct service **s); /* stops what was started */

/* Who asks: made from a session, or a visitor. The words are lent. */
struct actor {
	const struct session *session; /* NULL: nobody */
	const char *address;           /* of the peer, for the audit and the rates */
};

bool service_evaluation(const struct service *s);

/* Since the start, for the metrics: changes of the store, and the commits (one for each group) that made them durable. */
struct service_counts {
	int64_t changes, commits;
};
struct service_counts service_counts_get(const struct service *s);

#endif
