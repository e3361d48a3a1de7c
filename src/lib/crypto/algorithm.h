/* The algorithms of OpenSSL that hufu uses, fetched once. Only for the files of this folder. */
#ifndef HUFU_CRYPTO_ALGORITHM_H
#define HUFU_CRYPTO_ALGORITHM_H

#include "crypto_fault.h"
#include "engine.h"
#include "sm3_state.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

struct algorithms {
	EVP_MD *sha1;
	EVP_MD *sha256;
	EVP_CIPHER *sm4_ecb;
	EVP_CIPHER *sm4_ctr;
	EVP_MAC *hmac;
	EVP_KDF *scrypt;
	EC_GROUP *sm2;               /* the curve; read only, shared by all threads */
	const struct engine *engine; /* hufu's own arithmetic on this processor */
	struct sm3_state user;       /* what Z begins with for the standard ID */
	bool sm2_by_openssl;         /* for keys made from now on; see crypto_use */
};

const struct algorithms *algorithms_get(void);

#endif
