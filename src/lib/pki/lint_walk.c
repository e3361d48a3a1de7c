/* The walk, and the rules that certificates and CRLs share. */
#include "lint_walk.h"

#include "text_code.h"

#include <string.h>

struct walk walk_bytes(struct bytes from)
{
	return (struct walk){from.data, from.data + from.size};
}

struct walk walk_into(const struct element *e)
{
	return (struct walk){e->value, e->value + e->size};
}

bool walk_done(const struct walk *w)
{
	return w->at == w->end;
}

bool walk_next(struct walk *w, struct element *e)
{
	size_t left = (size_t)(w->end - w->at);

	if (left < 2 || (w->at[0] & 0x1f) == 0x1f)
		return false;
	size_t header = 2, size = w->at[1];
	if (size >= 0x80) {
		size_t octets = size - 0x80;
		if (octets < 1 || octets > 4 || left < 2 + octets)
			return false;
		size = 0;
		for (size_t i = 0; i < octets; i++)
			size = size * 256 + w->at[2 + i];
		/* the shortest form is the only one (X.690 10.1) */
		if (size < 128 || (octets > 1 && size < (size_t)1 << (8 * (octets - 1))))
			return false;
		header += octets;
	}
	if (size > left - header)
		return false;
	*e = (struct element){w->at[0], w->at, w->at + header, size};
	w->at += header + size;
	return true;
}

bool walk_expect(struct walk *w, uint8_t tag, struct element *e)
{
	struct walk before = *w;

	if (walk_next(w, e) && e->tag == tag)
		return true;
	*w = before;
	return false;
}

bool walk_enter(struct walk *w, uint8_t tag)
{
	struct element e;

	if (!walk_expect(w, tag, &e) || !walk_done(w))
		return false;
	*w = walk_into(&e);
	return true;
}

bool element_is(const struct element *e, const void *bytes, size_t size)
{
	return (size_t)(e->value - e->start) + e->size == size && memcmp(e->start, bytes, size) == 0;
}

bool value_is(const struct element *e, const void *bytes, size_t size)
{
	return e->size == size && memcmp(e->value, bytes, size) == 0;
}

bool elements_equal(const struct element *a, const struct element *b)
{
	return element_is(a, b->start, (size_t)(b->value - b->start) + b->size);
}

/* Days from 1970-01-01 in the Gregorian calendar, counted in years that begin in March. */
static int64_t day_number(int64_t year, int64_t month, int64_t day)
{
	if (month < 3) {
		year--;
		month += 12;
	}
	return 365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day - 1 - 719468;
}

static int64_t number_at(const uint8_t *digits, size_t n)
{
	int64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v * 10 + (digits[i] - '0');
	return v;
}

