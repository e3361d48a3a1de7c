/* SM2EnvelopedKey: made, read and opened. */
#include "envelope.h"

#include "cipher.h"
#include "der.h"
#include "random.h"

#include <string.h>

/* 1.2.156.10197.1.104.1 (SM4-ECB) and, as some write, 1.2.156.10197.1.104 (SM4). GB/T 33560 */
static const uint8_t sm4_ecb_oid[] = {0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x68, 0x01};
static const uint8_t sm4_oid[] = {0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x68};

static int write_envelope(struct bytes cipher, const uint8_t point[SM2_POINT_SIZE], const uint8_t encrypted[32], struct buf *der,
                          struct err *err)
{
	struct der_writer w;

	der_start(&w, der);
	der_open(&w, DER_SEQUENCE);
	der_open(&w, DER_SEQUENCE);
	der_put(&w, DER_OID, BYTES_ARRAY(sm4_ecb_oid));
	der_close(&w);
	der_put_element(&w, cipher);
	der_put_bits(&w, (struct bytes){point, SM2_POINT_SIZE});
	der_put_bits(&w, (struct bytes){encrypted, 32});
	der_close(&w);
	return der_finish(&w, err);
}

int envelope_seal(const struct sm2_public *to, const struct sm2_private *key, struct buf *der, struct err *err)
{
	uint8_t point[SM2_POINT_SIZE], encrypted[32];
	struct secret session = {NULL, 0}, scalar = {NULL, 0};
	struct buf cipher;
	int result = -1;

	buf_init(&cipher, SM4_KEY_SIZE + SM2_CIPHER_OVERHEAD);
	if (secret_new(&session, SM4_KEY_SIZE, err) != 0 || sm2_private_scalar(key, &scalar, err) != 0)
		goto out;
	random_bytes(session.data, session.size);
	if (sm4_ecb_encrypt(session.data, secret_get(&scalar), encrypted, err) != 0 ||
	    sm2_encrypt(to, secret_get(&session), &cipher, err) != 0)
		goto out;
	sm2_public_point(sm2_private_public(key), point);
	result = write_envelope(buf_get(&cipher), point, encrypted, der, err);
out:
	buf_free(&cipher);
	secret_free(&scalar);
	secret_free(&session);
	return result;
}

static bool is_sm4_ecb(struct bytes algorithm)
{
	struct bytes oid, none;

	if (der_read_oid(&algorithm, &oid) != 0)
		return false;
	if (algorithm.size != 0 && (der_read(&algorithm, DER_NULL, &none) != 0 || none.size != 0 || algorithm.size != 0))
		return false;
	return bytes_equal(oid, BYTES_ARRAY(sm4_ecb_oid)) || bytes_equal(oid, BYTES_ARRAY(sm4_oid));
}

int envelope_read(struct envelope *e, struct bytes der, struct err *err)
{
	struct bytes fields, algorithm, point, encrypted;

	if (der_read(&der, DER_SEQUENCE, &fields) != 0 || der.size != 0 || der_read(&fields, DER_SEQUENCE, &algorithm) != 0 ||
	    der_read_element(&fields, DER_SEQUENCE, &e->cipher) != 0 || der_read_bits(&fields, &point) != 0 ||
	    der_read_bits(&fields, &encrypted) != 0 || fields.size != 0)
		return err_set(err, HF_ENVELOPE, "SM2EnvelopedKey is not DER (GB/T 35276 7.4)");
	if (!is_sm4_ecb(algorithm))
		return err_set(err, HF_ENVELOPE, "SM2EnvelopedKey: symAlgID is not SM4-ECB (GB/T 35276 7.4)");
	if (point.size != SM2_POINT_SIZE || encrypted.size != sizeof(e->encrypted))
		return err_set(err, HF_ENVELOPE, "SM2EnvelopedKey: size of the key's halves (GB/T 35276 7.4)");
	memcpy(e->point, point.data, SM2_POINT_SIZE);
	memcpy(e->encrypted, encrypted.data, sizeof(e->encrypted));
	return 0;
}

/* The private half must belong to the public half that stands beside it. */
static int take_key(const struct envelope *e, const struct secret *session, struct sm2_private **key, struct err *err)
{
	struct secret scalar = {NULL, 0};
	uint8_t point[SM2_POINT_SIZE];
	int result = -1;

	if (secret_new(&scalar, SM2_SCALAR_SIZE, err) != 0)
		return -1;
	if (sm4_ecb_decrypt(session->data, BYTES_ARRAY(e->encrypted), scalar.data, err) != 0)
		goto out;
	if (sm2_private_from_scalar(key, &scalar, err) != 0) {
		err_set(err, HF_ENVELOPE, "SM2EnvelopedKey: private key out of range (GB/T 35276 7.4)");
		goto out;
	}
	sm2_public_point(sm2_private_public(*key), point);
	if (!bytes_equal_secret(BYTES_ARRAY(point), BYTES_ARRAY(e->point))) {
		sm2_private_free(key);
		err_set(err, HF_ENVELOPE, "SM2EnvelopedKey: private and public half are no pair (GB/T 35276 7.4)");
		goto out;
	}
	result = 0;
out:
	secret_free(&scalar);
	return result;
}

int envelope_open(const struct sm2_private *with, struct bytes der, struct sm2_private **key, struct err *err)
{
	struct envelope e;
	struct secret session = {NULL, 0};
	int result = -1;

	*key = NULL;
	if (envelope_read(&e, der, err) != 0 || sm2_decrypt(with, e.cipher, &session, err) != 0)
		return -1;
	if (session.size != SM4_KEY_SIZE)
		err_set(err, HF_ENVELOPE, "SM2EnvelopedKey: size of the session key (GB/T 35276 7.4)");
	else
		result = take_key(&e, &session, key, err);
	secret_free(&session);
	return result;
}
