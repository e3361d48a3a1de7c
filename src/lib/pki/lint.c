/* The linter of certificates. */
#include "lint.h"

#include "digest.h"
#include "lint_walk.h"

#include <string.h>

#define HUFU_ARC "\x69\x81\xcc\xad\xb5\x90\xc0\xf2\xc2\x8e\x97\x90\xf1\x85\xff\xa9\xe0\xd5\x88\x2d"
#define EKU_OCSP "\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x09"
#define EKU_JOURNAL "\x30\x17\x06\x15" HUFU_ARC "\x03"
#define EKU_RELEASE "\x30\x17\x06\x15" HUFU_ARC "\x04"
#define LITERAL(s) (s), sizeof(s) - 1

/* What certificate.md 1 says of each profile, in bytes of DER. */
static const struct expectation {
	const char *usage;
	size_t usage_size;
	const char *constraints; /* of a CA */
	size_t constraints_size;
	const char *extended;
	size_t extended_size;
	int days_max; /* an enterprise's: a year, which a renewal counts from the old end, at most 90 days ahead */
	bool urls, code, no_check;
} expectations[PROFILES] = {
    [PROFILE_ROOT] = {LITERAL("\x03\x02\x01\x06"), LITERAL("\x30\x06\x01\x01\xff\x02\x01\x01"), NULL, 0, 10958, false, false, false},
    [PROFILE_ISSUING] = {LITERAL("\x03\x02\x01\x06"), LITERAL("\x30\x06\x01\x01\xff\x02\x01\x00"), NULL, 0, 5479, false, false, false},
    [PROFILE_JOURNAL] = {LITERAL("\x03\x02\x07\x80"), NULL, 0, LITERAL(EKU_JOURNAL), 5479, false, false, false},
    [PROFILE_RELEASE] = {LITERAL("\x03\x02\x07\x80"), NULL, 0, LITERAL(EKU_RELEASE), 1827, false, false, false},
    [PROFILE_OCSP] = {LITERAL("\x03\x02\x07\x80"), NULL, 0, LITERAL(EKU_OCSP), 1, false, false, true},
    [PROFILE_ENTERPRISE_SIGN] = {LITERAL("\x03\x02\x06\xc0"), NULL, 0, NULL, 0, 456, true, true, false},
    [PROFILE_ENTERPRISE_ENCRYPTION] = {LITERAL("\x03\x02\x03\x38"), NULL, 0, NULL, 0, 456, true, true, false},
    [PROFILE_EVALUATION_SIGN] = {LITERAL("\x03\x02\x06\xc0"), NULL, 0, NULL, 0, 20, true, true, false},
    [PROFILE_EVALUATION_ENCRYPTION] = {LITERAL("\x03\x02\x03\x38"), NULL, 0, NULL, 0, 20, true, true, false},
    [PROFILE_STAFF_SIGN] = {LITERAL("\x03\x02\x06\xc0"), NULL, 0, NULL, 0, 366, true, false, false},
    [PROFILE_STAFF_ENCRYPTION] = {LITERAL("\x03\x02\x03\x38"), NULL, 0, NULL, 0, 366, true, false, false},
};

/* What the rules look at, gathered on the way through the certificate. */
struct subject {
	enum profile profile;
	const struct expectation *expect;
	struct element spki;
	struct lint_report *report;
};

static void check_key_usage(const struct subject *s, struct walk value)
{
	struct element e;

	if (!walk_next(&value, &e) || !walk_done(&value) || !element_is(&e, s->expect->usage, s->expect->usage_size))
		lint_find(s->report, "GM/T 0015 5.2.4", "key usage is not that of the profile");
}

static void check_constraints(const struct subject *s, struct walk value)
{
	struct element e;

	if (s->expect->constraints == NULL) {
		lint_find(s->report, "GM/T 0015 5.2.4", "basicConstraints of an end entity");
		return;
	}
	if (!walk_next(&value, &e) || !walk_done(&value) || !element_is(&e, s->expect->constraints, s->expect->constraints_size))
		lint_find(s->report, "RFC 5280 4.2.1.9", "basicConstraints are not those of the profile");
}

