/* Signed OCSP answers about one certificate each, kept until they are half used up and newer ones can be made, their certificate's status
 * changes, or another takes their place. */
#ifndef HUFU_RESPONDER_ANSWER_CACHE_H
#define HUFU_RESPONDER_ANSWER_CACHE_H

#include "status_index.h"

#include <stdatomic.h>

#define ANSWER_ID_MAX 160 /* bytes of a CertID; longer ones are not kept */

/* Held by the cache and by replies under way. */
struct answer {
	_Atomic unsigned holders;
	struct bytes der; /* owned */
	struct bytes id;  /* owned; the CertID as it was asked */
	struct serial serial;
	int64_t made, known, until;         /* producedAt, thisUpdate, nextUpdate */
	char made_text[32], until_text[32]; /* as HTTP dates */
	char etag[36];
};
/* Copies der and id; one holder. */
int answer_new(struct answer **answer, struct bytes der, struct bytes id, const struct serial *serial, int64_t made, int64_t known,
               int64_t until, struct err *err) MUST_CHECK;
void answer_release(void *answer); /* one holder less */

struct answer_cache;
int answer_cache_new(struct answer_cache **cache, size_t slots, struct err *err) MUST_CHECK; /* slots: a power of two */
void answer_cache_free(struct answer_cache **cache);
/* A holder more of the answer to exactly this CertID, if there is one with more than half of its life before it, or one that a new answer
 * could not outlive since nothing newer is known; else NULL. */
struct answer *answer_cache_find(struct answer_cache *cache, struct bytes id, const struct serial *serial, int64_t known, int64_t now);
/* Keeps the answer (a holder more) unless the index says otherwise than seen, from which it was made. */
void answer_cache_keep(struct answer_cache *cache, struct answer *answer, struct status_index *index, const struct index_record *seen);
/* Called after the index was set: from now on no answer made before is found. */
void answer_cache_drop(struct answer_cache *cache, const struct serial *serial);

#endif
