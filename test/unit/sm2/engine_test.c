/* Every engine against OpenSSL: multiples, points from outside, claims, and the table that the build made. */
#include "comb_table.h"
#include "engine.h"
#include "fn.h"
#include "oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct engine *engines[ENGINES_MAX];
static size_t engine_count;

static struct fn number(const uint8_t octets[32])
{
	struct fn k;

	(void)fn_read(&k, octets);
	return k;
}

static void random_numbers(uint8_t (*scalar)[32], size_t n)
{
	struct fn k;

	for (size_t i = 0; i < n; i++) {
		do
			oracle_random(scalar[i], 32);
		while (!fn_read(&k, scalar[i]) || fn_zero(&k));
	}
}

static void multiplies_the_base(void **state)
{
	static uint8_t scalar[1600][32], want[1600][64], got[64];
	static struct fn k[1600];
	static struct affine point[1600];
	size_t n = oracle_boundary_scalars(scalar, 1400);

	random_numbers(scalar + n, 200);
	n += 200;
	for (size_t i = 0; i < n; i++) {
		k[i] = number(scalar[i]);
		assert_true(oracle_sum(want[i], scalar[i], NULL, NULL));
	}
	for (size_t e = 0; e < engine_count; e++) {
		engines[e]->base_many(point, k, n);
		for (size_t i = 0; i < n; i++) {
			engines[e]->write(got, &point[i]);
			assert_memory_equal(got, want[i], 64);
			engines[e]->base_many(&point[i], &k[i], 1);
			engines[e]->write(got, &point[i]);
			assert_memory_equal(got, want[i], 64);
		}
	}
}

/* Numbers in one batch have nothing to do with each other, whatever its size. */
static void batches_of_every_size(void **state)
{
	uint8_t scalar[70][32];
	struct fn k[70];
	struct affine alone[70], together[71];

	random_numbers(scalar, 70);
	for (size_t i = 0; i < 70; i++)
		k[i] = number(scalar[i]);
	engines[0]->base_many(alone, k, 70);
	for (size_t e = 0; e < engine_count; e++) {
		for (size_t n = 0; n <= 70; n++) {
			memset(together, 0xa5, sizeof(together));
			engines[e]->base_many(together, k, n);
			assert_memory_equal(together, alone, n * sizeof(alone[0]));
			assert_int_equal(*(uint8_t *)&together[n], 0xa5);
		}
	}
}

static void multiplies_any_point(void **state)
{
	static uint8_t scalar[1400][32];
	size_t n = oracle_boundary_scalars(scalar, 1400);
	uint8_t base[1][32], key[64], want[64], got[64];
	struct affine p, r;

	random_numbers(base, 1);
	assert_true(oracle_sum(key, base[0], NULL, NULL));
	for (size_t i = 0; i < n; i++) {
		struct fn k = number(scalar[i]);

		assert_true(oracle_sum(want, NULL, key, scalar[i]));
		for (size_t e = 0; e < engine_count; e++) {
			assert_int_equal(engines[e]->read(&p, key), 0);
			engines[e]->multiply(&r, &p, &k);
			engines[e]->write(got, &r);
			assert_memory_equal(got, want, 64);
		}
	}
}

/* The claim that OpenSSL's sum makes holds, and one beside it does not. */
static void judge(const uint8_t *s, const uint8_t *t, const uint8_t key[64], bool with_table)
{
	static struct comb table;
	uint8_t sum[64];
	bool finite = oracle_sum(sum, s, key, t);
	struct affine p;

	for (size_t e = 0; e < engine_count; e++) {
		struct sum_check check[3] = {{.p = &p}};

		assert_int_equal(engines[e]->read(&p, key), 0);
		if (with_table) {
			engines[e]->make_comb(&table, &p);
			check[0].table = &table;
		}
		check[0].s = number(s);
		check[0].t = number(t);
		check[0].v = finite ? number(sum) : (struct fn){{0}};
		check[1] = check[2] = check[0];
		check[1].v.v[0] ^= 1;
		engines[e]->check(check, 3);
		assert_true(check[0].holds == finite && check[2].holds == finite);
		assert_false(check[1].holds);
	}
}

