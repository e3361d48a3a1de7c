/* The newest CRL, as it is served. */
#ifndef HUFU_RESPONDER_CRL_STORE_H
#define HUFU_RESPONDER_CRL_STORE_H

#include "crl.h"
#include "http_date.h"

#include <stdatomic.h>

/* Held by the store and by replies under way. */
struct crl_copy {
	_Atomic unsigned holders;
	struct bytes der; /* owned */
	int64_t number, this_update, next_update;
	char etag[32], made_text[HTTP_DATE_SIZE], until_text[HTTP_DATE_SIZE];
};
void crl_copy_release(void *copy);

struct crl_store;
int crl_store_new(struct crl_store **store, const struct cert *issuing, struct err *err) MUST_CHECK;
void crl_store_free(struct crl_store **store);
/* Takes a CRL of the issuing CA with a higher number than the one there is. HF_CRL_FORMAT, HF_CERT_SIGNATURE, HF_FEED_BACK. */
int crl_store_take(struct crl_store *store, struct bytes der, struct err *err) MUST_CHECK;
struct crl_copy *crl_store_get(struct crl_store *store); /* a holder more; NULL: none yet */

#endif
