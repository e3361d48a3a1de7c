/* Quoting and escaping of strings. */
#include "json_string.h"

#include "byte_word.h"
#include "text_code.h"

#include <string.h>

static int append_escaped(struct buf *out, uint8_t c, struct err *err)
{
	static const char named[] = "\b\t\n\f\r\"\\", letters[] = "btnfr\"\\";
	const char *found = c ? strchr(named, c) : NULL;
	char code[] = "\\u00xx";

	if (found)
		return buf_append(out, (struct bytes){(const uint8_t[]){'\\', (uint8_t)letters[found - named]}, 2}, err);
	hex_write(code + 4, &c, 1);
	return buf_append_text(out, code, err);
}

static bool stands_as_itself(uint8_t c)
{
	return c >= 0x20 && c != '"' && c != '\\';
}

size_t json_plain_run(const uint8_t *from, const uint8_t *end)
{
	const uint8_t *at = from;

	for (; end - at >= (ptrdiff_t)WORD_SIZE; at += WORD_SIZE) {
		uint64_t word = word_at(at);

		if (!word_is_printable(word) || word_has(word, '"') || word_has(word, '\\'))
			break;
	}
	while (at < end && stands_as_itself(*at))
		at++;
	return (size_t)(at - from);
}

int json_append_string(struct buf *out, struct bytes text, struct err *err)
{
	if (text.size && text_characters(text) == 0)
		return err_set(err, HF_JSON, "string of %zu bytes is not UTF-8 (RFC 8259 8.1)", text.size);
	if (buf_reserve(out, text.size + 2, err) || buf_append_u8(out, '"', err))
		return -1;
	for (size_t at = 0; at < text.size;) {
		size_t plain = json_plain_run(text.data + at, text.data + text.size);

		if (buf_append(out, (struct bytes){text.data + at, plain}, err))
			return -1;
		at += plain;
		if (at < text.size && append_escaped(out, text.data[at++], err))
			return -1;
	}
	return buf_append_u8(out, '"', err);
}
