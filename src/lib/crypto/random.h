/* The one door to randomness (OpenSSL's private DRBG). A failure ends the process: nothing safe can be done without. */
#ifndef HUFU_CRYPTO_RANDOM_H
#define HUFU_CRYPTO_RANDOM_H

#include <stddef.h>
#include <stdint.h>

void random_bytes(uint8_t *out, size_t n);
/* n characters from an alphabet of m <= 256 symbols, without bias, and a NUL. */
void random_text(char *out, size_t n, const char *alphabet);

#endif
