/* The one door to randomness (OpenSSL's private DRBG). A failure ends the process: nothing safe can be done without. */
#ifndef HUFU_CRYPTO_RANDOM_H
#define HUFU_CRYPTO_RANDOM_H

#include <stddef.h>
#include <stdint.h>

void random_bytes(uint8_t *out, size_t n);
/* The same from a stock that is wiped as it is given out and that a forked process does not share: only for the random part of a
 * signature's nonce, which is mixed with key and digest (nonce.h) and stays safe even where it repeats. */
#define RANDOM_NONCE_SIZE 32
void random_nonce(uint8_t out[RANDOM_NONCE_SIZE]);
/* n characters from an alphabet of m <= 256 symbols, without bias, and a NUL. */
void random_text(char *out, size_t n, const char *alphabet);

#endif
