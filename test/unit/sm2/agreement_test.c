/* Key agreement: the standard's example from both sides, agreements of drawn keys, and what must be refused. */
#include "agreement.h"

#include "key_pair.h"
#include "oracle.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* GB/T 32918.5, key agreement: d, r and Z of A and B, the common key and S1 = S_B, S2 = S_A */
#define D_A "81EB26E941BB5AF16DF116495F90695272AE2CD63D6C4AE1678418BE48230029"
#define R_A "D4DE15474DB74D06491C440D305E012400990F3E390C7E87153C12DB2EA60BB3"
#define Z_A "3B85A57179E11E7E513AA622991F2CA74D1807A0BD4D4B38F90987A17AC245B1"
#define D_B "785129917D45A9EA5437A59356B82338EAADDA6CEB199088F14AE10DEFA229B5"
#define R_B "7E07124814B309489125EAED101113164EBF0F3458C5BD88335C1F9D596243D6"
#define Z_B "79C988D63229D97EF19FE02CA1056E01E6A7411ED24694AA8F834F4A4AB022F7"
#define K "6C89347354DE2484C60B4AB1FDE4C6E5"
#define S_B "D3A0FE15DEE185CEAE907A6B595CC32A266ED7B3367E9983A896DC32FA20F8EB"
#define S_A "18C7894B3816DF16CF07B05C5EC0BEF5D655D58F779CC1B400A4F3884644DB88"

struct party {
	uint8_t d[1][32], point[1][64], z[SM3_DIGEST];
	struct signer signer;
	struct agreement_offer offer;
};

static const struct engine *engines[ENGINES_MAX];
static size_t engine_count;

static void party_make(struct party *p, const struct engine *engine, const char *id)
{
	assert_int_equal(public_of_many(engine, p->point, (const uint8_t(*)[32])p->d, 1), 0);
	assert_int_equal(signer_init(&p->signer, p->d[0]), 0);
	user_digest(p->z, bytes_text(id), p->point[0]);
}

static void party_read(struct party *p, const struct engine *engine, const char *d, const char *r)
{
	struct buf key = vector(d), offer = vector(r);
	struct affine point;

	memcpy(p->d[0], key.data, 32);
	party_make(p, engine, "1234567812345678");
	assert_true(fn_read(&p->offer.r, offer.data) != 0);
	engine->base_many(&point, &p->offer.r, 1);
	engine->write(p->offer.point, &point);
	buf_free(&key);
	buf_free(&offer);
}

static struct agreement with(const struct party *own, const struct party *peer, bool initiator)
{
	return (struct agreement){
	    .initiator = initiator,
	    .own = &own->signer,
	    .offer = &own->offer,
	    .own_z = own->z,
	    .peer_z = peer->z,
	    .peer_point = peer->point[0],
	    .peer_offer = peer->offer.point,
	};
}

static void agrees_as_in_the_example(void **state)
{
	for (size_t e = 0; e < engine_count; e++) {
		struct party a, b;
		struct agreement_tags tags;
		uint8_t key[16];

		party_read(&a, engines[e], D_A, R_A);
		party_read(&b, engines[e], D_B, R_B);
		assert_vector(BYTES_ARRAY(a.z), Z_A);
		assert_vector(BYTES_ARRAY(b.z), Z_B);
		struct agreement of_a = with(&a, &b, true), of_b = with(&b, &a, false);
		assert_int_equal(agreement_key(engines[e], &of_a, key, sizeof(key), &tags), 0);
		assert_vector(BYTES_ARRAY(key), K);
		assert_vector(BYTES_ARRAY(tags.own), S_A);
		assert_vector(BYTES_ARRAY(tags.peer), S_B);
		assert_int_equal(agreement_key(engines[e], &of_b, key, sizeof(key), &tags), 0);
		assert_vector(BYTES_ARRAY(key), K);
		assert_vector(BYTES_ARRAY(tags.own), S_B);
		assert_vector(BYTES_ARRAY(tags.peer), S_A);
	}
}

static void draw(struct party *p, const struct engine *engine, const char *id)
{
	static const uint8_t wiped[NONCE_RANDOM_SIZE];
	uint8_t random[NONCE_RANDOM_SIZE];

	do
		oracle_random(p->d[0], 32);
	while (!scalar_fits(p->d[0]));
	party_make(p, engine, id);
	oracle_random(random, sizeof(random));
	agreement_offer_make(&p->offer, engine, &p->signer, p->z, random);
	assert_memory_equal(random, wiped, sizeof(random));
}

