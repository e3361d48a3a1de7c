/* Distinguished names: C, ST, L, O, OU, CN in this order, one value each. doc/protocol/certificate.md 3 */
#ifndef HUFU_PKI_NAME_H
#define HUFU_PKI_NAME_H

#include "der.h"

/* Borrowed UTF-8; empty where the name has no such part. */
struct name {
	struct bytes country;
	struct bytes state;
	struct bytes locality;
	struct bytes organisation;
	struct bytes unit;
	struct bytes common_name;
};

/* Whether it may be written: the common name is there (HF_FIELD_MISSING), a country has two capital letters (HF_FIELD_FORMAT), no part is
 * longer than X.520 allows (HF_NAME_TOO_LONG: 64 characters, 128 for state and locality), no control or bidi characters
 * (HF_FIELD_CHARACTER). */
int name_check(const struct name *name, struct err *err) MUST_CHECK;
void name_write(struct der_writer *w, const struct name *name); /* country as PrintableString, all others as UTF8String */

/* Takes a Name from *in. Attributes of other kinds are passed over, of several values of one kind the first counts; values must be
 * UTF8String or PrintableString. What it gives is lent from *in. */
int name_read(struct bytes *in, struct name *name) MUST_CHECK;

/* Whether each part that some has is the same in whole. */
bool name_within(const struct name *some, const struct name *whole);

/* Appends "C=CN, O=…, CN=…" for a person to read. */
int name_print(struct buf *out, const struct name *name, struct err *err) MUST_CHECK;

#endif
