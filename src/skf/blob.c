/* Numbers of 32 bytes in fields of 64, and DER. */
#include "blob.h"

#include "der.h"

#include <string.h>

#define FIELD_SIZE 64
#define NUMBER_SIZE 32
#define BITS 256
#define ENVELOPE_VERSION 1

/* 1.2.156.10197.1.104.1 */
static const uint8_t sm4_ecb_oid[] = {0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x68, 0x01};

static bool is_zero(const uint8_t *data, size_t n)
{
	uint8_t any = 0;

	for (size_t i = 0; i < n; i++)
		any |= data[i];
	return any == 0;
}

/* Right-aligned in the field. */
static bool get_number(const uint8_t field[FIELD_SIZE], uint8_t number[NUMBER_SIZE])
{
	memcpy(number, field + FIELD_SIZE - NUMBER_SIZE, NUMBER_SIZE);
	return is_zero(field, FIELD_SIZE - NUMBER_SIZE);
}

static void put_number(uint8_t field[FIELD_SIZE], const uint8_t number[NUMBER_SIZE])
{
	memset(field, 0, FIELD_SIZE - NUMBER_SIZE);
	memcpy(field + FIELD_SIZE - NUMBER_SIZE, number, NUMBER_SIZE);
}

ULONG blob_to_point(const ECCPUBLICKEYBLOB *blob, uint8_t point[SM2_POINT_SIZE])
{
	point[0] = 0x04;
	if (blob->BitLen != BITS || !get_number(blob->XCoordinate, point + 1) || !get_number(blob->YCoordinate, point + 1 + NUMBER_SIZE))
		return SAR_INDATAERR;
	return SAR_OK;
}

void blob_from_point(const uint8_t point[SM2_POINT_SIZE], ECCPUBLICKEYBLOB *blob)
{
	blob->BitLen = BITS;
	put_number(blob->XCoordinate, point + 1);
	put_number(blob->YCoordinate, point + 1 + NUMBER_SIZE);
}

ULONG blob_to_signature(const ECCSIGNATUREBLOB *blob, uint8_t rs[64])
{
	return get_number(blob->r, rs) && get_number(blob->s, rs + NUMBER_SIZE) ? SAR_OK : SAR_INDATAERR;
}

void blob_from_signature(const uint8_t rs[64], ECCSIGNATUREBLOB *blob)
{
	put_number(blob->r, rs);
	put_number(blob->s, rs + NUMBER_SIZE);
}

ULONG blob_to_cipher(const ECCCIPHERBLOB *blob, struct buf *der)
{
	uint8_t x[NUMBER_SIZE], y[NUMBER_SIZE];
	struct der_writer w;
	struct err err = {0};

	if (blob->CipherLen == 0 || blob->CipherLen > BLOB_CIPHER_MAX)
		return SAR_INDATALENERR;
	if (!get_number(blob->XCoordinate, x) || !get_number(blob->YCoordinate, y))
		return SAR_INDATAERR;
	der_start(&w, der);
	der_open(&w, DER_SEQUENCE);
	der_put_natural(&w, BYTES_ARRAY(x));
	der_put_natural(&w, BYTES_ARRAY(y));
	der_put(&w, DER_OCTET_STRING, BYTES_ARRAY(blob->HASH));
	der_put(&w, DER_OCTET_STRING, (struct bytes){blob->Cipher, blob->CipherLen});
	der_close(&w);
	return der_finish(&w, &err) == 0 ? SAR_OK : result_of_error(&err);
}

/* A natural number of at most 32 bytes into its field. */
static bool read_number(struct bytes *in, uint8_t field[FIELD_SIZE])
{
	struct bytes magnitude;

	if (der_read_natural(in, &magnitude) != 0 || magnitude.size > NUMBER_SIZE)
		return false;
	memset(field, 0, FIELD_SIZE);
	memcpy(field + FIELD_SIZE - magnitude.size, magnitude.data, magnitude.size);
	return true;
}

ULONG blob_from_cipher(struct bytes der, ECCCIPHERBLOB *blob)
{
	struct bytes parts, hash, cipher;

	if (der_read(&der, DER_SEQUENCE, &parts) != 0 || der.size != 0 || !read_number(&parts, blob->XCoordinate) ||
	    !read_number(&parts, blob->YCoordinate) || der_read(&parts, DER_OCTET_STRING, &hash) != 0 || hash.size != sizeof(blob->HASH) ||
	    der_read(&parts, DER_OCTET_STRING, &cipher) != 0 || parts.size != 0 || cipher.size > BLOB_CIPHER_MAX)
		return SAR_INDATAERR;
	memcpy(blob->HASH, hash.data, hash.size);
	blob->CipherLen = (ULONG)cipher.size;
	memcpy((uint8_t *)blob + offsetof(ECCCIPHERBLOB, Cipher), cipher.data, cipher.size);
	return SAR_OK;
}

ULONG blob_to_envelope(const ENVELOPEDKEYBLOB *blob, enum blob_half half, struct buf *der)
{
	uint8_t point[SM2_POINT_SIZE];
	struct buf cipher;
	struct der_writer w;
	struct err err = {0};
	ULONG result;

	if (blob->Version != ENVELOPE_VERSION || blob->ulSymmAlgID != SGD_SM4_ECB || blob->ulBits != BITS)
		return SAR_INDATAERR;
	buf_init(&cipher, ENVELOPE_DER_MAX);
	result = blob_to_point(&blob->PubKey, point);
	if (result == SAR_OK)
		result = blob_to_cipher(&blob->ECCCipherBlob, &cipher);
	if (result != SAR_OK)
		goto out;
	der_start(&w, der);
	der_open(&w, DER_SEQUENCE);
	der_open(&w, DER_SEQUENCE);
	der_put(&w, DER_OID, BYTES_ARRAY(sm4_ecb_oid));
	der_close(&w);
	der_put_element(&w, buf_get(&cipher));
	der_put_bits(&w, BYTES_ARRAY(point));
	der_put_bits(&w, (struct bytes){blob->cbEncryptedPriKey + half, NUMBER_SIZE});
	der_close(&w);
	if (der_finish(&w, &err) != 0)
		result = result_of_error(&err);
out:
	buf_free(&cipher);
	return result;
}
