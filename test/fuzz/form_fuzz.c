/* A form's body in the encoding of the first byte: whatever comes, the struct holds what its table promises. */
#include "form.h"
#include "fuzz.h"
#include "text_code.h"

#include <stddef.h>
#include <string.h>

struct sample {
	const char *text, *lines;
	struct bytes raw;
	int64_t number;
	int choice;
	bool flag;
	struct form_list list;
	struct form_file file;
};

static const char *const choices[] = {"a", "b", NULL};
static const struct form_field fields[] = {
    {"text", FORM_TEXT, offsetof(struct sample, text), true, 2, 8, NULL, NULL},
    {"lines", FORM_LINES, offsetof(struct sample, lines), false, 0, 16, NULL, NULL},
    {"raw", FORM_RAW, offsetof(struct sample, raw), false, 0, 16, NULL, NULL},
    {"number", FORM_INTEGER, offsetof(struct sample, number), false, -9, 99, NULL, NULL},
    {"choice", FORM_CHOICE, offsetof(struct sample, choice), false, 0, 0, choices, NULL},
    {"flag", FORM_FLAG, offsetof(struct sample, flag), false, 0, 0, NULL, NULL},
    {"list", FORM_LIST, offsetof(struct sample, list), false, 0, 3, NULL, NULL},
    {"file", FORM_FILE, offsetof(struct sample, file), false, 0, 16, NULL, NULL},
};
static const struct form_table table = FORM_TABLE(sample, fields);

static void promises(const struct form_result *result)
{
	const struct sample *s = result->value;
	bool text_fine = form_fault_of(&result->faults, "text") == HF_NONE;

	FUZZ_PROMISE(result->faults.count <= table.count);
	FUZZ_PROMISE(text_check(bytes_text(s->text)) != TEXT_NOT_UTF8);
	FUZZ_PROMISE(!text_fine || (text_check_nfc(bytes_text(s->text)) == TEXT_FINE && text_characters(bytes_text(s->text)) <= 8));
	FUZZ_PROMISE(memchr(s->lines, '\r', strlen(s->lines)) == NULL || form_fault_of(&result->faults, "lines") != HF_NONE);
	FUZZ_PROMISE(s->raw.size <= 16 && s->file.content.size <= 16);
	FUZZ_PROMISE(s->number >= -9 && s->number <= 99);
	FUZZ_PROMISE(s->choice >= -1 && s->choice <= 1);
	FUZZ_PROMISE(s->list.count <= 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct form_result result;
	struct pool *pool;
	struct err err;

	if (size < 1)
		return 0;
	pool = pool_new(1u << 24);
	FUZZ_PROMISE(pool != NULL);
	if (form_read(&result, &table, (enum form_encoding)(data[0] % 3), "b", (struct bytes){data + 1, size - 1}, pool, &err) == 0)
		promises(&result);
	else
		FUZZ_PROMISE(err.code != HF_NONE);
	pool_free(&pool);
	return 0;
}
