/* SM2 key agreement (GB/T 32918.3): two parties with a key pair each make a common key from one message each way, and may confirm it. */
#ifndef HUFU_SM2_AGREEMENT_H
#define HUFU_SM2_AGREEMENT_H

#include "engine.h"
#include "signature.h"

/* What a party draws for one agreement; point, R of the standard as X || Y, goes to the other party. Secret, used once, wiped by its owner.
 */
struct agreement_offer {
	struct fn r;
	uint8_t point[64];
};

/* r = a hedged nonce (nonce.h) of the party's key, its Z and random octets, which are wiped; steps A1, A2 and B1, B2 of 6.1. */
void agreement_offer_make(struct agreement_offer *offer, const struct engine *engine, const struct signer *own, const uint8_t z[SM3_DIGEST],
                          uint8_t random[NONCE_RANDOM_SIZE]);

struct agreement {
	bool initiator; /* A of the standard; the other is B */
	const struct signer *own;
	const struct agreement_offer *offer;
	const uint8_t *own_z, *peer_z; /* user_digest of each, SM3_DIGEST octets */
	const uint8_t *peer_point;     /* the other's public key, X || Y */
	const uint8_t *peer_offer;     /* the R that came, X || Y */
};

/* The optional confirmation (S_A = S2, S_B = S1): own is sent, peer is what must come. */
struct agreement_tags {
	uint8_t own[SM3_DIGEST], peer[SM3_DIGEST];
};

/* key: size octets. -1, with key wiped, when a point of the other is not on the curve or the common point is infinite. */
int agreement_key(const struct engine *engine, const struct agreement *a, uint8_t *key, size_t size,
                  struct agreement_tags *tags) MUST_CHECK;

#endif
