/* The linter of CRLs. */
#include "lint_walk.h"

#include <string.h>

static const char aki_oid[] = "\x55\x1d\x23", number_oid[] = "\x55\x1d\x14", reason_oid[] = "\x55\x1d\x15";
static const char anchor_oid[] = "\x69\x81\xcc\xad\xb5\x90\xc0\xf2\xc2\x8e\x97\x90\xf1\x85\xff\xa9\xe0\xd5\x88\x2d\x02";

static void lint_reason(struct walk in, struct lint_report *report)
{
	struct lint_extension x;
	struct element e;

	if (!walk_enter(&in, 0x30) || !lint_extension_next(&in, &x, report) || !walk_done(&in) || x.critical ||
	    !value_is(&x.oid, reason_oid, 3)) {
		lint_find(report, "RFC 5280 5.3", "extension of an entry is not reasonCode alone");
		return;
	}
	in = walk_into(&x.value);
	/* unspecified is left out; 7 is not used; removeFromCRL belongs to deltas */
	if (!walk_expect(&in, 0x0a, &e) || !walk_done(&in) || e.size != 1 || e.value[0] < 1 || e.value[0] > 10 || e.value[0] == 7 ||
	    e.value[0] == 8)
		lint_find(report, "RFC 5280 5.3.1", "reasonCode");
}

/* As numbers: more octets are more, else byte by byte. */
static bool serial_ascends(const struct element *before, const struct element *serial)
{
	if (before->size != serial->size)
		return before->size < serial->size;
	return memcmp(before->value, serial->value, serial->size) < 0;
}

static void lint_entries(const struct element *list, int64_t this_update, struct lint_report *report)
{
	struct walk in = walk_into(list);
	struct element entry, serial, time, before = {.size = 0};
	int64_t seconds;

	if (list->size == 0)
		lint_find(report, "RFC 5280 5.1.2.6", "an empty list of entries");
	while (!walk_done(&in)) {
		if (!walk_expect(&in, 0x30, &entry)) {
			lint_find(report, "RFC 5280 5.1.2.6", "entry is not DER");
			return;
		}
		struct walk fields = walk_into(&entry);
		if (!walk_expect(&fields, 0x02, &serial) || !walk_next(&fields, &time) || !walk_time(&time, &seconds)) {
			lint_find(report, "RFC 5280 5.1.2.6", "entry is not serial number and time");
			return;
		}
		lint_serial(&serial, report);
		if (!serial_ascends(&before, &serial))
			lint_find(report, "certificate.md 5", "entries do not ascend");
		if (seconds > this_update)
			lint_find(report, "RFC 5280 5.1.2.6", "revoked after the CRL was made");
		if (!walk_done(&fields))
			lint_reason(fields, report);
		before = serial;
	}
}

static void lint_number(struct walk value, struct lint_report *report)
{
	struct element e;

	if (!walk_expect(&value, 0x02, &e) || !walk_done(&value) || e.size == 0 || e.size > 20 || e.value[0] >= 0x80)
		lint_find(report, "RFC 5280 5.2.3", "cRLNumber is not a positive INTEGER of at most 20 octets");
}

static void lint_anchor(struct walk value, struct lint_report *report)
{
	static const uint8_t tags[] = {0x02, 0x04, 0x02, 0x04};
	struct element e;

	bool fine = walk_enter(&value, 0x30);
	for (size_t i = 0; fine && i < sizeof(tags); i++)
		fine = walk_expect(&value, tags[i], &e) && (tags[i] == 0x02 || e.size == 32);
	if (!fine || !walk_done(&value))
		lint_find(report, "certificate.md 5", "anchor of journal and audit chain");
}

static void lint_extensions(struct walk in, struct lint_report *report)
{
	struct lint_extension x;
	unsigned authority = 0, number = 0, anchor = 0;

	while (!walk_done(&in)) {
		if (!lint_extension_next(&in, &x, report)) {
			lint_find(report, "RFC 5280 5.2", "extension is not DER");
			return;
		}
		if (x.critical)
			lint_find(report, "RFC 5280 5.2", "critical extension");
		if (value_is(&x.oid, aki_oid, sizeof(aki_oid) - 1)) {
			authority++;
			lint_authority_key_id(walk_into(&x.value), report);
		} else if (value_is(&x.oid, number_oid, sizeof(number_oid) - 1)) {
			number++;
			lint_number(walk_into(&x.value), report);
		} else if (value_is(&x.oid, anchor_oid, sizeof(anchor_oid) - 1)) {
			anchor++;
			lint_anchor(walk_into(&x.value), report);
		} else {
			lint_find(report, "certificate.md 5", "extension that does not belong there");
		}
	}
	if (authority != 1 || number != 1 || anchor != 1)
		lint_find(report, "RFC 5280 5.2", "authorityKeyIdentifier, cRLNumber and anchor do not stand once each");
}

static void lint_fields(struct walk tbs, struct lint_report *report)
{
	struct element version, algorithm, issuer, this_update, next_update, entries;
	int64_t from = 0, to = 0;

	if (!walk_next(&tbs, &version) || !walk_next(&tbs, &algorithm) || !walk_next(&tbs, &issuer) || !walk_next(&tbs, &this_update) ||
	    !walk_next(&tbs, &next_update)) {
		lint_find(report, "RFC 5280 5.1.2", "fields are missing or not DER");
		return;
	}
	if (!element_is(&version, "\x02\x01\x01", 3))
		lint_find(report, "RFC 5280 5.1.2.1", "version is not 2");
	lint_algorithm(&algorithm, report);
	lint_name(&issuer, report);
	if (!walk_time(&this_update, &from) || !walk_time(&next_update, &to) || from >= to)
		lint_find(report, "RFC 5280 5.1.2.5", "thisUpdate and nextUpdate");
	if (walk_expect(&tbs, 0x30, &entries))
		lint_entries(&entries, from, report);
	if (walk_enter(&tbs, 0xa0) && walk_enter(&tbs, 0x30))
		lint_extensions(tbs, report);
	else
		lint_find(report, "RFC 5280 5.1.2.7", "what follows the entries is not extensions alone");
}

void lint_crl(struct bytes tbs, struct lint_report *report)
{
	struct walk in = walk_bytes(tbs);

	report->count = 0;
	if (walk_enter(&in, 0x30))
		lint_fields(in, report);
	else
		lint_find(report, "RFC 5280 5.1", "not one SEQUENCE");
}
