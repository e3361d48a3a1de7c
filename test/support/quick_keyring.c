/* Sealed files without scrypt, for tests that open many: takes the place of keyring_seal and keyring_open at link time. */
#include "cipher.h"
#include "digest.h"
#include "keyring.h"

int __wrap_keyring_seal(struct bytes passphrase, const char *label, const struct secret *content, struct buf *out, struct err *err);
int __wrap_keyring_open(struct bytes passphrase, const char *label, struct bytes sealed, struct secret *out, struct err *err);

static int key_of(struct bytes passphrase, struct secret *key, struct err *err)
{
	if (secret_new(key, SM3_SIZE, err) != 0)
		return -1;
	sm3(passphrase, key->data);
	return 0;
}

int __wrap_keyring_seal(struct bytes passphrase, const char *label, const struct secret *content, struct buf *out, struct err *err)
{
	struct secret key = {0};
	int result = -1;

	if (key_of(passphrase, &key, err) == 0)
		result = seal(&key, bytes_text(label), secret_get(content), out, err);
	secret_free(&key);
	return result;
}

int __wrap_keyring_open(struct bytes passphrase, const char *label, struct bytes sealed, struct secret *out, struct err *err)
{
	struct secret key = {0};
	int result = -1;

	if (key_of(passphrase, &key, err) == 0 && (result = unseal(&key, bytes_text(label), sealed, out, err)) != 0)
		(void)err_set(err, HF_PASSPHRASE, "wrong passphrase");
	secret_free(&key);
	return result;
}
