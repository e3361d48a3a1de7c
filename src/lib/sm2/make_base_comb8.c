/* Writes base_comb8.c: the table of the base point's odd multiples for eight lanes. Run when hufu is built. */
#include "comb8_table.h"
#include "point.h"

#include <stdio.h>

/* 2^260 a in limbs of 52 bits, below p. */
static void split(uint64_t (*column)[COMB8_ENTRIES], unsigned entry, const struct fp *a)
{
	const uint64_t mask = (UINT64_C(1) << 52) - 1;
	struct fp t = *a;

	for (int i = 0; i < 4; i++)
		fp_double(&t, &t);
	column[0][entry] = t.v[0] & mask;
	column[1][entry] = (t.v[0] >> 52 | t.v[1] << 12) & mask;
	column[2][entry] = (t.v[1] >> 40 | t.v[2] << 24) & mask;
	column[3][entry] = (t.v[2] >> 28 | t.v[3] << 36) & mask;
	column[4][entry] = t.v[3] >> 16;
}

static void make(struct comb8 *table)
{
	struct point multiple[COMB8_ENTRIES], twice, base;
	struct affine flat[COMB8_ENTRIES];
	struct fp scratch[COMB8_ENTRIES];

	point_from_affine(&base, &curve_base);
	for (unsigned i = 0; i < COMB8_ROWS; i++) {
		multiple[0] = base;
		point_double(&twice, &base);
		for (unsigned j = 1; j < COMB8_ENTRIES; j++)
			point_add(&multiple[j], &multiple[j - 1], &twice);
		points_to_affine(flat, multiple, scratch, COMB8_ENTRIES);
		for (unsigned j = 0; j < COMB8_ENTRIES; j++) {
			split(table->row[i], j, &flat[j].x);
			split(table->row[i] + 5, j, &flat[j].y);
		}
		for (unsigned j = 0; j < COMB8_WIDTH; j++)
			point_double(&base, &base);
	}
}

int main(int argc, char **argv)
{
	struct comb8 table;
	FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;

	if (out == NULL)
		return 2;
	make(&table);
	fprintf(out, "/* Made by make_base_comb8.c. */\n#include \"comb8_table.h\"\n\nconst struct comb8 base_comb8 = {{\n");
	for (unsigned i = 0; i < COMB8_ROWS; i++) {
		fprintf(out, "{\n");
		for (unsigned limb = 0; limb < 10; limb++) {
			fprintf(out, "{");
			for (unsigned j = 0; j < COMB8_ENTRIES; j++)
				fprintf(out, "0x%013llx, ", (unsigned long long)table.row[i][limb][j]);
			fprintf(out, "},\n");
		}
		fprintf(out, "},\n");
	}
	fprintf(out, "}};\n");
	return fclose(out) == 0 ? 0 : 1;
}
