/* Files sealed under a passphrase with scrypt. */
#include "keyring.h"

#include "algorithm.h"
#include "cipher.h"
#include "random.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <string.h>

#define MAGIC BYTES_LITERAL("hufu-sealed-1\n")
#define COST_WRITTEN 15 /* 32 MiB and about 0.1 s */
#define COST_MAX 18
#define LABEL_MAX 64
#define HEADER_MAX 128

/* The parts before the sealed content, lent from the file. */
struct header {
	struct bytes whole;
	struct bytes label;
	struct bytes salt;
	uint8_t cost; /* log2 of scrypt's N */
};

/* RFC 7914, r = 8, p = 1. */
static int stretch(struct bytes passphrase, struct bytes salt, uint8_t cost, struct secret *key, struct err *err)
{
	uint64_t n = UINT64_C(1) << cost;
	uint64_t r = 8, p = 1, memory = 256 * r * n;
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(algorithms_get()->scrypt);
	OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, (void *)(uintptr_t)passphrase.data, passphrase.size),
	    OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)(uintptr_t)salt.data, salt.size),
	    OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
	    OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_R, &r),
	    OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_P, &p),
	    OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
	    OSSL_PARAM_construct_end(),
	};

	if (secret_new(key, 32, err) != 0) {
		EVP_KDF_CTX_free(ctx);
		return -1;
	}
	bool made = ctx != NULL && EVP_KDF_derive(ctx, key->data, key->size, params) == 1;
	EVP_KDF_CTX_free(ctx);
	if (made)
		return 0;
	secret_free(key);
	return crypto_fault(err, "scrypt");
}

static int write_header(struct buf *out, const char *label, const uint8_t salt[KEYRING_SALT_SIZE], struct err *err)
{
	struct bytes text = bytes_text(label);

	if (text.size > LABEL_MAX)
		return err_set(err, HF_LIMIT, "label of a sealed file");
	if (buf_append(out, MAGIC, err) != 0 || buf_append_u8(out, (uint8_t)text.size, err) != 0 || buf_append(out, text, err) != 0 ||
	    buf_append(out, (struct bytes){salt, KEYRING_SALT_SIZE}, err) != 0)
		return -1;
	return buf_append_u8(out, COST_WRITTEN, err);
}

static int read_header(struct header *h, struct bytes sealed)
{
	struct reader r = {sealed};
	struct bytes magic;
	uint8_t label_size;

	if (reader_take(&r, MAGIC.size, &magic) != 0 || !bytes_equal(magic, MAGIC) || reader_u8(&r, &label_size) != 0 ||
	    reader_take(&r, label_size, &h->label) != 0 || reader_take(&r, KEYRING_SALT_SIZE, &h->salt) != 0 ||
	    reader_u8(&r, &h->cost) != 0)
		return -1;
	if (h->cost < COST_WRITTEN || h->cost > COST_MAX)
		return -1;
	h->whole = (struct bytes){sealed.data, sealed.size - r.rest.size};
	return 0;
}

int keyring_stretch(struct stretched *s, struct bytes passphrase, struct err *err)
{
	random_bytes(s->salt, sizeof(s->salt));
	return stretch(passphrase, BYTES_ARRAY(s->salt), COST_WRITTEN, &s->key, err);
}

void keyring_stretched_free(struct stretched *s)
{
	secret_free(&s->key);
}

int keyring_seal_with(const struct stretched *s, const char *label, const struct secret *content, struct buf *out, struct err *err)
{
	struct buf head;
	size_t start = out->size;
	int result = -1;

	buf_init(&head, HEADER_MAX);
	if (write_header(&head, label, s->salt, err) == 0 && buf_append(out, buf_get(&head), err) == 0)
		result = seal(&s->key, buf_get(&head), secret_get(content), out, err);
	if (result != 0)
		out->size = start;
	buf_free(&head);
	return result;
}

int keyring_seal(struct bytes passphrase, const char *label, const struct secret *content, struct buf *out, struct err *err)
{
	struct stretched s = {.key = {NULL, 0}};
	int result = -1;

	if (keyring_stretch(&s, passphrase, err) == 0)
		result = keyring_seal_with(&s, label, content, out, err);
	keyring_stretched_free(&s);
	return result;
}

int keyring_open(struct bytes passphrase, const char *label, struct bytes sealed, struct secret *out, struct err *err)
{
	struct header h;
	struct secret key = {NULL, 0};

	*out = (struct secret){NULL, 0};
	if (read_header(&h, sealed) != 0)
		return err_set(err, HF_SEAL_BROKEN, "not a sealed file");
	if (!bytes_is_text(h.label, label))
		return err_set(err, HF_SEAL_BROKEN, "sealed file holds another thing than \"%s\"", label);
	const struct bytes content = {sealed.data + h.whole.size, sealed.size - h.whole.size};
	if (content.size <= SEAL_OVERHEAD)
		return err_set(err, HF_SEAL_BROKEN, "sealed file is cut off");
	if (stretch(passphrase, h.salt, h.cost, &key, err) != 0)
		return -1;
	int result = unseal(&key, h.whole, content, out, err);
	if (result != 0 && err != NULL && err->code == HF_SEAL_BROKEN)
		err_set(err, HF_PASSPHRASE, "wrong passphrase, or the sealed file was changed");
	secret_free(&key);
	return result;
}
