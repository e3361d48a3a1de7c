/* Hexadecimal and base64 forms of bytes. */
#include "text_code.h"

#define SIX_RUN 32 /* characters of base64 read together */

static const char base64_standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64_url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void hex_write(char *out, const uint8_t *data, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[data[i] >> 4];
		out[2 * i + 1] = digits[data[i] & 15];
	}
	out[2 * n] = '\0';
}

/* Below 16, or no digit. */
static unsigned hex_digit(uint8_t c, bool any_case)
{
	uint8_t digit = (uint8_t)(c - '0'), letter = (uint8_t)((any_case ? c | 0x20 : c) - 'a');

	return digit < 10 ? digit : letter < 6 ? letter + 10u : 16u;
}

int hex_read(uint8_t *out, size_t n, struct bytes text, bool any_case)
{
	if (text.size % 2 || text.size / 2 != n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		unsigned high = hex_digit(text.data[2 * i], any_case);
		unsigned low = hex_digit(text.data[2 * i + 1], any_case);

		if ((high | low) > 15)
			return -1;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

static void put_six(uint8_t *to, uint32_t group, size_t n, const char *alphabet)
{
	for (size_t k = 0; k < n; k++)
		to[k] = (uint8_t)alphabet[group >> (18 - 6 * k) & 63];
}

static int write_sixes(struct buf *out, struct bytes data, const char *alphabet, bool padded, struct err *err)
{
	const uint8_t *from = data.data;
	size_t left = data.size % 3;
	uint8_t *to;

	if (data.size == 0)
		return 0;
	if (data.size > SIZE_MAX / 2)
		return err_set(err, HF_LIMIT, "%zu bytes are too many for base64", data.size);
	if (buf_reserve(out, padded ? (data.size + 2) / 3 * 4 : (data.size * 4 + 2) / 3, err))
		return -1;
	to = out->data + out->size;
	for (size_t i = 0; i < data.size / 3; i++, from += 3, to += 4)
		put_six(to, (uint32_t)from[0] << 16 | (uint32_t)from[1] << 8 | from[2], 4, alphabet);
	if (left > 0) {
		put_six(to, (uint32_t)from[0] << 16 | (left == 2 ? (uint32_t)from[1] << 8 : 0), left + 1, alphabet);
		to += left + 1;
	}
	for (size_t i = left; padded && i % 3 != 0; i++)
		*to++ = '=';
	out->size = (size_t)(to - out->data);
	return 0;
}

int base64_write(struct buf *out, struct bytes data, struct err *err)
{
	return write_sixes(out, data, base64_standard, true, err);
}

int base64url_write(struct buf *out, struct bytes data, struct err *err)
{
	return write_sixes(out, data, base64_url, false, err);
}

/* The six bits that a character stands for; more than 63 when it is none of the alphabet. Without a branch: letters come at random. */
static uint8_t six_value(uint8_t c, const char *alphabet)
{
	uint8_t value = 0xff;

	value = (uint8_t)(c - 'A') < 26 ? (uint8_t)(c - 'A') : value;
	value = (uint8_t)(c - 'a') < 26 ? (uint8_t)(c - 'a' + 26) : value;
	value = (uint8_t)(c - '0') < 10 ? (uint8_t)(c - '0' + 52) : value;
	value = c == (uint8_t)alphabet[62] ? 62 : value;
	return c == (uint8_t)alphabet[63] ? 63 : value;
}

/* Whole runs of characters to three bytes for every four. How many characters were taken: it ends before a run with a foreign one. */
static size_t read_runs(uint8_t *to, struct bytes text, const char *alphabet)
{
	size_t at = 0;

	for (; text.size - at >= SIX_RUN; at += SIX_RUN) {
		uint8_t sixes[SIX_RUN], all = 0;

		for (size_t i = 0; i < SIX_RUN; i++)
			sixes[i] = six_value(text.data[at + i], alphabet);
		for (size_t i = 0; i < SIX_RUN; i++)
			all |= sixes[i];
		if (all > 63)
			break;
		for (size_t i = 0; i < SIX_RUN; i += 4, to += 3) {
			to[0] = (uint8_t)(sixes[i] << 2 | sixes[i + 1] >> 4);
			to[1] = (uint8_t)(sixes[i + 1] << 4 | sixes[i + 2] >> 2);
			to[2] = (uint8_t)(sixes[i + 2] << 6 | sixes[i + 3]);
		}
	}
	return at;
}

/* text is without padding; the bits beyond the last byte must be zero, so that every value has one form only. */
static int read_sixes(struct buf *out, struct bytes text, const char *alphabet, struct err *err)
{
	size_t before = out->size, at;
	uint32_t pending = 0;
	unsigned bits = 0;

	if (text.size == 0)
		return 0;
	if (text.size % 4 == 1)
		return err_set(err, HF_FIELD_FORMAT, "base64 of %zu characters: RFC 4648 4 knows no such length", text.size);
	if (buf_reserve(out, text.size / 4 * 3 + text.size % 4 * 3 / 4, err))
		return -1;
	at = read_runs(out->data + out->size, text, alphabet);
	out->size += at / 4 * 3;
	for (; at < text.size; at++) {
		uint8_t six = six_value(text.data[at], alphabet);

		if (six > 63)
			goto refuse;
		pending = pending << 6 | six;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out->data[out->size++] = (uint8_t)(pending >> bits);
			pending &= (1u << bits) - 1;
		}
	}
	if (pending == 0)
		return 0;
refuse:
	out->size = before;
	return err_set(err, HF_FIELD_FORMAT, "base64 has a character outside its alphabet (RFC 4648 3.3) or stray bits (3.5)");
}

int base64_read(struct buf *out, struct bytes text, struct err *err)
{
	if (text.size % 4)
		return err_set(err, HF_FIELD_FORMAT, "base64 without its padding (RFC 4648 3.2)");
	for (int i = 0; i < 2 && text.size && text.data[text.size - 1] == '='; i++)
		text.size--;
	return read_sixes(out, text, base64_standard, err);
}

int base64url_read(struct buf *out, struct bytes text, struct err *err)
{
	return read_sixes(out, text, base64_url, err);
}
