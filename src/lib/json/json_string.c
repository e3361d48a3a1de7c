/* Quoting and escaping of strings. */
#include "json_string.h"

#include "text_code.h"

#include <string.h>

static int append_escaped(struct buf *out, uint8_t c, struct err *err)
{
	static const char named[] = "\b\t\n\f\r\"\\", letters[] = "btnfr\"\\";
	const char *found = c ? strchr(named, c) : NULL;

	if (found)
		return buf_append_format(out, err, "\\%c", letters[found - named]);
	return buf_append_format(out, err, "\\u%04x", c);
}

int json_append_string(struct buf *out, struct bytes text, struct err *err)
{
	size_t plain = 0; /* where the run of bytes that stand as themselves began */

	if (text.size && text_characters(text) == 0)
		return err_set(err, HF_JSON, "string of %zu bytes is not UTF-8 (RFC 8259 8.1)", text.size);
	if (buf_append_u8(out, '"', err))
		return -1;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] >= 0x20 && text.data[i] != '"' && text.data[i] != '\\')
			continue;
		if (buf_append(out, (struct bytes){text.data + plain, i - plain}, err) || append_escaped(out, text.data[i], err))
			return -1;
		plain = i + 1;
	}
	if (plain < text.size && buf_append(out, (struct bytes){text.data + plain, text.size - plain}, err))
		return -1;
	return buf_append_u8(out, '"', err);
}
