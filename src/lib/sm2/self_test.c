/* The examples of GB/T 32918.5. */
#include "self_test.h"

#include "encryption.h"
#include "key_pair.h"
#include "signature.h"

#include <string.h>

#define BATCH 8 /* as many as engines with lanes work at once */

static const uint8_t d_octets[32] = {0x39, 0x45, 0x20, 0x8f, 0x7b, 0x21, 0x44, 0xb1, 0x3f, 0x36, 0xe3, 0x8a, 0xc6, 0xd3, 0x9f, 0x95,
                                     0x88, 0x93, 0x93, 0x69, 0x28, 0x60, 0xb5, 0x1a, 0x42, 0xfb, 0x81, 0xef, 0x4d, 0xf7, 0xc5, 0xb8};
static const uint8_t point[64] = {0x09, 0xf9, 0xdf, 0x31, 0x1e, 0x54, 0x21, 0xa1, 0x50, 0xdd, 0x7d, 0x16, 0x1e, 0x4b, 0xc5, 0xc6,
                                  0x72, 0x17, 0x9f, 0xad, 0x18, 0x33, 0xfc, 0x07, 0x6b, 0xb0, 0x8f, 0xf3, 0x56, 0xf3, 0x50, 0x20,
                                  0xcc, 0xea, 0x49, 0x0c, 0xe2, 0x67, 0x75, 0xa5, 0x2d, 0xc6, 0xea, 0x71, 0x8c, 0xc1, 0xaa, 0x60,
                                  0x0a, 0xed, 0x05, 0xfb, 0xf3, 0x5e, 0x08, 0x4a, 0x66, 0x32, 0xf6, 0x07, 0x2d, 0xa9, 0xad, 0x13};
static const uint8_t k_octets[32] = {0x59, 0x27, 0x6e, 0x27, 0xd5, 0x06, 0x86, 0x1a, 0x16, 0x68, 0x0f, 0x3a, 0xd9, 0xc0, 0x2d, 0xcc,
                                     0xef, 0x3c, 0xc1, 0xfa, 0x3c, 0xdb, 0xe4, 0xce, 0x6d, 0x54, 0xb8, 0x0d, 0xea, 0xc1, 0xbc, 0x21};
static const uint8_t signature[64] = {0xf5, 0xa0, 0x3b, 0x06, 0x48, 0xd2, 0xc4, 0x63, 0x0e, 0xea, 0xc5, 0x13, 0xe1, 0xbb, 0x81, 0xa1,
                                      0x59, 0x44, 0xda, 0x38, 0x27, 0xd5, 0xb7, 0x41, 0x43, 0xac, 0x7e, 0xac, 0xee, 0xe7, 0x20, 0xb3,
                                      0xb1, 0xb6, 0xaa, 0x29, 0xdf, 0x21, 0x2f, 0xd8, 0x76, 0x31, 0x82, 0xbc, 0x0d, 0x42, 0x1c, 0xa1,
                                      0xbb, 0x90, 0x38, 0xfd, 0x1f, 0x7f, 0x42, 0xd4, 0x84, 0x0b, 0x69, 0xc4, 0x85, 0xbb, 0xc1, 0xaa};
static const uint8_t c3_octets[32] = {0x59, 0x98, 0x3c, 0x18, 0xf8, 0x09, 0xe2, 0x62, 0x92, 0x3c, 0x53, 0xae, 0xc2, 0x95, 0xd3, 0x03,
                                      0x83, 0xb5, 0x4e, 0x39, 0xd6, 0x09, 0xd1, 0x60, 0xaf, 0xcb, 0x19, 0x08, 0xd0, 0xbd, 0x87, 0x66};

static void example_digest(uint8_t digest[SM3_DIGEST])
{
	struct sm3_state s;

	user_digest(digest, BYTES_LITERAL(SM2_STANDARD_ID), point);
	sm3_begin(&s);
	sm3_add(&s, digest, SM3_DIGEST);
	sm3_add(&s, "message digest", 14);
	sm3_end(&s, digest);
}

/* n times at once; in a batch every other digest is wrong where it is verified. */
static bool signature_answers(const struct engine *engine, const struct signer *signer, const struct affine *key, const struct fn *k,
                              size_t n)
{
	uint8_t digest[BATCH][SM3_DIGEST], rs[64];
	struct verify_job job[BATCH];
	struct affine kg[BATCH];
	struct fn copies[BATCH], x;
	bool good = true;

	for (size_t i = 0; i < n; i++) {
		copies[i] = *k;
		example_digest(digest[i]);
	}
	engine->base_many(kg, copies, n);
	for (size_t i = 0; i < n; i++) {
		engine->abscissa(&x, &kg[i]);
		good &= signature_of(rs, signer, digest[i], k, &x) && memcmp(rs, signature, sizeof(rs)) == 0;
		digest[i][0] ^= i % 2;
		job[i] = (struct verify_job){.key = key, .digest = digest[i], .rs = signature};
	}
	verify_many(engine, job, n);
	for (size_t i = 0; i < n; i++)
		good &= job[i].valid == (i % 2 == 0);
	return good;
}

static bool keys_answer(const struct engine *engine, size_t n)
{
	uint8_t made[BATCH][64], d[BATCH][32];
	bool good = true;

	for (size_t i = 0; i < n; i++)
		memcpy(d[i], d_octets, sizeof(d_octets));
	if (public_of_many(engine, made, (const uint8_t(*)[32])d, n) != 0)
		return false;
	for (size_t i = 0; i < n; i++)
		good &= memcmp(made[i], point, sizeof(point)) == 0;
	return good;
}

static bool encryption_answers(const struct engine *engine, const struct signer *signer, const struct affine *key, const struct fn *k)
{
	const struct bytes text = BYTES_LITERAL("encryption standard");
	uint8_t c1[64], c2[19], c3[SM3_DIGEST], opened[19];

	return encrypt_with(engine, key, text, k, c1, c3, c2) && memcmp(c3, c3_octets, sizeof(c3)) == 0 &&
	       decrypt_text(engine, &signer->d, c1, c3, BYTES_ARRAY(c2), opened) == 0 && memcmp(opened, text.data, text.size) == 0;
}

bool self_test(const struct engine *engine)
{
	struct signer signer;
	struct affine key;
	struct fn k;

	return fn_read(&k, k_octets) && signer_init(&signer, d_octets) == 0 && engine->read(&key, point) == 0 && keys_answer(engine, 1) &&
	       keys_answer(engine, BATCH) && signature_answers(engine, &signer, &key, &k, 1) &&
	       signature_answers(engine, &signer, &key, &k, BATCH) && encryption_answers(engine, &signer, &key, &k);
}
