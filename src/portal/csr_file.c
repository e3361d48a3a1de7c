/* Reads the DER out of a request's file. */
#include "csr_file.h"

#include "text_code.h"

#include <string.h>

#define DER_SEQUENCE 0x30

static const struct {
	struct bytes begin, end;
} labels[] = {
    {BYTES_LITERAL("-----BEGIN CERTIFICATE REQUEST-----"), BYTES_LITERAL("-----END CERTIFICATE REQUEST-----")},
    {BYTES_LITERAL("-----BEGIN NEW CERTIFICATE REQUEST-----"), BYTES_LITERAL("-----END NEW CERTIFICATE REQUEST-----")},
};

/* What stands between the two lines; false when there is no such block. */
static bool find_block(struct bytes content, struct bytes begin, struct bytes end, struct bytes *inner)
{
	const uint8_t *first = memmem(content.data, content.size, begin.data, begin.size);
	const uint8_t *last;
	size_t rest;

	if (first == NULL)
		return false;
	first += begin.size;
	rest = content.size - (size_t)(first - content.data);
	last = memmem(first, rest, end.data, end.size);
	if (last == NULL)
		return false;
	*inner = (struct bytes){first, (size_t)(last - first)};
	return true;
}

static int read_base64_lines(struct bytes inner, struct buf *der, struct err *err)
{
	struct buf text;
	int result = -1;

	buf_init(&text, inner.size + 1);
	for (size_t i = 0; i < inner.size; i++) {
		uint8_t c = inner.data[i];

		if (c != ' ' && c != '\t' && c != '\r' && c != '\n' && buf_append_u8(&text, c, err) != 0)
			goto out;
	}
	if (base64_read(der, buf_get(&text), err) != 0)
		goto out;
	result = 0;
out:
	buf_free(&text);
	return result;
}

int csr_file_read(struct bytes content, struct buf *der, struct err *err)
{
	struct bytes inner;

	if (content.size > 0 && content.data[0] == DER_SEQUENCE)
		return buf_append(der, content, err);
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		if (!find_block(content, labels[i].begin, labels[i].end, &inner))
			continue;
		if (read_base64_lines(inner, der, err) != 0 || der->size == 0)
			return err_set(err, HF_CSR_FORMAT,
			               "certificate request: RFC 7468 section 3: the text between the lines is not base64");
		return 0;
	}
	return err_set(err, HF_CSR_FORMAT, "certificate request: neither DER nor a PEM block (RFC 7468 section 7)");
}
