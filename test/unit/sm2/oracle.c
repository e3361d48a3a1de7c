/* OpenSSL as a judge. */
#define OPENSSL_SUPPRESS_DEPRECATED /* RAND_set_rand_method: a generator of one's own without a provider for it */
#include "oracle.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <cmocka.h>

#define SEED "SM2_TEST_SEED"

/* G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014): the whole state is the seed and a count. */
static uint64_t next_word(void)
{
	static uint64_t state;
	static bool seeded;

	if (!seeded) {
		const char *set = getenv(SEED);

		if (set != NULL)
			state = strtoull(set, NULL, 16);
		else
			assert_int_equal(getrandom(&state, sizeof(state), 0), sizeof(state));
		printf("# the same again: " SEED "=%016llx\n", (unsigned long long)state);
		(void)fflush(stdout);
		seeded = true;
	}
	uint64_t z = state += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

void oracle_random(uint8_t *out, size_t n)
{
	for (size_t at = 0; at < n; at += sizeof(uint64_t)) {
		uint64_t word = next_word();

		memcpy(out + at, &word, n - at < sizeof(word) ? n - at : sizeof(word));
	}
}

static int give_random(unsigned char *out, int n)
{
	oracle_random(out, (size_t)n);
	return 1;
}

static int is_ready(void)
{
	return 1;
}

static const RAND_METHOD seeded = {.bytes = give_random, .pseudorand = give_random, .status = is_ready};

static const EC_GROUP *group(void)
{
	static EC_GROUP *sm2;

	if (sm2 == NULL)
		sm2 = EC_GROUP_new_by_curve_name(NID_sm2);
	assert_non_null(sm2);
	return sm2;
}

bool oracle_sum(uint8_t point[64], const uint8_t *g, const uint8_t *p, const uint8_t *k)
{
	EC_POINT *sum = EC_POINT_new(group()), *other = EC_POINT_new(group());
	BIGNUM *bg = g ? BN_bin2bn(g, 32, NULL) : NULL, *bk = k ? BN_bin2bn(k, 32, NULL) : NULL;
	uint8_t octets[65] = {4};

	if (p) {
		memcpy(octets + 1, p, 64);
		assert_int_equal(EC_POINT_oct2point(group(), other, octets, 65, NULL), 1);
	}
	assert_int_equal(EC_POINT_mul(group(), sum, bg, p ? other : NULL, bk, NULL), 1);
	bool finite = !EC_POINT_is_at_infinity(group(), sum);
	if (finite) {
		assert_int_equal(EC_POINT_point2oct(group(), sum, POINT_CONVERSION_UNCOMPRESSED, octets, 65, NULL), 65);
		memcpy(point, octets + 1, 64);
	}
	BN_free(bg);
	BN_free(bk);
	EC_POINT_free(sum);
	EC_POINT_free(other);
	return finite;
}

EVP_PKEY *oracle_key(const uint8_t key[64], const uint8_t *d)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	uint8_t octets[65] = {4};
	BIGNUM *scalar = d ? BN_bin2bn(d, 32, NULL) : NULL;
	EVP_PKEY *pkey = NULL;

	memcpy(octets + 1, key, 64);
	OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0);
	OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, octets, sizeof(octets));
	if (scalar)
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar);
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(EVP_PKEY_fromdata(ctx, &pkey, d ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params), 1);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_free(scalar);
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

static size_t put_integer(uint8_t *out, const uint8_t value[32])
{
	size_t skip = 0;

	while (skip < 31 && value[skip] == 0)
		skip++;
	size_t pad = value[skip] >> 7, size = 32 - skip + pad;
	out[0] = 2;
	out[1] = (uint8_t)size;
	out[2] = 0;
	memcpy(out + 2 + pad, value + skip, 32 - skip);
	return 2 + size;
}

static const uint8_t *get_integer(const uint8_t *in, uint8_t value[32])
{
	size_t size = in[1], skip = size == 33;

	memset(value, 0, 32);
	memcpy(value + 32 - (size - skip), in + 2 + skip, size - skip);
	return in + 2 + size;
}

bool oracle_verify_by(EVP_PKEY *key, const uint8_t digest[32], const uint8_t rs[64])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	uint8_t der[80] = {0x30};
	size_t size = 2;

	size += put_integer(der + size, rs);
	size += put_integer(der + size, rs + 32);
	der[1] = (uint8_t)(size - 2);
	assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
	bool valid = EVP_PKEY_verify(ctx, der, size, digest, 32) == 1;
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return valid;
}

bool oracle_verify(const uint8_t key[64], const uint8_t digest[32], const uint8_t rs[64])
{
	EVP_PKEY *pkey = oracle_key(key, NULL);
	bool valid = oracle_verify_by(pkey, digest, rs);

	EVP_PKEY_free(pkey);
	return valid;
}

