/* What a text may hold: well-formed UTF-8, no control or bidi characters, normal form C. */
#include "text_code.h"

#include <stdlib.h>
#include <uninorm.h>

/* One code point from the front, RFC 3629 4: no overlong form, no surrogate, nothing beyond U+10FFFF. Its size, or 0. */
static size_t take_code_point(struct bytes text, uint32_t *point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint8_t lead = text.data[0];
	size_t size = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;

	if (size == 0 || size > text.size)
		return 0;
	*point = size == 1 ? lead : lead & (0x7fu >> size);
	for (size_t i = 1; i < size; i++) {
		if (text.data[i] >> 6 != 2)
			return 0;
		*point = *point << 6 | (text.data[i] & 0x3fu);
	}
	if (*point < least[size] || *point > 0x10ffff || (*point >= 0xd800 && *point <= 0xdfff))
		return 0;
	return size;
}

static bool is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point <= 0x9f) || point == 0x2028 || point == 0x2029;
}

static bool is_bidi(uint32_t point)
{
	return point == 0x61c || point == 0x200e || point == 0x200f || (point >= 0x202a && point <= 0x202e) ||
	       (point >= 0x2066 && point <= 0x2069);
}

static enum text_fault first_fault(struct bytes text, bool lines)
{
	size_t at = 0;

	while (at < text.size) {
		uint32_t point;
		size_t size = take_code_point((struct bytes){text.data + at, text.size - at}, &point);

		if (size == 0)
			return TEXT_NOT_UTF8;
		if (is_control(point) && !(lines && point == '\n'))
			return TEXT_CONTROL;
		if (is_bidi(point))
			return TEXT_BIDI;
		at += size;
	}
	return TEXT_FINE;
}

enum text_fault text_check(struct bytes text)
{
	return first_fault(text, false);
}

enum text_fault text_check_lines(struct bytes text)
{
	return first_fault(text, true);
}

/* Letters that stand for themselves in every normal form, and after which nothing composes with them: Basic Latin to Latin Extended-B
 * (nothing below U+0300 combines), CJK ideographs and their punctuation but for the four that combine (UAX 15 9). A text of these alone,
 * which is nearly every one, needs no table. */
static bool is_plain(uint32_t point)
{
	return point < 0x300 || (point >= 0x4e00 && point <= 0x9fff) || (point >= 0x3000 && point <= 0x3029) ||
	       (point >= 0xff01 && point <= 0xff5e);
}

/* The text is UTF-8. */
static bool all_plain(struct bytes text)
{
	for (size_t at = 0; at < text.size;) {
		uint32_t point = text.data[at];

		if (point < 0x80)
			at++;
		else
			at += take_code_point((struct bytes){text.data + at, text.size - at}, &point);
		if (!is_plain(point))
			return false;
	}
	return true;
}

enum text_fault text_check_nfc(struct bytes text)
{
	enum text_fault fault = text_check(text);
	uint8_t *normal;
	size_t size = 0;
	bool same;

	if (fault || all_plain(text))
		return fault;
	normal = u8_normalize(UNINORM_NFC, text.data, text.size, NULL, &size);
	same = normal && bytes_equal((struct bytes){normal, size}, text);
	free(normal);
	return same ? TEXT_FINE : TEXT_NOT_NFC;
}

int text_to_nfc(struct buf *out, struct bytes text, struct err *err)
{
	uint8_t *normal;
	size_t size = 0;
	int result;

	if (text.size == 0)
		return 0;
	if (text_characters(text) == 0)
		return err_set(err, HF_FIELD_CHARACTER, "text is not UTF-8 (RFC 3629)");
	normal = u8_normalize(UNINORM_NFC, text.data, text.size, NULL, &size);
	if (!normal)
		return err_set_errno(err, HF_MEMORY, "text of %zu bytes cannot be normalised", text.size);
	result = buf_append(out, (struct bytes){normal, size}, err);
	free(normal);
	return result;
}

size_t text_characters(struct bytes text)
{
	size_t count = 0;

	for (size_t at = 0; at < text.size; count++) {
		uint32_t point;
		size_t size = take_code_point((struct bytes){text.data + at, text.size - at}, &point);

		if (size == 0)
			return 0;
		at += size;
	}
	return count;
}