bool walk_time(const struct element *e, int64_t *seconds)
{
	static const int8_t month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	size_t year_digits = e->tag == 0x17 ? 2 : 4;

	if ((e->tag != 0x17 && e->tag != 0x18) || e->size != year_digits + 11 || e->value[e->size - 1] != 'Z')
		return false;
	for (size_t i = 0; i + 1 < e->size; i++) {
		if (e->value[i] < '0' || e->value[i] > '9')
			return false;
	}
	const uint8_t *rest = e->value + year_digits;
	int64_t year = number_at(e->value, year_digits), month = number_at(rest, 2), day = number_at(rest + 2, 2);
	int64_t hour = number_at(rest + 4, 2), minute = number_at(rest + 6, 2), second = number_at(rest + 8, 2);
	if (e->tag == 0x17)
		year += year < 50 ? 2000 : 1900;
	else if (year < 2050)
		return false;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	if (month < 1 || month > 12 || day < 1 || day > month_days[month - 1] + (month == 2 && leap) || hour > 23 || minute > 59 ||
	    second > 59)
		return false;
	*seconds = day_number(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
	return true;
}

void lint_find(struct lint_report *report, const char *paragraph, const char *what)
{
	if (report->count < LINT_FINDINGS_MAX)
		report->findings[report->count] = (struct lint_finding){paragraph, what};
	report->count++;
}

void lint_algorithm(const struct element *e, struct lint_report *report)
{
	static const char sm2_with_sm3[] = "\x30\x0a\x06\x08\x2a\x81\x1c\xcf\x55\x01\x83\x75";

	if (!element_is(e, sm2_with_sm3, sizeof(sm2_with_sm3) - 1))
		lint_find(report, "GM/T 0015 5.2.2", "signature algorithm is not SM2 with SM3 without parameters");
}

void lint_serial(const struct element *e, struct lint_report *report)
{
	if (e->tag != 0x02 || e->size == 0) {
		lint_find(report, "RFC 5280 4.1.2.2", "serial number is no INTEGER");
		return;
	}
	if (e->value[0] >= 0x80 || (e->size == 1 && e->value[0] == 0))
		lint_find(report, "RFC 5280 4.1.2.2", "serial number is not positive");
	if (e->size > 1 && e->value[0] == 0 && e->value[1] < 0x80)
		lint_find(report, "X.690 8.3.2", "serial number is not minimal");
	if (e->size > 20)
		lint_find(report, "RFC 5280 4.1.2.2", "serial number has more than 20 octets");
	if (e->size < 8)
		lint_find(report, "certificate.md 2", "serial number has less than 64 bits");
}

/* The last byte of the attribute's OID under 2.5.4, in the order in which they must stand. */
static const struct {
	uint8_t last;
	size_t max;
} name_parts[] = {{6, 2}, {8, 128}, {7, 128}, {10, 64}, {11, 64}, {3, 64}};
#define NAME_PARTS (sizeof(name_parts) / sizeof(name_parts[0]))

static void lint_value(const struct element *value, bool country, size_t max, struct lint_report *report)
{
	struct bytes text = {value->value, value->size};

	if (country && (value->tag != 0x13 || value->size != 2))
		lint_find(report, "GM/T 0015 5.2.3", "country is not a PrintableString of two letters");
	if (!country && value->tag != 0x0c)
		lint_find(report, "RFC 5280 4.1.2.4", "value of a name is no UTF8String");
	if (text_check(text) != TEXT_FINE)
		lint_find(report, "RFC 5280 4.1.2.4", "value of a name is not UTF-8, or has control characters");
	else if (text_characters(text) == 0 || text_characters(text) > max)
		lint_find(report, "RFC 5280 A.1", "value of a name is empty or too long");
}

/* Gives the place of the attribute among name_parts, or NAME_PARTS when it is none of them. */
static size_t lint_attribute(const struct element *set, struct lint_report *report)
{
	struct walk fields = walk_into(set);
	struct element oid, value;

	if (!walk_enter(&fields, 0x30) || !walk_expect(&fields, 0x06, &oid) || !walk_next(&fields, &value) || !walk_done(&fields))
		return NAME_PARTS;
	if (oid.size != 3 || oid.value[0] != 0x55 || oid.value[1] != 0x04)
		return NAME_PARTS;
	for (size_t i = 0; i < NAME_PARTS; i++) {
		if (name_parts[i].last == oid.value[2]) {
			lint_value(&value, i == 0, name_parts[i].max, report);
			return i;
		}
	}
	return NAME_PARTS;
}

void lint_name(const struct element *e, struct lint_report *report)
{
	struct walk in = walk_into(e);
	struct element set;
	size_t next = 0;
	bool common_name = false;

	while (walk_expect(&in, 0x31, &set)) {
		size_t place = lint_attribute(&set, report);
		if (place == NAME_PARTS)
			lint_find(report, "certificate.md 3", "name has an attribute that does not belong there");
		else if (place < next)
			lint_find(report, "certificate.md 3", "attributes of a name are not in order, or one stands twice");
		next = place + 1;
		common_name = common_name || place == NAME_PARTS - 1;
	}
	if (e->tag != 0x30 || !walk_done(&in))
		lint_find(report, "RFC 5280 4.1.2.4", "name is not DER");
	if (!common_name)
		lint_find(report, "certificate.md 3", "name has no common name");
}

bool lint_extension_next(struct walk *w, struct lint_extension *x, struct lint_report *report)
{
	struct element whole, critical;

	if (!walk_expect(w, 0x30, &whole))
		return false;
	struct walk in = walk_into(&whole);
	if (!walk_expect(&in, 0x06, &x->oid))
		return false;
	x->critical = walk_expect(&in, 0x01, &critical);
	if (x->critical && !value_is(&critical, "\xff", 1))
		lint_find(report, "X.690 11.5", "criticality FALSE is written, or TRUE is not FF");
	return walk_expect(&in, 0x04, &x->value) && walk_done(&in);
}

void lint_authority_key_id(struct walk value, struct lint_report *report)
{
	struct element id;

	if (!walk_enter(&value, 0x30) || !walk_expect(&value, 0x80, &id) || id.size != 20 || !walk_done(&value))
		lint_find(report, "RFC 5280 4.2.1.1", "authorityKeyIdentifier is not one key identifier of 20 bytes");
}
