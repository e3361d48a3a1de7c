/* The rows that tool/make-catalogue makes from po/. */
#ifndef HUFU_WORDS_CATALOGUE_TABLE_H
#define HUFU_WORDS_CATALOGUE_TABLE_H

#include "catalogue.h"

struct catalogue_row {
	const char *id;
	const char *text[LANGUAGES];
};
/* Sorted by id, bytewise. */
extern const struct catalogue_row catalogue_rows[];
extern const size_t catalogue_row_count;

#endif