void oracle_sign_by(uint8_t rs[64], EVP_PKEY *key, const uint8_t digest[32])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	uint8_t der[80];
	size_t size = sizeof(der);

	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(RAND_set_rand_method(&seeded), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, der, &size, digest, 32), 1);
	assert_int_equal(RAND_set_rand_method(NULL), 1);
	get_integer(get_integer(der + 2, rs), rs + 32);
	EVP_PKEY_CTX_free(ctx);
}

void oracle_sign(uint8_t rs[64], const uint8_t d[32], const uint8_t digest[32])
{
	uint8_t key[64];

	assert_true(oracle_sum(key, d, NULL, NULL));
	EVP_PKEY *pkey = oracle_key(key, d);
	oracle_sign_by(rs, pkey, digest);
	EVP_PKEY_free(pkey);
}

/* Texts of these tests are short enough for lengths of one or two octets. */
static uint8_t *put_octets(uint8_t *out, const uint8_t *data, size_t size)
{
	*out++ = 4;
	if (size > 127)
		*out++ = 0x81;
	*out++ = (uint8_t)size;
	memcpy(out, data, size);
	return out + size;
}

bool oracle_decrypt(uint8_t *text, size_t size, const uint8_t d[32], const uint8_t c1[64], const uint8_t c3[32], const uint8_t *c2)
{
	uint8_t key[64], der[512], body[400], *at = body;
	size_t header = 0, got = size;

	assert_in_range(size, 1, 200);
	at += put_integer(at, c1);
	at += put_integer(at, c1 + 32);
	at = put_octets(put_octets(at, c3, 32), c2, size);
	der[header++] = 0x30;
	if (at - body > 255)
		der[header++] = 0x82, der[header++] = (uint8_t)((at - body) >> 8);
	else if (at - body > 127)
		der[header++] = 0x81;
	der[header++] = (uint8_t)(at - body);
	memcpy(der + header, body, (size_t)(at - body));

	assert_true(oracle_sum(key, d, NULL, NULL));
	EVP_PKEY *pkey = oracle_key(key, d);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
	assert_int_equal(EVP_PKEY_decrypt_init(ctx), 1);
	bool opened = EVP_PKEY_decrypt(ctx, text, &got, der, header + (size_t)(at - body)) == 1 && got == size;
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return opened;
}

static const uint8_t *get_octets(const uint8_t *in, uint8_t *data, size_t size)
{
	in += in[1] == 0x81 ? 3 : 2;
	memcpy(data, in, size);
	return in + size;
}

void oracle_encrypt(uint8_t c1[64], uint8_t c3[32], uint8_t *c2, const uint8_t key[64], const uint8_t *text, size_t size)
{
	EVP_PKEY *pkey = oracle_key(key, NULL);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
	uint8_t der[512];
	size_t got = sizeof(der);

	assert_in_range(size, 1, 200);
	assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
	assert_int_equal(RAND_set_rand_method(&seeded), 1);
	assert_int_equal(EVP_PKEY_encrypt(ctx, der, &got, text, size), 1);
	assert_int_equal(RAND_set_rand_method(NULL), 1);
	const uint8_t *at = der + (der[1] == 0x82 ? 4 : der[1] == 0x81 ? 3 : 2);
	at = get_integer(get_integer(at, c1), c1 + 32);
	get_octets(get_octets(at, c3, 32), c2, size);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(pkey);
}

/* base + delta */
static void offset(uint8_t out[32], const BIGNUM *base, int delta)
{
	BIGNUM *b = BN_dup(base);

	if (delta < 0)
		BN_sub_word(b, (BN_ULONG)-delta);
	else
		BN_add_word(b, (BN_ULONG)delta);
	assert_int_equal(BN_bn2binpad(b, out, 32), 32);
	BN_free(b);
}

size_t oracle_boundary_scalars(uint8_t (*scalar)[32], size_t max)
{
	const BIGNUM *order = EC_GROUP_get0_order(group());
	BIGNUM *power = BN_new();
	size_t n = 0;

	assert_true(max >= 1300);
	for (int i = 1; i <= 70; i++) {
		BN_zero(power);
		offset(scalar[n++], power, i);
		offset(scalar[n++], order, -i);
	}
	for (int i = 8; i < 256; i++) {
		BN_zero(power);
		BN_set_bit(power, i);
		for (int delta = -1; delta <= 1; delta++)
			offset(scalar[n++], power, delta);
		BN_sub(power, order, power);
		offset(scalar[n], power, 0);
		n++;
	}
	/* windows of 4 to 7 bits that all hold the same digit, from every start */
	for (int width = 4; width <= 7; width++) {
		for (int digit = 1 << (width - 2); digit < 1 << width; digit += width == 7 ? 8 : 3) {
			BN_zero(power);
			for (int at = 0; at + width <= 255; at += width) {
				for (int bit = 0; bit < width; bit++) {
					if (digit >> bit & 1)
						BN_set_bit(power, at + bit);
				}
			}
			offset(scalar[n++], power, 0);
		}
	}
	BN_free(power);
	assert_true(n <= max);
	return n;
}
