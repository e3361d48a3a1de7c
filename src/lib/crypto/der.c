/* The strict reader: one element at a time, and every second way to write it refused. */
#include "der.h"

#include "clock.h"

#include <string.h>

#define LENGTH_OCTETS_MAX 4

/* X.690 8.1.3, 10.1: definite, in the fewest octets. */
static int read_length(struct reader *r, size_t *length)
{
	uint8_t first, octet;
	size_t value = 0;

	if (reader_u8(r, &first) != 0)
		return -1;
	if (first < 0x80) {
		*length = first;
		return 0;
	}
	size_t octets = first & 0x7f;
	if (octets == 0 || octets > LENGTH_OCTETS_MAX)
		return -1;
	for (size_t i = 0; i < octets; i++) {
		if (reader_u8(r, &octet) != 0)
			return -1;
		if (i == 0 && octet == 0)
			return -1;
		value = value << 8 | octet;
	}
	if (value < 0x80)
		return -1;
	*length = value;
	return 0;
}

int der_read_any(struct bytes *in, uint8_t *tag, struct bytes *content)
{
	struct reader r = {*in};
	uint8_t found;
	size_t length;

	if (reader_u8(&r, &found) != 0 || (found & 0x1f) == 0x1f || read_length(&r, &length) != 0)
		return -1;
	if (reader_take(&r, length, content) != 0)
		return -1;
	*tag = found;
	*in = r.rest;
	return 0;
}

bool der_is(struct bytes in, uint8_t tag)
{
	return in.size > 0 && in.data[0] == tag;
}

int der_read(struct bytes *in, uint8_t tag, struct bytes *content)
{
	uint8_t found;

	if (!der_is(*in, tag))
		return -1;
	return der_read_any(in, &found, content);
}

int der_read_element(struct bytes *in, uint8_t tag, struct bytes *element)
{
	struct bytes start = *in, content;

	if (der_read(in, tag, &content) != 0)
		return -1;
	*element = (struct bytes){start.data, start.size - in->size};
	return 0;
}

int der_read_boolean(struct bytes *in, bool *value)
{
	struct bytes rest = *in, content;

	if (der_read(&rest, DER_BOOLEAN, &content) != 0 || content.size != 1)
		return -1;
	if (content.data[0] != 0x00 && content.data[0] != 0xff)
		return -1;
	*value = content.data[0] == 0xff;
	*in = rest;
	return 0;
}

int der_read_integer(struct bytes *in, struct bytes *content)
{
	struct bytes rest = *in, c;

	if (der_read(&rest, DER_INTEGER, &c) != 0 || c.size == 0)
		return -1;
	if (c.size > 1 && c.data[0] == 0x00 && (c.data[1] & 0x80) == 0)
		return -1;
	if (c.size > 1 && c.data[0] == 0xff && (c.data[1] & 0x80) != 0)
		return -1;
	*content = c;
	*in = rest;
	return 0;
}

int der_read_natural(struct bytes *in, struct bytes *magnitude)
{
	struct bytes rest = *in, c;

	if (der_read_integer(&rest, &c) != 0 || (c.data[0] & 0x80) != 0)
		return -1;
	if (c.size > 1 && c.data[0] == 0x00)
		c = (struct bytes){c.data + 1, c.size - 1};
	*magnitude = c;
	*in = rest;
	return 0;
}

int der_read_number(struct bytes *in, uint8_t *value, size_t size)
{
	struct bytes rest = *in, magnitude;

	if (der_read_natural(&rest, &magnitude) != 0 || magnitude.size > size)
		return -1;
	memset(value, 0, size - magnitude.size);
	memcpy(value + size - magnitude.size, magnitude.data, magnitude.size);
	*in = rest;
	return 0;
}

int der_read_small(struct bytes *in, uint32_t *value)
{
	struct bytes rest = *in, c;
	uint32_t v = 0;

	if (der_read_integer(&rest, &c) != 0 || (c.data[0] & 0x80) != 0 || c.size > 4)
		return -1;
	for (size_t i = 0; i < c.size; i++)
		v = v << 8 | c.data[i];
	*value = v;
	*in = rest;
	return 0;
}

