/* What the service holds. Seen within this folder only. */
#ifndef HUFU_SERVICE_SERVICE_STATE_H
#define HUFU_SERVICE_SERVICE_STATE_H

#include "cert.h"
#include "newest_crl.h"
#include "query.h"
#include "service.h"
#include "store.h"

#include <pthread.h>

struct deed_under_way; /* deed_do.c */

struct service {
	struct service_settings settings; /* with the usual values in place of zeros; texts are the service's own */
	struct store *store;
	struct signer_door signer, feed;
	struct secret wrap_key;    /* wraps the papers' keys */
	struct secret handler_key; /* seals resident IDs */
	struct secret code_key;    /* for the hashes of resume codes */
	struct secret mail_key;    /* seals what mails will say */
	struct cert *root, *issuing, *journal;
	uint8_t ca[SM2_KEY_ID_SIZE];
	struct newest_crl crl;

	pthread_t follower, rounds;
	bool following, going_round; /* the threads were started */
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stopping;
	struct deed_under_way *under_way; /* what this service asked the signer and has not kept yet; under the lock */
};

/* One question (call_ask). */
int signer_ask(struct signer_door door, uint16_t type, struct bytes body, struct buf *answer, int timeout_ms, struct err *err) MUST_CHECK;

/* Waits for ms, or until the service stops: then true. */
bool service_pause(struct service *s, int64_t ms);

#endif
