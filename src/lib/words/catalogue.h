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
/* "zh" or "en", and what stands in the lang attribute of a page: "zh-CN" or "en". */
const char *language_name(enum language language);
const char *language_tag(enum language language);

/* How a value is written for people. Dates and times are those of the service's zone, Asia/Shanghai. */
enum catalogue_kind {
	CATALOGUE_TEXT,   /* text as it is; NULL is empty */
	CATALOGUE_WORDS,  /* text is an id of the catalogue */
	CATALOGUE_NUMBER, /* 1234 */
	CATALOGUE_DATE,   /* seconds: 2026年11月22日, 22 November 2026; empty for 0 */
	CATALOGUE_TIME,   /* the date, and 09:05 */
	CATALOGUE_MONEY   /* fen: 50.00元, CNY 50.00 */
};
/* A value for {name} in a text. */
struct catalogue_value {
	const char *name;
	enum catalogue_kind kind;
	const char *text;
	int64_t number;
};
int catalogue_write(struct buf *out, enum language language, const struct catalogue_value *value, struct err *err) MUST_CHECK;
/* Appends the text of id with its {name} filled in; {name|one|many} picks by whether the number is 1. An unknown name stays as it is. */
int catalogue_format(struct buf *out, enum language language, const char *id, const struct catalogue_value *values, size_t n,
                     struct err *err) MUST_CHECK;

#endif
