/* How the CA stands, as its signer tells it now: for the staff's page. */
#ifndef HUFU_SERVICE_CA_STATE_H
#define HUFU_SERVICE_CA_STATE_H

#include "service.h"

struct ca_certificate {
	const char *name;
	int64_t notafter;
};
struct ca_state {
	int64_t time;   /* the signer's clock */
	int64_t number; /* of the journal's newest record */
	uint8_t head[32];
	struct ca_certificate root, issuing, journal;
	int64_t crl_number, crl_next; /* newest CRL and its nextUpdate; 0 before the first */
	int64_t ocsp_until;           /* end of the status service's certificate; 0: none */
	int64_t responder_seconds;    /* since it asked for news; -1: not yet */
	bool evaluation;
};
/* For any of the staff. HF_PEER_GONE while the signer cannot be reached. */
int ca_state_load(struct service *s, const struct actor *actor, struct pool *pool, struct ca_state *state, struct err *err) MUST_CHECK;

#endif
