/* The table of profiles, and how long a certificate lives. */
#include "profile.h"

#include "clock.h"

#define DAY 86400

static const struct profile_row rows[PROFILES] = {
    [PROFILE_ROOT] = {.name = "root", .years = 30, .key_usage = USAGE_CA, .ca = true, .path_length = 1, .extended = OID_OTHER},
    [PROFILE_ISSUING] = {.name = "issuing", .years = 15, .key_usage = USAGE_CA, .ca = true, .path_length = 0, .extended = OID_OTHER},
    [PROFILE_JOURNAL] = {.name = "journal", .years = 15, .key_usage = USAGE_DIGITAL_SIGNATURE, .extended = OID_JOURNAL_SIGNING},
    [PROFILE_RELEASE] = {.name = "release", .years = 5, .key_usage = USAGE_DIGITAL_SIGNATURE, .extended = OID_RELEASE_SIGNING},
    [PROFILE_OCSP] = {.name = "ocsp", .days = 1, .key_usage = USAGE_DIGITAL_SIGNATURE, .extended = OID_OCSP_SIGNING, .no_check = true},
    [PROFILE_ENTERPRISE_SIGN] =
        {.name = "enterprise-sign", .years = 1, .key_usage = USAGE_SIGN, .extended = OID_OTHER, .status_urls = true, .holder = true},
    [PROFILE_ENTERPRISE_ENCRYPTION] = {.name = "enterprise-encryption",
                                       .years = 1,
                                       .key_usage = USAGE_ENCRYPTION,
                                       .extended = OID_OTHER,
                                       .status_urls = true,
                                       .holder = true},
    [PROFILE_EVALUATION_SIGN] =
        {.name = "evaluation-sign", .days = 20, .key_usage = USAGE_SIGN, .extended = OID_OTHER, .status_urls = true, .holder = true},
    [PROFILE_EVALUATION_ENCRYPTION] = {.name = "evaluation-encryption",
                                       .days = 20,
                                       .key_usage = USAGE_ENCRYPTION,
                                       .extended = OID_OTHER,
                                       .status_urls = true,
                                       .holder = true},
    [PROFILE_STAFF_SIGN] = {.name = "staff-sign", .years = 1, .key_usage = USAGE_SIGN, .extended = OID_OTHER, .status_urls = true},
    [PROFILE_STAFF_ENCRYPTION] =
        {.name = "staff-encryption", .years = 1, .key_usage = USAGE_ENCRYPTION, .extended = OID_OTHER, .status_urls = true},
};

const struct profile_row *profile_get(enum profile profile)
{
	return &rows[profile];
}

static int64_t years_later(int64_t from, int years)
{
	struct civil c = clock_civil(from, 0);

	c.year += years;
	bool leap = (c.year % 4 == 0 && c.year % 100 != 0) || c.year % 400 == 0;
	if (c.month == 2 && c.day == 29 && !leap) {
		/* the first moment after 28 February */
		c.month = 3;
		c.day = 1;
		c.hour = c.minute = c.second = 0;
	}
	return clock_seconds(c, 0);
}

int64_t profile_end(enum profile profile, int64_t not_before, int64_t issuer_not_after)
{
	const struct profile_row *row = profile_get(profile);
	int64_t end = years_later(not_before, row->years) + (int64_t)row->days * DAY - 1;

	return end < issuer_not_after ? end : issuer_not_after;
}
