/* Words for people in two languages. The message id is the Chinese text itself, or "HF-nnnn" for a fault; po/ holds the English. */
#ifndef HUFU_WORDS_CATALOGUE_H
#define HUFU_WORDS_CATALOGUE_H

#include "bytes.h"

enum language { LANGUAGE_ZH, LANGUAGE_EN, LANGUAGES };

/* Marks a Chinese text for the catalogue where it stands; the text itself is the value. */
#define N_(text) text

/* The text in the language; the id itself when the catalogue has no row (Chinese ids need none in Chinese). Never NULL. */
const char *catalogue_text(enum language language, const char *id);
/* Words of a fault, by its row "HF-nnnn"; those of HF-9001 when it has none. */
const char *catalogue_fault(enum language language, enum err_code code);
/* "zh" or "en": also the value of the lang attribute ("zh-CN", "en") by language_tag. */
const char *language_name(enum language language);
const char *language_tag(enum language language);

/* A value for {name} in a text. text may be NULL: then number is written. */
struct catalogue_value {
	const char *name;
	const char *text;
	int64_t number;
};
/* Appends the text of id with its {name} filled in; {name|one|many} picks by whether the number is 1. An unknown name stays as it is. */
int catalogue_format(struct buf *out, enum language language, const char *id, const struct catalogue_value *values, size_t n,
                     struct err *err) MUST_CHECK;

#endif
