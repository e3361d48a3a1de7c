/* hex and base64: what is read has one form only, which is written again; texts are judged alike by all checks. */
#include "fuzz.h"
#include "text_code.h"

typedef int code_fn(struct buf *out, struct bytes in, struct err *err);

static void one_form_only(struct bytes text, code_fn *read, code_fn *write)
{
	struct buf plain, again;

	buf_init(&plain, text.size);
	buf_init(&again, text.size);
	if (read(&plain, text, NULL) == 0) {
		FUZZ_PROMISE(write(&again, buf_get(&plain), NULL) == 0);
		FUZZ_PROMISE(bytes_equal(buf_get(&again), text));
	}
	buf_free(&plain);
	buf_free(&again);
}

static void hex_is_read_as_written(struct bytes text)
{
	uint8_t *raw = malloc(text.size + 1);
	char *again = malloc(text.size + 2);

	FUZZ_PROMISE(raw && again);
	if (hex_read(raw, text.size / 2, text, false) == 0) {
		hex_write(again, raw, text.size / 2);
		FUZZ_PROMISE(bytes_is_text(text, again));
	}
	free(raw);
	free(again);
}

static void texts_are_judged_alike(struct bytes text)
{
	enum text_fault line = text_check(text), lines = text_check_lines(text), nfc = text_check_nfc(text);
	struct buf normal;

	FUZZ_PROMISE(lines == TEXT_FINE || line != TEXT_FINE);
	FUZZ_PROMISE(nfc == line || (line == TEXT_FINE && nfc == TEXT_NOT_NFC));
	if (line != TEXT_FINE)
		return;
	FUZZ_PROMISE((text_characters(text) == 0) == (text.size == 0));
	buf_init(&normal, 64 * text.size + 64);
	FUZZ_PROMISE(text_to_nfc(&normal, text, NULL) == 0);
	FUZZ_PROMISE((nfc == TEXT_FINE) == bytes_equal(buf_get(&normal), text));
	buf_free(&normal);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes text = {data, size};

	one_form_only(text, base64_read, base64_write);
	one_form_only(text, base64url_read, base64url_write);
	hex_is_read_as_written(text);
	texts_are_judged_alike(text);
	return 0;
}