int der_read_bits(struct bytes *in, struct bytes *octets)
{
	struct bytes rest = *in, c;

	if (der_read(&rest, DER_BIT_STRING, &c) != 0 || c.size == 0 || c.data[0] != 0)
		return -1;
	*octets = (struct bytes){c.data + 1, c.size - 1};
	*in = rest;
	return 0;
}

/* Bit 0 of the standard is the top bit of the first octet. */
static uint16_t flags_from_octet(uint8_t octet, unsigned from)
{
	uint16_t flags = 0;

	for (unsigned bit = 0; bit < 8; bit++) {
		if ((octet >> (7 - bit) & 1) != 0)
			flags = (uint16_t)(flags | 1u << (from + bit));
	}
	return flags;
}

int der_read_flags(struct bytes *in, uint16_t *flags)
{
	struct bytes rest = *in, c;

	if (der_read(&rest, DER_BIT_STRING, &c) != 0 || c.size == 0 || c.size > 3 || c.data[0] > 7)
		return -1;
	unsigned unused = c.data[0];
	if (c.size == 1) {
		if (unused != 0)
			return -1;
	} else if ((c.data[c.size - 1] & ((2u << unused) - 1)) != 1u << unused) {
		return -1; /* the last bit used must be 1, those after it 0 */
	}
	uint16_t f = 0;
	for (size_t i = 1; i < c.size; i++)
		f = (uint16_t)(f | flags_from_octet(c.data[i], (unsigned)(i - 1) * 8));
	*flags = f;
	*in = rest;
	return 0;
}

int der_read_oid(struct bytes *in, struct bytes *oid)
{
	struct bytes rest = *in, c;
	bool at_start = true;

	if (der_read(&rest, DER_OID, &c) != 0 || c.size == 0)
		return -1;
	for (size_t i = 0; i < c.size; i++) {
		if (at_start && c.data[i] == 0x80)
			return -1;
		at_start = (c.data[i] & 0x80) == 0;
	}
	if (!at_start)
		return -1;
	*oid = c;
	*in = rest;
	return 0;
}

static int two_digits(const uint8_t *at, int *value)
{
	if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
		return -1;
	*value = (at[0] - '0') * 10 + (at[1] - '0');
	return 0;
}

/* MMDDHHMMSSZ after the year; only dates that exist. */
static int read_after_year(const uint8_t *at, int year, int64_t *seconds)
{
	struct civil c = {.year = year};
	int *const parts[] = {&c.month, &c.day, &c.hour, &c.minute, &c.second};

	for (size_t i = 0; i < 5; i++) {
		if (two_digits(at + 2 * i, parts[i]) != 0)
			return -1;
	}
	if (at[10] != 'Z' || c.month < 1 || c.month > 12 || c.day < 1 || c.hour > 23 || c.minute > 59 || c.second > 59)
		return -1;
	int64_t s = clock_seconds(c, 0);
	struct civil back = clock_civil(s, 0);
	if (back.month != c.month || back.day != c.day)
		return -1;
	*seconds = s;
	return 0;
}

int der_read_time(struct bytes *in, int64_t *seconds)
{
	struct bytes rest = *in, c;
	uint8_t tag;
	int century, year;

	if (der_read_any(&rest, &tag, &c) != 0)
		return -1;
	if (tag == DER_UTC_TIME && c.size == 13) {
		if (two_digits(c.data, &year) != 0)
			return -1;
		year += year >= 50 ? 1900 : 2000;
		if (read_after_year(c.data + 2, year, seconds) != 0)
			return -1;
	} else if (tag == DER_GENERALIZED_TIME && c.size == 15) {
		if (two_digits(c.data, &century) != 0 || two_digits(c.data + 2, &year) != 0)
			return -1;
		if (read_after_year(c.data + 4, century * 100 + year, seconds) != 0)
			return -1;
	} else {
		return -1;
	}
	*in = rest;
	return 0;
}
