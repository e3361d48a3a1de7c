/* Loading of the crypto library, apart from first use. */
#ifndef HUFU_CRYPTO_CRYPTO_LOAD_H
#define HUFU_CRYPTO_CRYPTO_LOAD_H

/* Fetches every algorithm that the crypto door uses and seeds the random generator. Happens by itself at first use;
 * a program calls it before it enters its jail, where the library's settings can no longer be read.
 * Ends the process when an algorithm is not there. May be called any number of times, from any thread. */
void crypto_load(void);

#endif