/* With the same random octets, and Z in the digest's place. */
static void offers_share_no_number_with_signatures(void **state)
{
	struct party p;
	struct fn k;
	uint8_t random[NONCE_RANDOM_SIZE] = {9};

	draw(&p, engines[0], "alice");
	nonce_make(&k, &p.signer.nonce, random, p.z, 0);
	agreement_offer_make(&p.offer, engines[0], &p.signer, p.z, random);
	assert_memory_not_equal(&k, &p.offer.r, sizeof(k));
}

/* Whoever works with which engine; keys of every size begin alike. A third party gets another key. */
static void two_parties_agree(void **state)
{
	struct party a, b, c;
	struct agreement_tags of_a, of_b;
	uint8_t key_a[100], key_b[100], long_key[100];

	for (size_t i = 0; i < 60; i++) {
		const struct engine *one = engines[i % engine_count], *two = engines[i / 2 % engine_count];
		size_t size = i * 100 / 59;

		draw(&a, one, "alice");
		draw(&b, two, "bob");
		draw(&c, two, "bob");
		struct agreement first = with(&a, &b, true), second = with(&b, &a, false), third = with(&c, &a, false);
		assert_int_equal(agreement_key(one, &first, key_a, size, &of_a), 0);
		assert_int_equal(agreement_key(two, &second, key_b, size, &of_b), 0);
		assert_memory_equal(key_a, key_b, size);
		assert_memory_equal(of_a.own, of_b.peer, SM3_DIGEST);
		assert_memory_equal(of_a.peer, of_b.own, SM3_DIGEST);
		assert_memory_not_equal(of_a.own, of_a.peer, SM3_DIGEST);
		assert_int_equal(agreement_key(two, &second, long_key, sizeof(long_key), &of_b), 0);
		assert_memory_equal(long_key, key_a, size);
		assert_int_equal(agreement_key(two, &third, key_b, sizeof(key_b), &of_b), 0);
		assert_memory_not_equal(key_b, long_key, sizeof(long_key));
	}
}

static void refuses_bad_points(void **state)
{
	static const uint8_t nothing[64];
	uint8_t key[32], bad[64];
	struct agreement_tags tags;
	struct party a, b;

	for (size_t e = 0; e < engine_count; e++) {
		draw(&a, engines[e], "alice");
		draw(&b, engines[e], "bob");
		memcpy(bad, b.offer.point, sizeof(bad));
		bad[40] ^= 1;
		struct agreement agreement = with(&a, &b, true);
		const uint8_t *const wrong[] = {bad, nothing};
		for (size_t i = 0; i < 2; i++) {
			memset(key, 0xa5, sizeof(key));
			agreement.peer_offer = wrong[i];
			assert_int_equal(agreement_key(engines[e], &agreement, key, sizeof(key), &tags), -1);
			assert_memory_equal(key, nothing, sizeof(key));
			agreement.peer_offer = b.offer.point;
			agreement.peer_point = wrong[i];
			assert_int_equal(agreement_key(engines[e], &agreement, key, sizeof(key), &tags), -1);
			agreement.peer_point = b.point[0];
		}
		assert_int_equal(agreement_key(engines[e], &agreement, key, sizeof(key), &tags), 0);
	}
}

/* The other's R is chosen so that P + half(x) R is infinite: P = -half(x) R. */
static void refuses_an_infinite_common_point(void **state)
{
	struct party a, b;
	struct agreement_tags tags;
	uint8_t key[32];

	for (size_t e = 0; e < engine_count; e++) {
		struct affine point, offer;
		struct fn half;

		draw(&a, engines[e], "alice");
		draw(&b, engines[e], "bob");
		assert_int_equal(engines[e]->read(&offer, b.offer.point), 0);
		limbs_read(half.v, b.offer.point);
		half.v[1] |= UINT64_C(1) << 63;
		half.v[2] = half.v[3] = 0;
		fn_sub(&half, &(struct fn){{0}}, &half);
		engines[e]->multiply(&point, &offer, &half);
		engines[e]->write(b.point[0], &point);
		struct agreement agreement = with(&a, &b, true);
		assert_int_equal(agreement_key(engines[e], &agreement, key, sizeof(key), &tags), -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(agrees_as_in_the_example),
	    cmocka_unit_test(offers_share_no_number_with_signatures),
	    cmocka_unit_test(two_parties_agree),
	    cmocka_unit_test(refuses_bad_points),
	    cmocka_unit_test(refuses_an_infinite_common_point),
	};

	engine_count = engine_list(engines);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
