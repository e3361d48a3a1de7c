/* SM2 public-key encryption in the DER form of GB/T 35276 7.2. */
#include "algorithm.h"
#include "der.h"
#include "encryption.h"
#include "random.h"
#include "sm2_key.h"

#include <stdlib.h>
#include <string.h>

/* SM2Cipher ::= SEQUENCE { x, y INTEGER, hash OCTET STRING (32), cipher OCTET STRING } */
static int own_encrypt(const struct sm2_public *key, struct bytes plain, struct buf *out, struct err *err)
{
	uint8_t random[NONCE_RANDOM_SIZE], c1[64], c3[SM3_DIGEST];
	uint8_t *c2 = malloc(plain.size);
	struct der_writer w;

	if (c2 == NULL)
		return err_set(err, HF_MEMORY, "SM2 encryption");
	random_bytes(random, sizeof(random));
	encrypt_text(algorithms_get()->engine, &key->at, plain, random, c1, c3, c2);
	der_start(&w, out);
	der_open(&w, DER_SEQUENCE);
	der_put_natural(&w, (struct bytes){c1, 32});
	der_put_natural(&w, (struct bytes){c1 + 32, 32});
	der_put(&w, DER_OCTET_STRING, BYTES_ARRAY(c3));
	der_put(&w, DER_OCTET_STRING, (struct bytes){c2, plain.size});
	der_close(&w);
	free(c2);
	return der_finish(&w, err);
}

int sm2_encrypt(const struct sm2_public *key, struct bytes plain, struct buf *out, struct err *err)
{
	if (plain.size == 0)
		return err_set(err, HF_LIMIT, "nothing to encrypt");
	if (buf_reserve(out, plain.size + SM2_CIPHER_OVERHEAD, err) != 0)
		return -1;
	uint64_t start = account_start();
	int result = key->pkey != NULL ? openssl_encrypt(key, plain, out, err) : own_encrypt(key, plain, out, err);
	account_stop(start, ACCOUNT_OTHER, 1);
	return result;
}

struct cipher_parts {
	uint8_t c1[64];
	struct bytes c3, c2;
};

static int read_cipher(struct cipher_parts *p, struct bytes der, struct err *err)
{
	struct bytes fields;

	if (der_read(&der, DER_SEQUENCE, &fields) != 0 || der.size != 0 || der_read_number(&fields, p->c1, 32) != 0 ||
	    der_read_number(&fields, p->c1 + 32, 32) != 0 || der_read(&fields, DER_OCTET_STRING, &p->c3) != 0 ||
	    der_read(&fields, DER_OCTET_STRING, &p->c2) != 0 || fields.size != 0)
		return err_set(err, HF_ENVELOPE, "SM2Cipher is not DER (GB/T 35276 7.2)");
	if (p->c3.size != 32 || p->c2.size == 0 || p->c2.size > SECRET_MAX)
		return err_set(err, HF_ENVELOPE, "SM2Cipher: size of a field (GB/T 35276 7.2)");
	return 0;
}

int sm2_decrypt(const struct sm2_private *key, struct bytes cipher, struct secret *out, struct err *err)
{
	struct cipher_parts p;

	*out = (struct secret){NULL, 0};
	if (read_cipher(&p, cipher, err) != 0 || secret_new(out, p.c2.size, err) != 0)
		return -1;
	uint64_t start = account_start();
	bool opened = key->pkey != NULL
	                  ? openssl_decrypt(key, cipher, out)
	                  : decrypt_text(algorithms_get()->engine, &private_half(key)->signer.d, p.c1, p.c3.data, p.c2, out->data) == 0;
	account_stop(start, ACCOUNT_OTHER, 1);
	if (opened)
		return 0;
	secret_free(out);
	return err_set(err, HF_ENVELOPE, "SM2 ciphertext does not open with this key (GB/T 32918.4 7.1)");
}
