/* Secret multiples of any point: signed windows of five bits, a table read in full. */
#include "multiply.h"

#include "scan.h"

#define WIDTH 5
#define ENTRIES (1 << (WIDTH - 1))

/* point_add is right for every input, so no scalar needs a proof of its own. (One does meet a doubling in the last addition: n - 6,
 * where n - 3, a multiple of 32, and the digit -3 come together.) */
void multiply_secret(struct point *r, const struct affine *p, const struct fn *k)
{
	struct point table[ENTRIES], entry;
	struct fp negative;

	point_from_affine(&table[0], p);
	for (int i = 1; i < ENTRIES; i++)
		point_add(&table[i], &table[i - 1], &table[0]);
	point_set_infinity(r);
	for (unsigned i = WINDOWS(WIDTH); i-- > 0;) {
		struct digit d = window_digit(k, WIDTH, i);

		for (int j = 0; j < WIDTH; j++)
			point_double(r, r);
		table_scan(&entry, table, ENTRIES, sizeof(entry), d.size); /* z = 0, infinity, for the digit 0 */
		fp_negate(&negative, &entry.y);
		fp_select(&entry.y, d.negative, &negative, &entry.y);
		point_add(r, r, &entry);
	}
}
