/* What the key objects of sm2.h hold. Only for the files of this folder. */
#ifndef HUFU_CRYPTO_SM2_KEY_H
#define HUFU_CRYPTO_SM2_KEY_H

#include "sm2.h"

#include <openssl/evp.h>

struct sm2_public {
	EVP_PKEY *pkey;
	uint8_t point[SM2_POINT_SIZE];
	uint8_t z[32]; /* GB/T 32918.2 5.5, with the standard ID: what every message is prefixed with */
};

struct sm2_private {
	EVP_PKEY *pkey;
	struct sm2_public *public_half;
	struct secret scalar;
};

/* The order of the curve's group. */
extern const uint8_t sm2_order[SM2_SCALAR_SIZE];

/* 1 <= scalar <= order - less (less is 1 or 2). Time does not depend on the scalar. */
bool sm2_scalar_in_range(const uint8_t scalar[SM2_SCALAR_SIZE], uint8_t less);

enum account_kind { ACCOUNT_SIGN, ACCOUNT_VERIFY, ACCOUNT_OTHER, ACCOUNT_KINDS };
/* Around one operation of sm2.h: adds this thread's CPU time since account_start to the process's account. */
uint64_t account_start(void);
void account_stop(uint64_t start, enum account_kind kind);

#endif
