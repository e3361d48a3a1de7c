/* Check characters by the formulas of GB 32100, GB 11714 and GB 11643. */
#include "identity_code.h"

#include "clock.h"

#include <string.h>

static const char credit_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY"; /* GB 32100: without I O S V Z */

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* GB 11714: 0-9, A=10 to Z=35; -1 for other characters. */
static int organisation_value(uint8_t c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return -1;
}

static bool organisation_check(const uint8_t code[8], uint8_t check)
{
	static const int weight[8] = {3, 7, 9, 10, 5, 8, 4, 2};
	int sum = 0;

	for (size_t i = 0; i < 8; i++) {
		int value = organisation_value(code[i]);
		if (value < 0)
			return false;
		sum += value * weight[i];
	}
	int c = 11 - sum % 11;
	return check == (c == 10 ? 'X' : c == 11 ? '0' : '0' + c);
}

bool organisation_code_valid(struct bytes code)
{
	if (code.size == ORGANISATION_CODE_SIZE + 1 && code.data[8] == '-')
		return organisation_check(code.data, code.data[9]);
	return code.size == ORGANISATION_CODE_SIZE && organisation_check(code.data, code.data[8]);
}

bool credit_code_valid(struct bytes code)
{
	int sum = 0, weight = 1;

	if (code.size != CREDIT_CODE_SIZE)
		return false;
	for (size_t i = 0; i < CREDIT_CODE_SIZE; i++) {
		const char *at = code.data[i] == '\0' ? NULL : strchr(credit_alphabet, code.data[i]);
		if (at == NULL || (i >= 2 && i < 8 && !is_digit(code.data[i])))
			return false;
		int value = (int)(at - credit_alphabet);
		if (i == CREDIT_CODE_SIZE - 1)
			return value == (31 - sum % 31) % 31 && organisation_check(code.data + 8, code.data[16]);
		sum += value * weight;
		weight = weight * 3 % 31;
	}
	return false;
}

static int decimal(const uint8_t *digits, size_t n)
{
	int value = 0;

	for (size_t i = 0; i < n; i++)
		value = value * 10 + (digits[i] - '0');
	return value;
}

/* A day that is in the calendar, not before 1900 and not after today. */
static bool birth_date_valid(const uint8_t digits[8], int64_t today)
{
	struct civil born = {.year = decimal(digits, 4), .month = decimal(digits + 4, 2), .day = decimal(digits + 6, 2)};

	if (born.year < 1900 || born.month < 1 || born.month > 12 || born.day < 1 || born.day > 31)
		return false;
	int64_t seconds = clock_seconds(born, 0);
	struct civil same = clock_civil(seconds, 0);
	return same.month == born.month && same.day == born.day && clock_day(seconds, 0) <= today;
}

bool resident_id_valid(struct bytes id, int64_t today)
{
	static const int weight[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	int sum = 0;

	if (id.size != RESIDENT_ID_SIZE)
		return false;
	for (size_t i = 0; i < 17; i++) {
		if (!is_digit(id.data[i]))
			return false;
		sum += (id.data[i] - '0') * weight[i];
	}
	return id.data[17] == "10X98765432"[sum % 11] && birth_date_valid(id.data + 6, today);
}

void resident_id_mask(struct bytes id, char *out)
{
	memset(out, '*', RESIDENT_ID_SIZE);
	out[RESIDENT_ID_SIZE] = '\0';
	if (id.size != RESIDENT_ID_SIZE)
		return;
	memcpy(out, id.data, 3);
	memcpy(out + RESIDENT_ID_SIZE - 4, id.data + RESIDENT_ID_SIZE - 4, 4);
}
