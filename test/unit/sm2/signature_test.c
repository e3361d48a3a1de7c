/* Signatures: the standard's example, what must be refused, and OpenSSL on the other side. */
#include "key_pair.h"
#include "oracle.h"
#include "signature.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* GB/T 32918.5 */
#define D "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
#define P "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
#define Z "B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3"
#define Z_OF_EMPTY_ID "F2A1724ED3D6767E22FCD19BFB33CD8AF34F59AD7FDC8747CCE6ACACD414F1F9"
#define E "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"
#define K "59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21"
#define R "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
#define S "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
#define N "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123"
#define N_MINUS_1 "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54122"
#define N_MINUS_2 "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54121"
#define N_PLUS_1 "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54124"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define ONE "0000000000000000000000000000000000000000000000000000000000000001"
#define ONES "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"

#define CASES 480 /* differential_test.c has the many */

static const struct engine *engines[ENGINES_MAX];
static size_t engine_count;

static void put(const char *hex, uint8_t *out)
{
	struct buf b = vector(hex);

	memcpy(out, b.data, b.size);
	buf_free(&b);
}

static void signs_and_verifies_the_example(void **state)
{
	uint8_t d[32], z[32], point[64], e[32], k_octets[32], rs[64], point_octets[1][64], d_octets[1][32];
	struct sm3_state hash;
	struct signer signer;
	struct affine key, kg;
	struct fn k, x;

	put(D, d);
	put(P, point);
	put(K, k_octets);
	user_digest(z, BYTES_LITERAL("1234567812345678"), point);
	assert_vector(BYTES_ARRAY(z), Z);
	sm3_begin(&hash);
	sm3_add(&hash, z, sizeof(z));
	sm3_add(&hash, "message digest", 14);
	sm3_end(&hash, e);
	assert_vector(BYTES_ARRAY(e), E);
	user_digest(z, BYTES_NONE, point);
	assert_vector(BYTES_ARRAY(z), Z_OF_EMPTY_ID);
	assert_int_equal(signer_init(&signer, d), 0);
	assert_true(fn_read(&k, k_octets) != 0);
	for (size_t i = 0; i < engine_count; i++) {
		memcpy(d_octets[0], d, 32);
		assert_int_equal(public_of_many(engines[i], point_octets, d_octets, 1), 0);
		assert_memory_equal(point_octets[0], point, 64);
		engines[i]->base_many(&kg, &k, 1);
		engines[i]->abscissa(&x, &kg);
		assert_true(signature_of(rs, &signer, e, &k, &x) != 0);
		assert_vector(BYTES_ARRAY(rs), R S);
		assert_int_equal(engines[i]->read(&key, point), 0);
		struct verify_job job = {.key = &key, .digest = e, .rs = rs};
		verify_many(engines[i], &job, 1);
		assert_true(job.valid);
	}
}

static bool verify(const struct engine *engine, const struct affine *key, const struct comb *table, const uint8_t e[32],
                   const uint8_t rs[64])
{
	struct verify_job job = {.key = key, .table = table, .digest = e, .rs = rs, .valid = true};

	verify_many(engine, &job, 1);
	return job.valid;
}

