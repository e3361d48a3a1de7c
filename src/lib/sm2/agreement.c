/* Agreeing on a key. */
#include "agreement.h"

#include "declassify.h"
#include "stack_wipe.h"

#include <string.h>

#define TAG_OF_B 2 /* what stands before the digests that confirm */
#define TAG_OF_A 3

BELOW static void make_offer(struct agreement_offer *offer, const struct engine *engine, const struct signer *own,
                             const uint8_t z[SM3_DIGEST], const uint8_t random[NONCE_RANDOM_SIZE])
{
	struct affine point;
	struct nonce_key key;
	uint8_t d[32];

	fn_write(d, &own->d);
	nonce_key(&key, d, NONCE_OF_AGREEMENT);
	nonce_make(&offer->r, &key, random, z, 0);
	engine->base_many(&point, &offer->r, 1);
	engine->write(offer->point, &point);
	declassify(offer->point, sizeof(offer->point));
}

void agreement_offer_make(struct agreement_offer *offer, const struct engine *engine, const struct signer *own, const uint8_t z[SM3_DIGEST],
                          uint8_t random[NONCE_RANDOM_SIZE])
{
	make_offer(offer, engine, own, z, random);
	stack_wipe();
	explicit_bzero(random, NONCE_RANDOM_SIZE);
}

/* 2^127 + (x mod 2^127): half of n's 256 bits, w = 127 (6.1 A4). */
static struct fn half_of(const uint8_t x[32])
{
	struct fn half;

	limbs_read(half.v, x);
	half.v[1] |= UINT64_C(1) << 63;
	half.v[2] = half.v[3] = 0;
	return half;
}

/* t = d + half(x of the own R) r, U = t (P + half(x of the other's R) R); the cofactor is 1. */
static bool common_point(uint8_t u[64], const struct engine *engine, const struct agreement *a)
{
	struct fn t, half = half_of(a->offer->point);
	struct affine point, offer;

	if (engine->read(&point, a->peer_point) != 0 || engine->read(&offer, a->peer_offer) != 0)
		return false;
	fn_to_montgomery(&t, &a->offer->r);
	fn_mul(&t, &t, &half);
	fn_add(&t, &t, &a->own->d);
	uint64_t zero = fn_zero(&t);
	declassify(&zero, sizeof(zero));
	half = half_of(a->peer_offer);
	engine->multiply(&offer, &offer, &half);
	if (zero || !engine->add(&point, &point, &offer))
		return false;
	engine->multiply(&point, &point, &t);
	engine->write(u, &point);
	return true;
}

/* What both sides hash in one order: A's value, then B's. */
static void add_both(struct sm3_state *s, const struct agreement *a, const uint8_t *own, const uint8_t *peer, size_t size)
{
	sm3_add(s, a->initiator ? own : peer, size);
	sm3_add(s, a->initiator ? peer : own, size);
}

/* SM3(which || yU || SM3(xU || ZA || ZB || x1 || y1 || x2 || y2)) */
static void make_tag(uint8_t tag[SM3_DIGEST], uint8_t which, const uint8_t u[64], const struct agreement *a)
{
	struct sm3_state s;

	sm3_begin(&s);
	sm3_add(&s, u, 32);
	add_both(&s, a, a->own_z, a->peer_z, SM3_DIGEST);
	add_both(&s, a, a->offer->point, a->peer_offer, 64);
	sm3_end(&s, tag);
	sm3_begin(&s);
	sm3_add(&s, &which, 1);
	sm3_add(&s, u + 32, 32);
	sm3_add(&s, tag, SM3_DIGEST);
	sm3_end(&s, tag);
}

BELOW static bool make_key(const struct engine *engine, const struct agreement *a, uint8_t *key, size_t size, struct agreement_tags *tags)
{
	uint8_t u[64], block[SM3_DIGEST];
	struct sm3_state start;

	if (!common_point(u, engine, a))
		return false;
	sm3_begin(&start);
	sm3_add(&start, u, sizeof(u));
	add_both(&start, a, a->own_z, a->peer_z, SM3_DIGEST);
	for (size_t at = 0; at < size; at += sizeof(block)) {
		sm3_key_block(block, &start, (uint32_t)(at / sizeof(block)) + 1);
		memcpy(key + at, block, size - at < sizeof(block) ? size - at : sizeof(block));
	}
	make_tag(tags->own, a->initiator ? TAG_OF_A : TAG_OF_B, u, a);
	make_tag(tags->peer, a->initiator ? TAG_OF_B : TAG_OF_A, u, a);
	return true;
}

int agreement_key(const struct engine *engine, const struct agreement *a, uint8_t *key, size_t size, struct agreement_tags *tags)
{
	bool made = make_key(engine, a, key, size, tags);

	stack_wipe();
	if (!made)
		explicit_bzero(key, size);
	return made ? 0 : -1;
}
