/* Keys at rest: a file sealed under a passphrase. doc/protocol/sealed-file.md */
#ifndef HUFU_CRYPTO_KEYRING_H
#define HUFU_CRYPTO_KEYRING_H

#include "secret.h"

#define KEYRING_SALT_SIZE 16

/* Sealed file: magic "hufu-sealed-1\n", label (length byte + text), scrypt salt 16, N as log2 (byte; 15), then seal() of the secret with
 * the header as context. label says what it is ("issuing", "journal", "escrow-master") and is checked on opening. */
int keyring_seal(struct bytes passphrase, const char *label, const struct secret *content, struct buf *out, struct err *err) MUST_CHECK;
/* The same for several files that are made together: the passphrase is stretched once, and they bear the same salt. */
struct stretched {
	struct secret key;
	uint8_t salt[KEYRING_SALT_SIZE];
};
int keyring_stretch(struct stretched *s, struct bytes passphrase, struct err *err) MUST_CHECK;
int keyring_seal_with(const struct stretched *s, const char *label, const struct secret *content, struct buf *out,
                      struct err *err) MUST_CHECK;
void keyring_stretched_free(struct stretched *s);
/* HF_PASSPHRASE when the passphrase is wrong or the content was changed, HF_SEAL_BROKEN when it is no sealed file or bears another label.
 */
int keyring_open(struct bytes passphrase, const char *label, struct bytes sealed, struct secret *out, struct err *err) MUST_CHECK;

#endif
