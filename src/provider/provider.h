/* What the files of the OpenSSL provider share: its context, its keys, its tables of functions. */
#ifndef HUFU_PROVIDER_PROVIDER_H
#define HUFU_PROVIDER_PROVIDER_H

#include "secret.h"
#include "signature.h"

#include <openssl/core_dispatch.h>

#define PROVIDER_ID_MAX 8191 /* octets whose bits a Z can count (GB/T 32918.2 5.5) */

struct provider {
	OSSL_LIB_CTX *libctx; /* a child of the one that the provider was loaded into */
	const struct engine *engine;
	uint8_t *default_id; /* whose Z a signature takes when nobody says another */
	size_t default_id_size;
};

/* What a key keeps in its page of secrets. */
struct private_part {
	uint8_t d[32];
	struct signer signer;
};

/* A key without a public point holds only its curve. Not changed once it is made; shared by count. */
struct provider_key {
	const struct provider *provider;
	unsigned references; /* atomic */
	bool has_public;
	struct affine at;
	uint8_t xy[64];
	uint8_t default_z[SM3_DIGEST]; /* with the provider's default ID */
	struct secret secret;          /* a struct private_part; empty in a public key */
};

static inline const struct private_part *private_part(const struct provider_key *key)
{
	return (const struct private_part *)(const void *)key->secret.data;
}

struct provider_key *provider_key_hold(struct provider_key *key);
void provider_key_free(void *key);

extern const OSSL_DISPATCH provider_key_functions[];
extern const OSSL_DISPATCH provider_signature_functions[];
extern const OSSL_DISPATCH provider_cipher_functions[];

/* Known answers through the engine that is going to work: false when one is wrong. */
bool provider_self_test(const struct engine *engine);

/* From the private generator of the provider's library context. */
bool provider_random(const struct provider *provider, uint8_t *out, size_t n);

/* SM3 is the only digest of SM2 here; NULL and "" mean the usual one. */
bool provider_digest_fits(const char *name);

#endif