/* P = +-G, +-2^i G and small multiples, so that the sums meet equal and opposite points on their way. */
static void checks_sums_that_collide(void **state)
{
	static uint8_t scalar[1400][32];
	size_t n = oracle_boundary_scalars(scalar, 1400);
	uint8_t key[64];

	for (size_t i = 0; i < 12; i++) {
		assert_true(oracle_sum(key, scalar[i], NULL, NULL)); /* 1, n-1, 2, n-2, ... */
		for (size_t j = 0; j < 12; j++) {
			for (size_t k = 0; k < 12; k++)
				judge(scalar[j], scalar[k], key, k % 6 == 0 && j % 4 == 0);
		}
	}
	for (size_t i = 140; i + 3 < n; i += 37) {
		assert_true(oracle_sum(key, scalar[i], NULL, NULL));
		judge(scalar[i], scalar[0], key, true);  /* k G + k G */
		judge(scalar[i], scalar[1], key, false); /* k G - k G: infinity */
		judge(scalar[i], scalar[1], key, true);
		judge(scalar[i + 1], scalar[i + 2], key, false);
	}
}

static void checks_sums(void **state)
{
	uint8_t scalar[3][32], key[64];

	for (int i = 0; i < 150; i++) {
		random_numbers(scalar, 3);
		assert_true(oracle_sum(key, scalar[2], NULL, NULL));
		judge(scalar[0], scalar[1], key, i % 10 == 0);
	}
}

static void reads_only_points_of_the_curve(void **state)
{
	static const uint8_t p[32] = {0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	                              0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	static const uint8_t one[32] = {[31] = 1};
	uint8_t good[64], bad[64], again[64];
	struct affine a;

	assert_true(oracle_sum(good, one, NULL, NULL));
	for (size_t e = 0; e < engine_count; e++) {
		assert_int_equal(engines[e]->read(&a, good), 0);
		engines[e]->write(again, &a);
		assert_memory_equal(again, good, 64);
		assert_memory_equal(&a, &curve_base, sizeof(a));
		for (size_t bit = 0; bit < 512; bit++) {
			memcpy(bad, good, 64);
			bad[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(engines[e]->read(&a, bad), -1);
		}
		memset(bad, 0, 64); /* how some write infinity */
		assert_int_equal(engines[e]->read(&a, bad), -1);
		memset(bad, 0xff, 64);
		assert_int_equal(engines[e]->read(&a, bad), -1);
		memcpy(bad, p, 32);
		assert_int_equal(engines[e]->read(&a, bad), -1);
		memcpy(bad, good, 32);
		memcpy(bad + 32, p, 32);
		assert_int_equal(engines[e]->read(&a, bad), -1);
	}
}

/* Every entry of every row. */
static void the_built_table_is_right(void **state)
{
	struct comb *made = malloc(sizeof(*made));
	uint8_t scalar[32], base[64], want[64], got[64];
	struct fn power = {{1}};

	assert_non_null(made);
	for (size_t e = 0; e < engine_count; e++) {
		memset(made, 0, sizeof(*made));
		engines[e]->make_comb(made, &curve_base);
		assert_memory_equal(made, &base_comb, sizeof(*made));
	}
	free(made);
	for (unsigned i = 0; i < COMB_ROWS; i++) {
		fn_write(scalar, &power);
		assert_true(oracle_sum(base, scalar, NULL, NULL));
		for (unsigned j = 0; j < COMB_ENTRIES; j++) {
			const uint8_t factor[32] = {[31] = (uint8_t)(j + 1)};

			assert_true(oracle_sum(want, NULL, base, factor));
			engines[0]->write(got, &base_comb.row[i][j]);
			assert_memory_equal(got, want, 64);
		}
		for (unsigned j = 0; j < COMB_WIDTH; j++)
			fn_add(&power, &power, &power);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(multiplies_the_base),
	    cmocka_unit_test(batches_of_every_size),
	    cmocka_unit_test(multiplies_any_point),
	    cmocka_unit_test(checks_sums_that_collide),
	    cmocka_unit_test(checks_sums),
	    cmocka_unit_test(reads_only_points_of_the_curve),
	    cmocka_unit_test(the_built_table_is_right),
	};

	engine_count = engine_list(engines);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
