/* Writes base_comb.c: the table of multiples of the curve's base point. Run when hufu is built. */
#include "comb.h"

#include <stdio.h>

static void write_element(FILE *out, const struct fp *a)
{
	fprintf(out, "{{0x%016llx, 0x%016llx, 0x%016llx, 0x%016llx}}", (unsigned long long)a->v[0], (unsigned long long)a->v[1],
	        (unsigned long long)a->v[2], (unsigned long long)a->v[3]);
}

int main(int argc, char **argv)
{
	struct comb table;
	FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;

	if (out == NULL)
		return 2;
	comb_make(&table, &curve_base);
	fprintf(out, "/* Made by make_base_comb.c. */\n#include \"comb.h\"\n\nconst struct comb base_comb = {{\n");
	for (unsigned i = 0; i < COMB_ROWS; i++) {
		fprintf(out, "{\n");
		for (unsigned j = 0; j < COMB_ENTRIES; j++) {
			fprintf(out, "{");
			write_element(out, &table.row[i][j].x);
			fprintf(out, ", ");
			write_element(out, &table.row[i][j].y);
			fprintf(out, "},\n");
		}
		fprintf(out, "},\n");
	}
	fprintf(out, "}};\n");
	return fclose(out) == 0 ? 0 : 1;
}
