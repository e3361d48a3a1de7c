/* What generated pages are made of: values escaped by the place they stand in. doc/template.md */
#ifndef HUFU_WEB_TEMPLATE_H
#define HUFU_WEB_TEMPLATE_H

#include "catalogue.h"

/* Output of one page. The first failure sticks and is told by template_end. */
struct template_out {
	struct buf *buf;
	enum language language;
	bool failed;
	struct err err;
};

void template_begin(struct template_out *t, struct buf *buf, enum language language);
int template_end(struct template_out *t, struct err *err) MUST_CHECK;

void template_markup(struct template_out *t, const char *text, size_t size); /* a template's own text only */

/* Where a value stands. */
enum template_place {
	TEMPLATE_TEXT,      /* element content */
	TEMPLATE_ATTRIBUTE, /* a double-quoted attribute */
	TEMPLATE_URL, /* the whole of an address: "/…" (not "//"), "#…", "?…", http:, https:, mailto:, tel: pass, all else is "#" */
	TEMPLATE_URL_PART /* a part of an address: percent-encoded but for RFC 3986 unreserved characters */
};
void template_put(struct template_out *t, enum template_place place, struct bytes value);
void template_put_text(struct template_out *t, enum template_place place, const char *value); /* NULL is empty */
void template_put_integer(struct template_out *t, int64_t value);
/* As catalogue_write; 0 is empty for date and time. */
void template_put_date(struct template_out *t, int64_t seconds);
void template_put_time(struct template_out *t, int64_t seconds);
void template_put_money(struct template_out *t, int64_t fen);
/* A translated text: the values are filled in, then all of it is escaped. NULL is empty. */
void template_put_words(struct template_out *t, enum template_place place, const char *id, const struct catalogue_value *values, size_t n);

/* A page's part that its layout calls for. */
typedef void template_block_fn(struct template_out *t, const void *page);

#endif
