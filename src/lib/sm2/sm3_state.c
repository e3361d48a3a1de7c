/* SM3 as GB/T 32905 5 describes it. Time depends on sizes only. */
#include "sm3_state.h"

#include <endian.h>
#include <string.h>

static inline uint32_t rotate(uint32_t x, unsigned n)
{
	return x << n | x >> (32 - n);
}

static inline uint32_t p0(uint32_t x)
{
	return x ^ rotate(x, 9) ^ rotate(x, 17);
}

static inline uint32_t p1(uint32_t x)
{
	return x ^ rotate(x, 15) ^ rotate(x, 23);
}

/* W(j) of 5.3.2, of which the newest 16 are kept. */
#define W(j) w[(j) % 16]
#define EXPAND(j) (W(j) = p1(W(j) ^ W((j) + 7) ^ rotate(W((j) + 13), 15)) ^ rotate(W((j) + 3), 7) ^ W((j) + 10))

/* Round j of 5.3.3, the words renamed instead of moved: the text's A after the round stands in d, and so on. t is T(j) rotated
 * by j, and W'(j) = W(j) ^ W(j + 4). */
#define ROUND(a, b, c, d, e, f, g, h, j, ff, gg) \
	do { \
		uint32_t a12 = rotate(a, 12); \
		uint32_t ss1 = rotate(a12 + e + t, 7); \
		uint32_t tt1 = ff(a, b, c) + d + (ss1 ^ a12) + (W(j) ^ W((j) + 4)); \
		uint32_t tt2 = gg(e, f, g) + h + ss1 + W(j); \
		b = rotate(b, 9); \
		d = tt1; \
		f = rotate(f, 19); \
		h = p0(tt2); \
		t = rotate(t, 1); \
	} while (0)
#define PARITY(x, y, z) ((x) ^ (y) ^ (z))
#define MAJORITY(x, y, z) (((x) & (y)) | (((x) | (y)) & (z)))
#define CHOICE(x, y, z) ((((y) ^ (z)) & (x)) ^ (z))
#define FOUR_ROUNDS(j, ff, gg) \
	do { \
		ROUND(a, b, c, d, e, f, g, h, (j), ff, gg); \
		ROUND(d, a, b, c, h, e, f, g, (j) + 1, ff, gg); \
		ROUND(c, d, a, b, g, h, e, f, (j) + 2, ff, gg); \
		ROUND(b, c, d, a, f, g, h, e, (j) + 3, ff, gg); \
	} while (0)
#define FOUR_WORDS(j) (EXPAND(j), EXPAND((j) + 1), EXPAND((j) + 2), EXPAND((j) + 3))
#define FOUR_LATE_ROUNDS(j) \
	do { \
		FOUR_WORDS((j) + 4); \
		FOUR_ROUNDS(j, MAJORITY, CHOICE); \
	} while (0)

void sm3_compress(uint32_t v[8], const uint8_t block[SM3_BLOCK])
{
	uint32_t a = v[0], b = v[1], c = v[2], d = v[3], e = v[4], f = v[5], g = v[6], h = v[7];
	uint32_t w[16], t = 0x79cc4519;

	for (size_t i = 0; i < 16; i++) {
		uint32_t word;

		memcpy(&word, block + 4 * i, sizeof(word));
		w[i] = be32toh(word);
	}
	FOUR_ROUNDS(0, PARITY, PARITY);
	FOUR_ROUNDS(4, PARITY, PARITY);
	FOUR_ROUNDS(8, PARITY, PARITY);
	FOUR_WORDS(16);
	FOUR_ROUNDS(12, PARITY, PARITY);
	t = 0x9d8a7a87; /* 7a879d8a rotated by 16 */
	for (size_t j = 16; j < 64; j += 16) {
		FOUR_LATE_ROUNDS(0);
		FOUR_LATE_ROUNDS(4);
		FOUR_LATE_ROUNDS(8);
		FOUR_LATE_ROUNDS(12);
	}
	v[0] ^= a;
	v[1] ^= b;
	v[2] ^= c;
	v[3] ^= d;
	v[4] ^= e;
	v[5] ^= f;
	v[6] ^= g;
	v[7] ^= h;
}

void sm3_write(uint8_t digest[SM3_DIGEST], const uint32_t v[8])
{
	for (size_t i = 0; i < SM3_DIGEST; i++)
		digest[i] = (uint8_t)(v[i / 4] >> (24 - 8 * (i % 4)));
}

void sm3_begin(struct sm3_state *s)
{
	static const uint32_t start[8] = {0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e};

	memcpy(s->v, start, sizeof(start));
	s->size = 0;
}

void sm3_add(struct sm3_state *s, const void *data, size_t size)
{
	const uint8_t *at = data;
	size_t held = s->size % SM3_BLOCK;

	s->size += size;
	if (held != 0) {
		size_t take = size < SM3_BLOCK - held ? size : SM3_BLOCK - held;

		if (take > 0)
			memcpy(s->block + held, at, take);
		if (held + take < SM3_BLOCK)
			return;
		sm3_compress(s->v, s->block);
		at += take;
		size -= take;
	}
	for (; size >= SM3_BLOCK; at += SM3_BLOCK, size -= SM3_BLOCK)
		sm3_compress(s->v, at);
	if (size > 0)
		memcpy(s->block, at, size);
}

void sm3_end(struct sm3_state *s, uint8_t digest[SM3_DIGEST])
{
	uint64_t bits = s->size * 8;
	size_t held = s->size % SM3_BLOCK;

	s->block[held++] = 0x80;
	if (held > SM3_BLOCK - 8) {
		memset(s->block + held, 0, SM3_BLOCK - held);
		sm3_compress(s->v, s->block);
		held = 0;
	}
	memset(s->block + held, 0, SM3_BLOCK - 8 - held);
	for (size_t i = 0; i < 8; i++)
		s->block[SM3_BLOCK - 1 - i] = (uint8_t)(bits >> (8 * i));
	sm3_compress(s->v, s->block);
	sm3_write(digest, s->v);
}

void sm3_key_block(uint8_t block[SM3_DIGEST], const struct sm3_state *start, uint32_t count)
{
	const uint8_t octets[4] = {(uint8_t)(count >> 24), (uint8_t)(count >> 16), (uint8_t)(count >> 8), (uint8_t)count};
	struct sm3_state s = *start;

	sm3_add(&s, octets, sizeof(octets));
	sm3_end(&s, block);
}
