/* SM2 signatures over a digest e = SM3(Z || M) (GB/T 32918.2), one or many at once. */
#ifndef HUFU_SM2_SIGNATURE_H
#define HUFU_SM2_SIGNATURE_H

#include "engine.h"
#include "nonce.h"

#include <stdint.h>

/* A private key made ready. It is secret: callers keep it where secrets are kept, and wipe it. */
struct signer {
	struct fn d;
	struct fn inverse; /* (1 + d)^-1, in Montgomery's form */
	struct nonce_key nonce;
};

/* d: big endian, 1..n-2; -1 when it is not. */
int signer_init(struct signer *s, const uint8_t d[32]) MUST_CHECK;

struct sign_job {
	const struct signer *signer;
	const uint8_t *digest;
	uint8_t random[NONCE_RANDOM_SIZE]; /* fresh from the generator; wiped by the call */
	uint8_t rs[64];                    /* the answer: r || s */
};
void sign_many(const struct engine *engine, struct sign_job *jobs, size_t n);

struct verify_job {
	const struct affine *key;
	const struct comb *table; /* of the key, or NULL */
	const uint8_t *digest;
	const uint8_t *rs;
	bool valid; /* the answer */
};
void verify_many(const struct engine *engine, struct verify_job *jobs, size_t n);

/* The second half of signing, once k G is known: all ones when k gave a signature. GB/T 32918.2 6.1, steps A5 and A6. */
uint64_t signature_of(uint8_t rs[64], const struct signer *s, const uint8_t digest[32], const struct fn *k, const struct fn *x);

#endif
