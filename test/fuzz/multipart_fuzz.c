/* A form's parts: torn into pieces of the size of the first byte they read as at once, and within the bounds. */
#include "fuzz.h"
#include "multipart.h"

#include <string.h>

struct found {
	struct buf text;
	int depth;
};

static int begin(void *ctx, const struct multipart_part *part, struct err *err)
{
	struct found *f = ctx;

	FUZZ_PROMISE(f->depth++ == 0);
	FUZZ_PROMISE(strlen(part->name) <= MULTIPART_NAME_MAX && (part->file == NULL || strlen(part->file) <= MULTIPART_NAME_MAX));
	return buf_append_format(&f->text, err, "(%s|%s|%s:", part->name, part->file != NULL ? part->file : "", part->type);
}

static int data(void *ctx, struct bytes piece, struct err *err)
{
	struct found *f = ctx;

	FUZZ_PROMISE(f->depth == 1 && piece.size > 0);
	return buf_append(&f->text, piece, err);
}

static int end(void *ctx, struct err *err)
{
	struct found *f = ctx;

	FUZZ_PROMISE(--f->depth == 0);
	return buf_append_text(&f->text, ")", err);
}

static int read_in(struct found *f, struct bytes body, size_t step)
{
	const struct multipart_sink sink = {f, begin, data, end};
	struct multipart *m = NULL;
	int result = 0;

	buf_init(&f->text, 1u << 24);
	FUZZ_PROMISE(multipart_new(&m, "b", &sink, NULL) == 0);
	while (body.size > 0 && result == 0) {
		size_t n = step < body.size ? step : body.size;

		result = multipart_feed(m, (struct bytes){body.data, n}, NULL);
		body = (struct bytes){body.data + n, body.size - n};
	}
	if (result == 0)
		result = multipart_end(m, NULL);
	multipart_free(&m);
	return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	struct found whole = {.depth = 0}, torn = {.depth = 0};
	struct bytes body;
	int result;

	if (size < 2)
		return 0;
	body = (struct bytes){input + 1, size - 1};
	result = read_in(&whole, body, body.size);
	FUZZ_PROMISE(read_in(&torn, body, (size_t)input[0] + 1) == result);
	FUZZ_PROMISE(result != 0 || bytes_equal(buf_get(&whole.text), buf_get(&torn.text)));
	buf_free(&whole.text);
	buf_free(&torn.text);
	return 0;
}
