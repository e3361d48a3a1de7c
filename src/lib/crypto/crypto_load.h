/* Loading of the crypto library, apart from first use. */
#ifndef HUFU_CRYPTO_CRYPTO_LOAD_H
#define HUFU_CRYPTO_CRYPTO_LOAD_H

#include "err.h"

/* Fetches every algorithm that the crypto door uses and seeds the random generator. Happens by itself at first use;
 * a program calls it before it enters its jail, where the library's settings can no longer be read.
 * Ends the process when an algorithm is not there. May be called any number of times, from any thread. */
void crypto_load(void);

/* Whose arithmetic works for SM2 keys: "own" (hufu's, and the usual one) or "openssl"; the setting service.sm2. HF_SETTING for another
 * word. Called once, before there are threads and keys. */
int crypto_use(const char *sm2, struct err *err) MUST_CHECK;
/* What works: "openssl", or the name of hufu's own engine on this processor. */
const char *crypto_in_use(void);

#endif
