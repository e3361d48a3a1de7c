/* The comb: one table row for each window of the scalar, one addition for each row. */
#include "comb.h"

#include "scan.h"

/* y, or -y where the mask is set. */
static void negate_where(struct fp *y, uint64_t mask)
{
	struct fp other;

	fp_negate(&other, y);
	fp_select(y, mask, &other, y);
}

/* No addition here meets an equal or opposite point. Before row i the sum is m P with |m| <= 2^(w-1) (2^(wi) - 1) / (2^w - 1) < 2/3 *
 * 2^(wi), and D P with D = d 2^(wi), 1 <= |d| <= 2^(w-1), is added. As whole numbers m and +-D differ. Both are below n / 2 in size, so
 * they differ mod n too, but for the last row, where w i = 252 (w is 6 or 7) and D may be 2^252 to 16 * 2^252 = 2^256: m = D - n: only D =
 * 2^256 is near enough to n, and then the whole sum k = m + D = 2^257 - n is above n; m = n - D: the whole sum is n. Both contradict k < n.
 */
void comb_multiply(struct point *r, const struct comb *table, const struct fn *k)
{
	static const struct fp zero;
	struct affine entry;
	struct sum sum, more;

	for (unsigned i = 0; i < COMB_ROWS; i++) {
		struct digit d = window_digit(k, COMB_WIDTH, i);
		uint64_t nothing = mask_of_zero(d.size);

		table_scan(&entry, table->row[i], COMB_ENTRIES, sizeof(entry), d.size);
		negate_where(&entry.y, d.negative);
		if (i == 0) {
			sum_from_affine(&sum, &entry);
			fp_select(&sum.zz, nothing, &zero, &fp_one);
			fp_select(&sum.zzz, nothing, &zero, &fp_one);
		} else {
			sum_add_other(&more, &sum, &entry);
			sum_select(&sum, nothing, &sum, &more);
		}
	}
	sum_to_point(r, &sum);
}

void comb_accumulate(struct sum *r, const struct comb *table, const struct fn *k)
{
	for (unsigned i = 0; i < COMB_ROWS; i++) {
		struct digit d = window_digit(k, COMB_WIDTH, i);

		if (d.size == 0)
			continue;
		struct affine entry = table->row[i][d.size - 1];
		if (d.negative)
			fp_negate(&entry.y, &entry.y);
		sum_add(r, r, &entry);
	}
}

/* Rows are made one after the other: j * row base by additions (point_add takes the double by itself), then a common inversion. */
void comb_make(struct comb *table, const struct affine *p)
{
	struct point multiple[COMB_ENTRIES], base;
	struct fp scratch[COMB_ENTRIES];

	point_from_affine(&base, p);
	for (unsigned i = 0; i < COMB_ROWS; i++) {
		multiple[0] = base;
		for (unsigned j = 1; j < COMB_ENTRIES; j++)
			point_add(&multiple[j], &multiple[j - 1], &base);
		points_to_affine(table->row[i], multiple, scratch, COMB_ENTRIES);
		point_double(&base, &multiple[COMB_ENTRIES - 1]);
	}
}
