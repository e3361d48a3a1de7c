/* Blobs from DER and to keys. */
#include "token_blob.h"

#include "der.h"
#include "envelope.h"

#include <string.h>

#define FIELD_SIZE 64
#define NUMBER_SIZE 32
#define BITS 256
#define SESSION_KEY_SIZE 16

static bool get_number(const uint8_t field[FIELD_SIZE], uint8_t number[NUMBER_SIZE])
{
	static const uint8_t zero[FIELD_SIZE - NUMBER_SIZE];

	memcpy(number, field + sizeof(zero), NUMBER_SIZE);
	return memcmp(field, zero, sizeof(zero)) == 0;
}

int token_blob_to_public(const ECCPUBLICKEYBLOB *blob, struct sm2_public **key, struct err *err)
{
	uint8_t point[SM2_POINT_SIZE] = {0x04};

	if (blob->BitLen != BITS || !get_number(blob->XCoordinate, point + 1) || !get_number(blob->YCoordinate, point + 1 + NUMBER_SIZE))
		return err_set(err, HF_KEY_ANSWER, "ECCPUBLICKEYBLOB is none of 256 bits (GM/T 0016 6.4)");
	if (sm2_public_from_point(key, point, err) != 0)
		return err_set(err, HF_KEY_ANSWER, "the key gives a public key that is no point of the curve");
	return 0;
}

int token_blob_to_signature(const ECCSIGNATUREBLOB *blob, uint8_t rs[64], struct err *err)
{
	if (!get_number(blob->r, rs) || !get_number(blob->s, rs + NUMBER_SIZE))
		return err_set(err, HF_KEY_ANSWER, "ECCSIGNATUREBLOB is none of 256 bits (GM/T 0016 6.4)");
	return 0;
}

static bool read_number(struct bytes *in, uint8_t field[FIELD_SIZE])
{
	struct bytes magnitude;

	if (der_read_natural(in, &magnitude) != 0 || magnitude.size > NUMBER_SIZE)
		return false;
	memset(field, 0, FIELD_SIZE);
	memcpy(field + FIELD_SIZE - magnitude.size, magnitude.data, magnitude.size);
	return true;
}

/* SM2Cipher of a session key to an ECCCIPHERBLOB with just its room. */
static int from_cipher(struct bytes der, uint8_t blob[TOKEN_BLOB_WRAPPED_SIZE], struct err *err)
{
	struct bytes parts, hash, cipher;
	ECCCIPHERBLOB *b = (ECCCIPHERBLOB *)blob;

	if (der_read(&der, DER_SEQUENCE, &parts) != 0 || der.size != 0 || !read_number(&parts, b->XCoordinate) ||
	    !read_number(&parts, b->YCoordinate) || der_read(&parts, DER_OCTET_STRING, &hash) != 0 || hash.size != sizeof(b->HASH) ||
	    der_read(&parts, DER_OCTET_STRING, &cipher) != 0 || cipher.size != SESSION_KEY_SIZE || parts.size != 0)
		return err_set(err, HF_ENVELOPE, "SM2Cipher of a session key is malformed (GB/T 35276 7.2)");
	memcpy(b->HASH, hash.data, hash.size);
	b->CipherLen = SESSION_KEY_SIZE;
	memcpy(blob + offsetof(ECCCIPHERBLOB, Cipher), cipher.data, cipher.size);
	return 0;
}

static void put_number(uint8_t field[FIELD_SIZE], const uint8_t number[NUMBER_SIZE])
{
	memcpy(field + FIELD_SIZE - NUMBER_SIZE, number, NUMBER_SIZE);
}

int token_blob_from_envelope(struct bytes der, uint8_t blob[TOKEN_BLOB_ENVELOPE_SIZE], struct err *err)
{
	ENVELOPEDKEYBLOB *b = (ENVELOPEDKEYBLOB *)blob;
	struct envelope parts;

	struct sm2_public *key = NULL;

	if (envelope_read(&parts, der, err) != 0)
		return -1;
	if (sm2_public_from_point(&key, parts.point, err) != 0)
		return err_set(err, HF_ENVELOPE, "SM2EnvelopedKey: the public key is no point of the curve (GB/T 35276 7.4)");
	sm2_public_free(&key);
	memset(blob, 0, TOKEN_BLOB_ENVELOPE_SIZE);
	b->Version = 1;
	b->ulSymmAlgID = SGD_SM4_ECB;
	b->ulBits = BITS;
	put_number(b->cbEncryptedPriKey, parts.encrypted);
	b->PubKey.BitLen = BITS;
	put_number(b->PubKey.XCoordinate, parts.point + 1);
	put_number(b->PubKey.YCoordinate, parts.point + 1 + NUMBER_SIZE);
	return from_cipher(parts.cipher, blob + offsetof(ENVELOPEDKEYBLOB, ECCCipherBlob), err);
}

int token_blob_wrap(const struct sm2_public *to, const struct secret *session, uint8_t blob[TOKEN_BLOB_WRAPPED_SIZE], struct err *err)
{
	struct buf der;
	int result = -1;

	buf_init(&der, SESSION_KEY_SIZE + SM2_CIPHER_OVERHEAD);
	if (sm2_encrypt(to, secret_get(session), &der, err) == 0)
		result = from_cipher(buf_get(&der), blob, err);
	buf_free(&der);
	return result;
}
