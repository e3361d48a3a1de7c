/* What the responder's threads share. */
#ifndef HUFU_RESPONDER_RESPONDER_H
#define HUFU_RESPONDER_RESPONDER_H

#include "answer_cache.h"
#include "call.h"
#include "crl_store.h"
#include "delegate.h"
#include "server.h"

#define ANSWER_LIFE 600 /* seconds from thisUpdate, the state of the index, to nextUpdate */
#define REPLY_FRESH 60  /* seconds that others may keep a reply (RFC 5019 6.2): how long a proxy may tell of the status before a change */

struct responder {
	struct cert *root, *issuing, *journal; /* pinned at start */
	struct ocsp_issuer issuer;
	uint8_t ca[SM2_KEY_ID_SIZE];
	struct call *signer;
	struct status_index *index;
	struct answer_cache *cache;
	struct delegate *delegate;
	struct crl_store *crls;
	struct web_server *server;
	int64_t feed_age;       /* seconds after which a silent index answers tryLater */
	_Atomic int64_t heard;  /* signer's time of the newest batch applied */
	_Atomic bool caught_up; /* nothing that the signer has told of is missing */
	_Atomic bool stopping;
	_Atomic uint64_t statuses[3];              /* answers by enum ocsp_status */
	_Atomic uint64_t kept, signed_now, errors; /* answers from the cache, signed for the asker, not signed at all */
	_Atomic uint64_t batches, refused_batches;
};

/* Reads and checks the CA's certificates in ../ca, and makes the empty parts; signer and server are the caller's. To be closed also after
 * a failure. */
int responder_open(struct responder *r, int64_t feed_age, struct err *err) MUST_CHECK;
void responder_close(struct responder *r);
/* Whether the index may be believed now. */
bool responder_is_current(const struct responder *r, int64_t now);

#endif
