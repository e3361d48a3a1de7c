/* The comb in eight lanes: one table row for each digit, one addition for each row. */
#include "comb8.h"

#define TOP (COMB8_ROWS - 1)

/* Every entry of the row is read, and picked inside registers: permutations of sixteen entries, the last bits of the place by masks. */
static inline void look_up(struct affine8 *r, const uint64_t row[10][COMB8_ENTRIES], __m512i place)
{
	const __mmask8 second = _mm512_test_epi64_mask(place, all8(16)), upper = _mm512_test_epi64_mask(place, all8(32));
	__m512i *limb[10] = {&r->x.v[0], &r->x.v[1], &r->x.v[2], &r->x.v[3], &r->x.v[4],
	                     &r->y.v[0], &r->y.v[1], &r->y.v[2], &r->y.v[3], &r->y.v[4]};

	for (size_t i = 0; i < 10; i++) {
		const uint64_t *at = row[i];
		__m512i a = _mm512_permutex2var_epi64(_mm512_load_si512(at), place, _mm512_load_si512(at + 8));
		__m512i b = _mm512_permutex2var_epi64(_mm512_load_si512(at + 16), place, _mm512_load_si512(at + 24));
		__m512i c = _mm512_permutex2var_epi64(_mm512_load_si512(at + 32), place, _mm512_load_si512(at + 40));
		__m512i d = _mm512_permutex2var_epi64(_mm512_load_si512(at + 48), place, _mm512_load_si512(at + 56));

		*limb[i] = _mm512_mask_mov_epi64(_mm512_mask_mov_epi64(a, second, b), upper, _mm512_mask_mov_epi64(c, second, d));
	}
}

static void accumulate_rows(struct point8 *r, const struct odd8 *k, unsigned rows)
{
	struct affine8 entry;

	while (rows-- > 0) {
		struct digit8 d = odd8_digit(k, COMB8_WIDTH, rows);

		look_up(&entry, base_comb8.row[rows], d.place);
		point8_add(r, &entry, d.negative);
	}
}

/* From the top row down, no addition meets an equal or opposite point. Before row i the sum is m G, where m is an odd multiple of
 * 2^(w (i + 1)); to it comes D = d 2^(w i), where d is odd and |d| < 2^w. As whole numbers m and +-D differ, as 2 divides m more often.
 * Mod n, for i > 0: m +- D is even, and smaller than 2 n, as |m| < n + 2^252 and |D| < 2^252; so it is no multiple of n but 0.
 * For i = 0: m + D is k, which is in 1..n-1. m - D is k - 2 d; this is n only for a negative d = (k - n) / 2, and as k = d + 2^w mod
 * 2^(w+1), n = k - 2 d would be 2^w - d: n is 35 mod 256, so for w = 7 d would be 93 or -163, which is no negative digit. */
void comb8_multiply(struct point8 *r, const struct odd8 *k)
{
	const struct digit8 top = odd8_top(k, COMB8_WIDTH, TOP);
	struct affine8 entry;

	look_up(&entry, base_comb8.row[TOP], top.place);
	const struct fp8 minus_y = tidy(sum8_from_p(1, sum8_of(&entry.y)));
	for (size_t i = 0; i < LIMBS52; i++)
		entry.y.v[i] = _mm512_mask_mov_epi64(entry.y.v[i], top.negative, minus_y.v[i]);
	*r = (struct point8){entry.x, entry.y, fp8_all(fp8_one), fp8_all(fp8_one)};
	accumulate_rows(r, k, TOP);
}

void comb8_accumulate(struct point8 *r, const struct odd8 *k)
{
	const struct digit8 top = odd8_top(k, COMB8_WIDTH, TOP);
	struct affine8 entry;

	look_up(&entry, base_comb8.row[TOP], top.place);
	point8_add(r, &entry, top.negative);
	accumulate_rows(r, k, TOP);
}
