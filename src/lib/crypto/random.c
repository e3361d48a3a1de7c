/* Random bytes and texts from OpenSSL's private generator. */
#include "random.h"

#include "crypto_fault.h"
#include "secret.h"

#include <openssl/rand.h>
#include <string.h>

void random_bytes(uint8_t *out, size_t n)
{
	if (RAND_priv_bytes_ex(NULL, out, n, 0) != 1)
		crypto_die("random generator");
}

void random_text(char *out, size_t n, const char *alphabet)
{
	size_t symbols = strlen(alphabet);
	size_t fair = 256 - 256 % symbols; /* bytes from here on would favour the first symbols */
	uint8_t drawn[64];
	size_t left = 0;

	for (size_t i = 0; i < n;) {
		if (left == 0) {
			random_bytes(drawn, sizeof(drawn));
			left = sizeof(drawn);
		}
		uint8_t byte = drawn[--left];
		if (byte < fair)
			out[i++] = alphabet[byte % symbols];
	}
	out[n] = '\0';
	secret_wipe(drawn, sizeof(drawn));
}