static void check_extended(const struct subject *s, struct walk value)
{
	struct element e;

	if (s->expect->extended == NULL || !walk_next(&value, &e) || !walk_done(&value) ||
	    !element_is(&e, s->expect->extended, s->expect->extended_size))
		lint_find(s->report, "RFC 5280 4.2.1.12", "extended key usage is not that of the profile");
}

static void check_subject_key_id(const struct subject *s, struct walk value)
{
	uint8_t hash[SM3_SIZE];
	struct element e;

	sm3((struct bytes){s->spki.start + 26, 65}, hash);
	if (!walk_expect(&value, 0x04, &e) || !walk_done(&value) || !value_is(&e, hash, 20))
		lint_find(s->report, "RFC 5280 4.2.1.2", "subjectKeyIdentifier is not that of the key");
}

static void check_authority_key_id(const struct subject *s, struct walk value)
{
	if (s->profile == PROFILE_ROOT)
		lint_find(s->report, "GM/T 0015 5.2.4", "authorityKeyIdentifier of a root");
	lint_authority_key_id(value, s->report);
}

static void check_policies(const struct subject *s, struct walk value)
{
	static const char test_policy[] = "\x30\x19\x30\x17\x06\x15" HUFU_ARC "\x01";
	struct element e;

	if (!walk_next(&value, &e) || !walk_done(&value) || !element_is(&e, test_policy, sizeof(test_policy) - 1))
		lint_find(s->report, "RFC 5280 4.2.1.4", "certificatePolicies are not the test policy alone");
}

static void check_url(const struct subject *s, const struct element *url)
{
	bool fine = url->tag == 0x86 && url->size > 7 && memcmp(url->value, "http://", 7) == 0;

	for (size_t i = 0; i < url->size; i++)
		fine = fine && url->value[i] > 0x20 && url->value[i] < 0x7f;
	if (!fine)
		lint_find(s->report, "RFC 5280 4.2.1.13", "URL is not http in ASCII");
}

static void check_crl_points(const struct subject *s, struct walk value)
{
	struct element url;

	if (!s->expect->urls)
		lint_find(s->report, "certificate.md 4", "CRL distribution point in a profile without");
	/* one point, its distributionPoint, fullName, one GeneralName */
	if (walk_enter(&value, 0x30) && walk_enter(&value, 0x30) && walk_enter(&value, 0xa0) && walk_enter(&value, 0xa0) &&
	    walk_next(&value, &url) && walk_done(&value))
		check_url(s, &url);
	else
		lint_find(s->report, "RFC 5280 4.2.1.13", "CRL distribution point is not one URL");
}

static void check_access(const struct subject *s, struct walk value)
{
	static const char method[] = "\x2b\x06\x01\x05\x05\x07\x30"; /* then 1 for OCSP, 2 for caIssuers */
	struct element description, oid, url;

	if (!s->expect->urls)
		lint_find(s->report, "certificate.md 4", "authorityInfoAccess in a profile without");
	if (!walk_enter(&value, 0x30) || walk_done(&value)) {
		lint_find(s->report, "RFC 5280 4.2.2.1", "authorityInfoAccess is not DER");
		return;
	}
	while (!walk_done(&value)) {
		struct walk fields = {NULL, NULL};
		if (walk_expect(&value, 0x30, &description))
			fields = walk_into(&description);
		if (!walk_expect(&fields, 0x06, &oid) || oid.size != 8 || memcmp(oid.value, method, 7) != 0 || oid.value[7] < 1 ||
		    oid.value[7] > 2 || !walk_next(&fields, &url) || !walk_done(&fields)) {
			lint_find(s->report, "RFC 5280 4.2.2.1", "access is neither OCSP nor caIssuers with a URL");
			return;
		}
		check_url(s, &url);
	}
}

static void check_code(const struct subject *s, struct walk value)
{
	struct element e;

	if (!s->expect->code)
		lint_find(s->report, "certificate.md 4", "holder's code in a profile without");
	if (!walk_expect(&value, 0x13, &e) || !walk_done(&value) || e.size == 0 || e.size > 32) {
		lint_find(s->report, "GM/T 0015 5.2.4", "holder's code is not a PrintableString of 1 to 32 characters");
		return;
	}
	for (size_t i = 0; i < e.size; i++) {
		uint8_t c = e.value[i];
		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-'))
			lint_find(s->report, "GB 32100 4", "holder's code has other characters than digits and capitals");
	}
}

