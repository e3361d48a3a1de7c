/* The DER reader walks through anything; what it reads as a value, the writer writes again as it was. */
#include "der.h"
#include "fuzz.h"

static void walk(struct bytes in, int depth)
{
	struct bytes content;
	uint8_t tag;

	while (depth < 32 && der_read_any(&in, &tag, &content) == 0) {
		if ((tag & 0x20) != 0)
			walk(content, depth + 1);
	}
}

static void expect_same(struct bytes input, struct bytes rest, struct der_writer *w)
{
	struct bytes read = {input.data, input.size - rest.size};

	FUZZ_PROMISE(der_finish(w, NULL) == 0 && bytes_equal(buf_get(w->out), read));
}

static void natural_again(struct bytes input, struct buf *out)
{
	struct bytes in = input, magnitude;
	struct der_writer w;

	if (der_read_natural(&in, &magnitude) != 0)
		return;
	der_start(&w, out);
	der_put_natural(&w, magnitude);
	expect_same(input, in, &w);
}

static void flags_again(struct bytes input, struct buf *out)
{
	struct bytes in = input;
	struct der_writer w;
	uint16_t flags;

	if (der_read_flags(&in, &flags) != 0)
		return;
	der_start(&w, out);
	der_put_flags(&w, flags);
	expect_same(input, in, &w);
}

/* A GeneralizedTime before 2050 is read, but written as UTCTime. */
static void time_again(struct bytes input, struct buf *out)
{
	struct bytes in = input;
	struct der_writer w;
	int64_t seconds;

	if (der_read_time(&in, &seconds) != 0)
		return;
	der_start(&w, out);
	if (der_is(input, DER_GENERALIZED_TIME))
		der_put_generalized_time(&w, seconds);
	else
		der_put_time(&w, seconds);
	if (!w.failed) /* years before 1950 are not written */
		expect_same(input, in, &w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bytes in = {data, size};
	struct bytes one = in, oid;
	struct buf out;
	bool boolean;

	buf_init(&out, size + 16);
	walk(in, 0);
	natural_again(in, &out);
	buf_clear(&out);
	flags_again(in, &out);
	buf_clear(&out);
	time_again(in, &out);
	FUZZ_PROMISE(der_read_boolean(&one, &boolean) == 0 || one.size == size);
	one = in;
	FUZZ_PROMISE(der_read_oid(&one, &oid) == 0 || one.size == size);
	buf_free(&out);
	return 0;
}
