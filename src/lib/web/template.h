/* What generated pages are made of: values escaped by the place they stand in. doc/template.md */
#ifndef HUFU_WEB_TEMPLATE_H
#define HUFU_WEB_TEMPLATE_H

#include "catalogue.h"

/* Output of one page. The first failure sticks and is told by template_end. */
struct template
{
	struct buf *out;
	enum language language;
	bool failed;
	struct err err;
};

void template_begin(struct template *t, struct buf *out, enum language language);
int template_end(struct template *t, struct err *err) MUST_CHECK;

void template_markup(struct template *t, const char *text, size_t size); /* from a template's own text only */

/* Where a value stands. */
enum template_place {
	TEMPLATE_TEXT,      /* element content */
	TEMPLATE_ATTRIBUTE, /* a quoted attribute */
	TEMPLATE_URL,       /* a whole URL attribute: only "/…" (not "//"), "#…", "?…", http:, https:, mailto:, tel: pass, else "#" */
	TEMPLATE_URL_PART   /* a part of a URL attribute after its path began: percent-encoded (RFC 3986 unreserved stay) */
};
void template_put(struct template *t, enum template_place place, struct bytes value);
void template_put_text(struct template *t, enum template_place place, const char *value); /* NULL is empty */
void template_put_integer(struct template *t, int64_t value);
/* In the service's zone: 2026年11月22日 or 22 November 2026; with the hour and minute 09:05 for time. 0 is empty. */
void template_put_date(struct template *t, int64_t seconds);
void template_put_time(struct template *t, int64_t seconds);
void template_put_money(struct template *t, int64_t fen); /* 50.00元, CNY 50.00 */
/* A translated text; values are filled in and then all is escaped. */
void template_put_words(struct template *t, enum template_place place, const char *id, const struct catalogue_value *values, size_t n);

#endif
