/* What the files of the OpenSSL provider share: its context, its keys, its tables of functions. */
#ifndef HUFU_PROVIDER_PROVIDER_H
#define HUFU_PROVIDER_PROVIDER_H

#include "secret.h"
#include "signature.h"

#include <openssl/core_dispatch.h>

#define PROVIDER_ID_MAX 8191 /* octets whose bits a Z can count (GB/T 32918.2 5.5) */

/* What OpenSSL lends its providers. */
struct core {
	const OSSL_CORE_HANDLE *handle;
	OSSL_FUNC_core_get_params_fn *get_params;
	OSSL_FUNC_core_new_error_fn *new_error;
	OSSL_FUNC_core_set_error_debug_fn *set_error_debug;
	OSSL_FUNC_core_vset_error_fn *vset_error;
};

struct provider {
	struct core core;
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

struct provider_key *provider_key_new(const struct provider *provider); /* empty; NULL with a fault raised */
struct provider_key *provider_key_hold(struct provider_key *key);
void provider_key_free(void *key); /* lets go; NULL is nothing */

/* Each half once, while the key is made; the private half brings the public one, or must be that of it. False with a fault raised. */
bool provider_key_set_public(struct provider_key *key, const uint8_t xy[64]);
bool provider_key_set_private(struct provider_key *key, const uint8_t d[1][32]);

/* What stands in the group's parameter, if any, is SM2. False with a fault raised. */
bool provider_group_fits(const struct provider *provider, const OSSL_PARAM params[]);

#define PROVIDER_GROUP "SM2"
#define PROVIDER_POINT_SIZE 65
void provider_key_point(const struct provider_key *key, uint8_t octets[PROVIDER_POINT_SIZE]); /* 04 || X || Y */

/* Import and export, in key_transfer.c; the rest of the table is in key_management.c. */
int provider_key_import(void *key, int selection, const OSSL_PARAM params[]);
int provider_key_export(void *key, int selection, OSSL_CALLBACK *take, void *arg);
const OSSL_PARAM *provider_key_types(int selection);

extern const OSSL_DISPATCH provider_key_functions[];
extern const OSSL_DISPATCH provider_signature_functions[];
extern const OSSL_DISPATCH provider_cipher_functions[];

/* From the private generator of the provider's library context. False, with a fault raised, when there is none. */
bool provider_random(const struct provider *provider, uint8_t *out, size_t n);

/* SM3 is the only digest of SM2 here; NULL and "" mean the usual one. False with a fault raised. */
bool provider_digest_fits(const struct provider *provider, const char *name);

#endif