static void check_no_check(const struct subject *s, struct walk value)
{
	struct element e;

	if (!s->expect->no_check || !walk_next(&value, &e) || !walk_done(&value) || !element_is(&e, "\x05\x00", 2))
		lint_find(s->report, "RFC 6960 4.2.2.2.1", "ocsp-nocheck is not NULL, or not of a responder");
}

static const struct rule {
	const char *oid;
	size_t oid_size;
	bool critical;
	void (*check)(const struct subject *s, struct walk value);
	const char *critical_paragraph;
} rules[] = {
    {LITERAL("\x55\x1d\x0f"), true, check_key_usage, "GM/T 0015 5.2.4"},
    {LITERAL("\x55\x1d\x0e"), false, check_subject_key_id, "RFC 5280 4.2.1.2"},
    {LITERAL("\x55\x1d\x23"), false, check_authority_key_id, "RFC 5280 4.2.1.1"},
    {LITERAL("\x55\x1d\x13"), true, check_constraints, "RFC 5280 4.2.1.9"},
    {LITERAL("\x55\x1d\x25"), true, check_extended, "certificate.md 4"},
    {LITERAL("\x55\x1d\x20"), false, check_policies, "GM/T 0015 5.2.4"},
    {LITERAL("\x55\x1d\x1f"), false, check_crl_points, "RFC 5280 4.2.1.13"},
    {LITERAL("\x2b\x06\x01\x05\x05\x07\x01\x01"), false, check_access, "RFC 5280 4.2.2.1"},
    {LITERAL("\x2a\x81\x1c\xd0\x14\x04\x01\x04"), false, check_code, "GM/T 0015 5.2.4"},
    {LITERAL("\x2b\x06\x01\x05\x05\x07\x30\x01\x05"), false, check_no_check, "RFC 6960 4.2.2.2.1"},
};
#define RULES (sizeof(rules) / sizeof(rules[0]))
enum { RULE_USAGE, RULE_SUBJECT_KEY, RULE_AUTHORITY_KEY, RULE_CONSTRAINTS, RULE_EXTENDED, RULE_NO_CHECK = RULES - 1 };

static size_t rule_of(const struct element *oid)
{
	size_t i = 0;

	while (i < RULES && !value_is(oid, rules[i].oid, rules[i].oid_size))
		i++;
	return i;
}

static void require(const struct subject *s, unsigned seen)
{
	if ((seen >> RULE_USAGE & 1) == 0)
		lint_find(s->report, "GM/T 0015 5.2.4", "no key usage");
	if ((seen >> RULE_SUBJECT_KEY & 1) == 0)
		lint_find(s->report, "RFC 5280 4.2.1.2", "no subjectKeyIdentifier");
	if (s->profile != PROFILE_ROOT && (seen >> RULE_AUTHORITY_KEY & 1) == 0)
		lint_find(s->report, "RFC 5280 4.2.1.1", "no authorityKeyIdentifier");
	if (s->expect->constraints != NULL && (seen >> RULE_CONSTRAINTS & 1) == 0)
		lint_find(s->report, "RFC 5280 4.2.1.9", "no basicConstraints of a CA");
	if (s->expect->extended != NULL && (seen >> RULE_EXTENDED & 1) == 0)
		lint_find(s->report, "RFC 5280 4.2.1.12", "no extended key usage");
	if (s->expect->no_check && (seen >> RULE_NO_CHECK & 1) == 0)
		lint_find(s->report, "RFC 6960 4.2.2.2.1", "no ocsp-nocheck");
}

