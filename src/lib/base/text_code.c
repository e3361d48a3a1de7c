/* Hexadecimal and base64 forms of bytes. */
#include "text_code.h"

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

static int hex_digit(uint8_t c, bool any_case)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (any_case && c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int hex_read(uint8_t *out, size_t n, struct bytes text, bool any_case)
{
	if (text.size % 2 || text.size / 2 != n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int high = hex_digit(text.data[2 * i], any_case);
		int low = hex_digit(text.data[2 * i + 1], any_case);

		if (high < 0 || low < 0)
			return -1;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

static int write_sixes(struct buf *out, struct bytes data, const char *alphabet, bool padded, struct err *err)
{
	if (data.size > SIZE_MAX / 2)
		return err_set(err, HF_LIMIT, "%zu bytes are too many for base64", data.size);
	if (buf_reserve(out, padded ? (data.size + 2) / 3 * 4 : (data.size * 4 + 2) / 3, err))
		return -1;
	for (size_t i = 0; i < data.size; i += 3) {
		size_t n = data.size - i < 3 ? data.size - i : 3;
		uint32_t group = 0;

		for (size_t k = 0; k < 3; k++)
			group = group << 8 | (k < n ? data.data[i + k] : 0u);
		for (size_t k = 0; k < 4; k++) {
			if (k <= n)
				out->data[out->size++] = (uint8_t)alphabet[group >> (18 - 6 * k) & 63];
			else if (padded)
				out->data[out->size++] = '=';
		}
	}
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

static int six_value(uint8_t c, const char *alphabet)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == (uint8_t)alphabet[62])
		return 62;
	if (c == (uint8_t)alphabet[63])
		return 63;
	return -1;
}

/* text is without padding; the bits beyond the last byte must be zero, so that every value has one form only. */
static int read_sixes(struct buf *out, struct bytes text, const char *alphabet, struct err *err)
{
	size_t before = out->size;
	uint32_t pending = 0;
	unsigned bits = 0;

	if (text.size % 4 == 1)
		return err_set(err, HF_FIELD_FORMAT, "base64 of %zu characters: RFC 4648 4 knows no such length", text.size);
	if (buf_reserve(out, text.size / 4 * 3 + text.size % 4 * 3 / 4, err))
		return -1;
	for (size_t i = 0; i < text.size; i++) {
		int six = six_value(text.data[i], alphabet);

		if (six < 0)
			goto refuse;
		pending = pending << 6 | (uint32_t)six;
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
