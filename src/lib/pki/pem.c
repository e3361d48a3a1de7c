/* PEM blocks, found by their BEGIN and END lines. */
#include "pem.h"

#include "text_code.h"

#include <stdio.h>
#include <string.h>

#define LINE_CHARACTERS 64
#define MARK_MAX 64

int pem_write(struct buf *out, const char *label, struct bytes der, struct err *err)
{
	struct buf text;
	int result = -1;

	buf_init(&text, der.size / 3 * 4 + 8);
	if (base64_write(&text, der, err) != 0 || buf_append_format(out, err, "-----BEGIN %s-----\n", label) != 0)
		goto out;
	for (size_t at = 0; at < text.size; at += LINE_CHARACTERS) {
		size_t n = text.size - at < LINE_CHARACTERS ? text.size - at : LINE_CHARACTERS;
		if (buf_append(out, (struct bytes){text.data + at, n}, err) != 0 || buf_append_u8(out, '\n', err) != 0)
			goto out;
	}
	result = buf_append_format(out, err, "-----END %s-----\n", label);
out:
	buf_free(&text);
	return result;
}

/* Takes a line without its LF or CR LF. False at the end. */
static bool next_line(struct bytes *text, struct bytes *line)
{
	if (text->size == 0)
		return false;
	const uint8_t *end = memchr(text->data, '\n', text->size);
	size_t n = end != NULL ? (size_t)(end - text->data) : text->size;
	*line = (struct bytes){text->data, n};
	size_t taken = end != NULL ? n + 1 : n;
	*text = (struct bytes){text->data + taken, text->size - taken};
	while (line->size > 0 && (line->data[line->size - 1] == '\r' || line->data[line->size - 1] == ' '))
		line->size--;
	return true;
}

static bool is_mark(struct bytes line, const char *kind, const char *label)
{
	char mark[MARK_MAX];

	snprintf(mark, sizeof(mark), "-----%s %s-----", kind, label);
	return bytes_is_text(line, mark);
}

int pem_read(struct bytes *text, const char *label, struct buf *der, struct err *err)
{
	struct bytes line = BYTES_NONE;
	struct buf base64;
	int result = -1;

	while (!is_mark(line, "BEGIN", label)) {
		if (!next_line(text, &line))
			return err_set(err, HF_NOT_FOUND, "no PEM block \"%s\" (RFC 7468)", label);
	}
	buf_init(&base64, text->size + 1);
	for (;;) {
		if (!next_line(text, &line)) {
			err_set(err, HF_DER, "PEM block without end (RFC 7468 2)");
			goto out;
		}
		if (is_mark(line, "END", label))
			break;
		if (buf_append(&base64, line, err) != 0)
			goto out;
	}
	result = base64_read(der, buf_get(&base64), err);
	if (result != 0 && err != NULL && err->kind == ERR_INPUT)
		err_set(err, HF_DER, "PEM block is not base64 (RFC 7468 3)");
out:
	buf_free(&base64);
	return result;
}