/* in: what follows the public key. */
static void lint_extensions(const struct subject *s, struct walk in)
{
	struct lint_extension x;
	unsigned seen = 0;

	if (!walk_enter(&in, 0xa3) || !walk_enter(&in, 0x30)) {
		lint_find(s->report, "RFC 5280 4.1.2.9", "what follows the key is not extensions alone");
		return;
	}
	while (!walk_done(&in)) {
		if (!lint_extension_next(&in, &x, s->report)) {
			lint_find(s->report, "RFC 5280 4.2", "extension is not DER");
			return;
		}
		size_t i = rule_of(&x.oid);
		if (i == RULES) {
			lint_find(s->report, "certificate.md 4", "extension that does not belong there");
			continue;
		}
		if ((seen >> i & 1) != 0)
			lint_find(s->report, "RFC 5280 4.2", "extension stands twice");
		if (x.critical != rules[i].critical)
			lint_find(s->report, rules[i].critical_paragraph, "criticality of an extension");
		rules[i].check(s, walk_into(&x.value));
		seen |= 1u << i;
	}
	require(s, seen);
}

static void lint_validity(const struct subject *s, const struct element *validity)
{
	struct walk in = walk_into(validity);
	struct element from, to;
	int64_t first, last;

	if (validity->tag != 0x30 || !walk_next(&in, &from) || !walk_next(&in, &to) || !walk_done(&in) || !walk_time(&from, &first) ||
	    !walk_time(&to, &last)) {
		lint_find(s->report, "RFC 5280 4.1.2.5", "times are not UTCTime to 2049 and GeneralizedTime from 2050, in Zulu");
		return;
	}
	if (first > last)
		lint_find(s->report, "RFC 5280 4.1.2.5", "ends before it begins");
	if (last - first + 1 > (int64_t)s->expect->days_max * 86400)
		lint_find(s->report, "certificate.md 1", "lives longer than the profile allows");
}

static void lint_key(const struct subject *s)
{
	static const char prefix[] =
	    "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x81\x1c\xcf\x55\x01\x82\x2d\x03\x42\x00\x04";
	size_t size = (size_t)(s->spki.value - s->spki.start) + s->spki.size;

	if (size != 91 || memcmp(s->spki.start, prefix, sizeof(prefix) - 1) != 0)
		lint_find(s->report, "GM/T 0015 5.2.3", "public key is not an uncompressed point of SM2");
}

static void lint_fields(struct subject *s, struct walk tbs)
{
	struct element version, serial, algorithm, issuer, validity, subject;

	if (!walk_next(&tbs, &version) || !walk_next(&tbs, &serial) || !walk_next(&tbs, &algorithm) || !walk_next(&tbs, &issuer) ||
	    !walk_next(&tbs, &validity) || !walk_next(&tbs, &subject) || !walk_next(&tbs, &s->spki)) {
		lint_find(s->report, "RFC 5280 4.1.2", "fields are missing or not DER");
		return;
	}
	if (!element_is(&version, "\xa0\x03\x02\x01\x02", 5))
		lint_find(s->report, "RFC 5280 4.1.2.1", "version is not 3");
	lint_serial(&serial, s->report);
	lint_algorithm(&algorithm, s->report);
	lint_name(&issuer, s->report);
	lint_validity(s, &validity);
	lint_name(&subject, s->report);
	if (elements_equal(&issuer, &subject) != (s->profile == PROFILE_ROOT))
		lint_find(s->report, "RFC 5280 4.1.2.4", "a root, and only a root, has one name as issuer and subject");
	size_t before = s->report->count;
	lint_key(s);
	if (s->report->count == before)
		lint_extensions(s, tbs);
}

void lint_certificate(struct bytes tbs, enum profile profile, struct lint_report *report)
{
	struct subject s = {.profile = profile, .report = report};
	struct walk in = walk_bytes(tbs);

	report->count = 0;
	if ((unsigned)profile >= PROFILES) {
		lint_find(report, "certificate.md 1", "no such profile");
		return;
	}
	s.expect = &expectations[profile];
	if (walk_enter(&in, 0x30))
		lint_fields(&s, in);
	else
		lint_find(report, "RFC 5280 4.1", "not one SEQUENCE");
}

int lint_verdict(const struct lint_report *report, struct err *err)
{
	if (report->count == 0)
		return 0;
	return err_set(err, HF_LINT, "%s (%s), %zu findings in all", report->findings[0].what, report->findings[0].paragraph,
	               report->count);
}
