/* DER (ITU-T X.690): a strict reader over borrowed bytes, and a writer into a buffer. */
#ifndef HUFU_CRYPTO_DER_H
#define HUFU_CRYPTO_DER_H

#include "bytes.h"

/* Identifier octets. Tag numbers of 31 and more (several octets) are refused. */
enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTF8_STRING = 0x0c,
	DER_PRINTABLE_STRING = 0x13,
	DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31
};
#define DER_CONTEXT(n) (0x80 | (n))             /* [n] IMPLICIT of a primitive */
#define DER_CONTEXT_CONSTRUCTED(n) (0xa0 | (n)) /* [n] EXPLICIT, or IMPLICIT of a constructed */

/* Each read takes one element from the front of *in, or returns -1 and leaves *in as it was: another tag, too few bytes,
 * indefinite or non-minimal length (X.690 8.1.3, 10.1), or a value that is not in its only DER form. What it gives is lent. */
bool der_is(struct bytes in, uint8_t tag); /* the next element, if any, has this tag */
int der_read(struct bytes *in, uint8_t tag, struct bytes *content) MUST_CHECK;
int der_read_any(struct bytes *in, uint8_t *tag, struct bytes *content) MUST_CHECK;
int der_read_element(struct bytes *in, uint8_t tag, struct bytes *element) MUST_CHECK; /* with its header */
int der_read_boolean(struct bytes *in, bool *value) MUST_CHECK;                        /* 00 or FF (11.1) */
/* Minimal two's complement (8.3.2), content as it stands; read_natural refuses negatives and drops the leading 00. */
int der_read_integer(struct bytes *in, struct bytes *content) MUST_CHECK;
int der_read_natural(struct bytes *in, struct bytes *magnitude) MUST_CHECK; /* zero gives one 00 byte */
/* A natural number of at most size bytes, big endian, zeros before it. */
int der_read_number(struct bytes *in, uint8_t *value, size_t size) MUST_CHECK;
int der_read_small(struct bytes *in, uint32_t *value) MUST_CHECK; /* 0..2^31-1 */
/* Whole octets only; DER_BIT_STRING with no unused bits. */
int der_read_bits(struct bytes *in, struct bytes *octets) MUST_CHECK;
/* NamedBitList of at most 16 bits without trailing zeros (11.2.2): bit n of the standard's numbering is 1 << n. */
int der_read_flags(struct bytes *in, uint16_t *flags) MUST_CHECK;
int der_read_oid(struct bytes *in, struct bytes *oid) MUST_CHECK; /* content; each arc minimal (8.19.2) */
/* UTCTime YYMMDDHHMMSSZ (years 1950..2049) or GeneralizedTime YYYYMMDDHHMMSSZ, as RFC 5280 4.1.2.5 allows them. */
int der_read_time(struct bytes *in, int64_t *seconds) MUST_CHECK;

/* Appends to a buffer. The first failure (memory, the buffer's maximum, depth) is kept and makes all later calls do nothing;
 * der_finish tells it. Elements of unknown length are opened and closed around what they hold. */
#define DER_DEPTH_MAX 16
struct der_writer {
	struct buf *out;
	size_t open[DER_DEPTH_MAX]; /* where the length octet of each open element stands */
	size_t depth;
	bool failed;
	struct err err;
};
void der_start(struct der_writer *w, struct buf *out);
int der_finish(struct der_writer *w, struct err *err) MUST_CHECK; /* every element must be closed */
void der_open(struct der_writer *w, uint8_t tag);
void der_close(struct der_writer *w);
void der_put(struct der_writer *w, uint8_t tag, struct bytes content);
void der_put_element(struct der_writer *w, struct bytes element); /* a whole element, made elsewhere */
void der_put_boolean(struct der_writer *w, bool value);
void der_put_natural(struct der_writer *w, struct bytes magnitude);    /* big endian, leading zeros allowed */
void der_put_small(struct der_writer *w, uint8_t tag, uint32_t value); /* DER_INTEGER or DER_ENUMERATED */
void der_put_bits(struct der_writer *w, struct bytes octets);
void der_put_flags(struct der_writer *w, uint16_t flags);
void der_put_null(struct der_writer *w);
void der_put_time(struct der_writer *w, int64_t seconds);             /* UTCTime to 2049, then GeneralizedTime (RFC 5280 4.1.2.5) */
void der_put_generalized_time(struct der_writer *w, int64_t seconds); /* as OCSP writes every time */

#endif
