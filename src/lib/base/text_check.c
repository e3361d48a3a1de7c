/* What a text may hold: well-formed UTF-8, no control or bidi characters, normal form C. */
#include "byte_word.h"
#include "text_code.h"

#include <stdlib.h>
#include <uninorm.h>

static bool continues(uint8_t c)
{
	return c >> 6 == 2;
}

static bool is_surrogate(uint32_t point)
{
	return point >= 0xd800 && point <= 0xdfff;
}

/* One code point from the front, RFC 3629 4: no overlong form, no surrogate, nothing beyond U+10FFFF. Its size, or 0. */
static size_t take_code_point(struct bytes text, uint32_t *point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const uint8_t *at = text.data;
	uint8_t lead = at[0];
	size_t size = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;

	if (size == 0 || size > text.size)
		return 0;
	if (size == 3 && continues(at[1]) && continues(at[2])) { /* nearly every Chinese character */
		*point = (lead & 15u) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
		return *point < least[3] || is_surrogate(*point) ? 0 : 3;
	}
	*point = size == 1 ? lead : lead & (0x7fu >> size);
	for (size_t i = 1; i < size; i++) {
		if (!continues(at[i]))
			return 0;
		*point = *point << 6 | (at[i] & 0x3fu);
	}
	return *point < least[size] || *point > 0x10ffff ? 0 : size;
}

/* How many bytes in front are printable ASCII, as far as whole words tell. */
static size_t printable_run(struct bytes text)
{
	size_t at = 0;

	while (text.size - at >= WORD_SIZE && word_is_printable(word_at(text.data + at)))
		at += WORD_SIZE;
	return at;
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

/* Letters that stand for themselves in every normal form, and after which nothing composes with them: Basic Latin to Latin Extended-B
 * (nothing below U+0300 combines), CJK ideographs and their punctuation but for the four that combine (UAX 15 9). A text of these alone,
 * which is nearly every one, needs no table. */
static bool is_plain(uint32_t point)
{
	return point < 0x300 || (point >= 0x4e00 && point <= 0x9fff) || (point >= 0x3000 && point <= 0x3029) ||
	       (point >= 0xff01 && point <= 0xff5e);
}

/* plain: nothing in it can make another normal form; meaningless after a fault. */
static enum text_fault first_fault(struct bytes text, bool lines, bool *plain)
{
	*plain = true;
	for (size_t at = 0; at < text.size;) {
		uint32_t point;
		size_t size;

		at += printable_run((struct bytes){text.data + at, text.size - at});
		if (at == text.size)
			break;
		size = take_code_point((struct bytes){text.data + at, text.size - at}, &point);
		if (size == 0)
			return TEXT_NOT_UTF8;
		if (is_control(point) && !(lines && point == '\n'))
			return TEXT_CONTROL;
		if (is_bidi(point))
			return TEXT_BIDI;
		*plain = *plain && is_plain(point);
		at += size;
	}
	return TEXT_FINE;
}

enum text_fault text_check(struct bytes text)
{
	bool plain;

	return first_fault(text, false, &plain);
}

enum text_fault text_check_lines(struct bytes text)
{
	bool plain;

	return first_fault(text, true, &plain);
}

enum text_fault text_check_nfc(struct bytes text)
{
	bool plain, same;
	enum text_fault fault = first_fault(text, false, &plain);
	uint8_t *normal;
	size_t size = 0;

	if (fault || plain)
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

	for (size_t at = 0; at < text.size;) {
		size_t size = printable_run((struct bytes){text.data + at, text.size - at});
		uint32_t point;

		count += size;
		at += size;
		if (at == text.size)
			break;
		size = take_code_point((struct bytes){text.data + at, text.size - at}, &point);
		if (size == 0)
			return 0;
		count++;
		at += size;
	}
	return count;
}