static void refuses_signatures(void **state)
{
	static const char *const bad[] = {
	    ZERO S,        R ZERO,        N S,       R N, N_PLUS_1 S, R N_PLUS_1, ONES S,    R ONES,
	    N_MINUS_1 ONE, ONE N_MINUS_1, ZERO ZERO, N N, S R,        ONE ONE,    ONES ONES,
	};
	static struct comb table;
	uint8_t point[64], e[32], rs[64];
	struct affine key;

	put(P, point);
	put(E, e);
	for (size_t i = 0; i < engine_count; i++) {
		assert_int_equal(engines[i]->read(&key, point), 0);
		engines[i]->make_comb(&table, &key);
		for (size_t j = 0; j < sizeof(bad) / sizeof(bad[0]); j++) {
			put(bad[j], rs);
			assert_false(verify(engines[i], &key, NULL, e, rs));
			assert_false(verify(engines[i], &key, &table, e, rs));
		}
		put(R S, rs);
		assert_true(verify(engines[i], &key, NULL, e, rs));
		assert_true(verify(engines[i], &key, &table, e, rs));
		for (size_t bit = 0; bit < 512; bit++) {
			rs[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_false(verify(engines[i], &key, &table, e, rs));
			if (bit % 8 == 0)
				assert_false(verify(engines[i], &key, NULL, e, rs));
			rs[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		e[31] ^= 1;
		assert_false(verify(engines[i], &key, NULL, e, rs));
		e[31] ^= 1;
	}
}

/* r + k = n, r = 0 and s = 0 are told, and made by choosing the digest. */
static void bad_nonces_are_told(void **state)
{
	uint8_t d[32], k_octets[32], e[32], rs[64];
	struct signer signer;
	struct affine kg;
	struct fn k, x, t;

	put(D, d);
	put(K, k_octets);
	assert_int_equal(signer_init(&signer, d), 0);
	(void)fn_read(&k, k_octets);
	engines[0]->base_many(&kg, &k, 1);
	engines[0]->abscissa(&x, &kg);
	fn_sub(&t, &(struct fn){{0}}, &x); /* e = -x: r = 0 */
	fn_write(e, &t);
	assert_true(signature_of(rs, &signer, e, &k, &x) == 0);
	fn_sub(&t, &t, &k); /* e = -x - k: r + k = 0 */
	fn_write(e, &t);
	assert_true(signature_of(rs, &signer, e, &k, &x) == 0);
	fn_inverse(&t, &signer.d); /* r = k / d: s = 0 */
	fn_to_montgomery(&t, &t);
	fn_mul(&t, &t, &k);
	fn_sub(&t, &t, &x);
	fn_write(e, &t);
	assert_true(signature_of(rs, &signer, e, &k, &x) == 0);
}

static void takes_private_keys_of_the_range_only(void **state)
{
	static const char *const bad[] = {ZERO, N_MINUS_1, N, N_PLUS_1, ONES};
	static const char *const good[] = {ONE, N_MINUS_2, D};
	uint8_t d[32], e[32], rs[64], point[1][64], scalar[1][32];
	struct signer signer;

	put(E, e);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put(bad[i], d);
		assert_int_equal(signer_init(&signer, d), -1);
		assert_true(scalar_fits(d) == 0);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		put(good[i], d);
		assert_true(scalar_fits(d) != 0);
		assert_int_equal(signer_init(&signer, d), 0);
		for (size_t j = 0; j < engine_count; j++) {
			struct sign_job job = {.signer = &signer, .digest = e};

			sign_many(engines[j], &job, 1);
			memcpy(rs, job.rs, 64);
			memcpy(scalar[0], d, 32);
			assert_int_equal(public_of_many(engines[j], point, scalar, 1), 0);
			assert_true(oracle_verify(point[0], e, rs));
		}
	}
	memset(scalar[0], 0, 32);
	assert_int_equal(public_of_many(engines[0], point, scalar, 1), -1);
	put(N, scalar[0]);
	assert_int_equal(public_of_many(engines[0], point, scalar, 1), -1);
}

static void random_scalar(uint8_t d[32])
{
	do
		oracle_random(d, 32);
	while (!scalar_fits(d));
}

/* What is signed here is verified there and the other way; wrong digests on neither side. */
static void agrees_with_openssl(void **state)
{
	enum { BATCH = 24 };
	uint8_t d[BATCH][32], point[BATCH][64], e[BATCH][32], rs[64];
	static struct signer signer[BATCH];
	struct affine key[BATCH];

	for (size_t done = 0; done < CASES; done += BATCH) {
		const struct engine *engine = engines[done / BATCH % engine_count];
		struct sign_job sign[BATCH];
		struct verify_job check[BATCH];

		for (size_t i = 0; i < BATCH; i++) {
			random_scalar(d[i]);
			oracle_random(e[i], 32);
			if (i % 8 == 0)
				memset(e[i], i % 16 ? 0xff : 0, 32);
			assert_int_equal(signer_init(&signer[i], d[i]), 0);
			sign[i] = (struct sign_job){.signer = &signer[i], .digest = e[i]};
			oracle_random(sign[i].random, NONCE_RANDOM_SIZE);
		}
		assert_int_equal(public_of_many(engine, point, d, BATCH), 0);
		sign_many(engine, sign, BATCH);
		for (size_t i = 0; i < BATCH; i++) {
			assert_int_equal(engine->read(&key[i], point[i]), 0);
			assert_true(oracle_verify(point[i], e[i], sign[i].rs));
			check[i] = (struct verify_job){.key = &key[i], .digest = e[i], .rs = sign[i].rs};
		}
		verify_many(engine, check, BATCH);
		for (size_t i = 0; i < BATCH; i++)
			assert_true(check[i].valid);
		oracle_sign(rs, d[0], e[0]);
		assert_true(verify(engine, &key[0], NULL, e[0], rs));
		assert_false(verify(engine, &key[1], NULL, e[0], rs));
		sign[1].rs[done % 64] ^= 4;
		assert_int_equal(verify(engine, &key[1], NULL, e[1], sign[1].rs), oracle_verify(point[1], e[1], sign[1].rs));
		/* a batch of good and bad ones is judged one by one */
		verify_many(engine, check, BATCH);
		for (size_t i = 0; i < BATCH; i++)
			assert_int_equal(check[i].valid, i != 1);
	}
}

/* The same random octets twice, in this process or in one forked from it: other digests get other nonces; the same digest gets the
 * same signature, which tells nothing new. */
static void repeated_randomness_is_safe(void **state)
{
	uint8_t d[32], e[2][32] = {{1}, {2}}, other[32];
	struct signer signer, second;
	int channel[2], status;

	put(D, d);
	assert_int_equal(signer_init(&signer, d), 0);
	random_scalar(other);
	assert_int_equal(signer_init(&second, other), 0);
	struct sign_job job[4] = {{.signer = &signer, .digest = e[0]},
	                          {.signer = &signer, .digest = e[1]},
	                          {.signer = &second, .digest = e[0]},
	                          {.signer = &signer, .digest = e[0]}};
	sign_many(engines[0], job, 4);
	assert_memory_equal(job[0].rs, job[3].rs, 64);

	/* r = e + x: a common k would be a common x */
	struct fn r[3], digest[3], x[3];
	for (size_t i = 0; i < 3; i++) {
		(void)fn_read(&r[i], job[i].rs);
		(void)fn_read(&digest[i], job[i].digest);
		fn_sub(&x[i], &r[i], &digest[i]);
	}
	assert_memory_not_equal(&x[0], &x[1], sizeof(x[0]));
	assert_memory_not_equal(&x[0], &x[2], sizeof(x[0]));

	assert_int_equal(pipe(channel), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct sign_job same = {.signer = &signer, .digest = e[1]};

		sign_many(engines[0], &same, 1);
		_exit(write(channel[1], same.rs, 64) == 64 ? 0 : 1);
	}
	uint8_t rs[64];
	assert_int_equal(read(channel[0], rs, 64), 64);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_memory_equal(rs, job[1].rs, 64);
	close(channel[0]);
	close(channel[1]);

	/* and fresh octets give a fresh nonce for the same digest */
	struct sign_job fresh = {.signer = &signer, .digest = e[0], .random = {7}};
	sign_many(engines[0], &fresh, 1);
	assert_memory_not_equal(fresh.rs, job[0].rs, 32);
	static const uint8_t wiped[NONCE_RANDOM_SIZE];
	assert_memory_equal(fresh.random, wiped, sizeof(wiped));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(signs_and_verifies_the_example),
	    cmocka_unit_test(refuses_signatures),
	    cmocka_unit_test(bad_nonces_are_told),
	    cmocka_unit_test(takes_private_keys_of_the_range_only),
	    cmocka_unit_test(agrees_with_openssl),
	    cmocka_unit_test(repeated_randomness_is_safe),
	};

	engine_count = engine_list(engines);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
