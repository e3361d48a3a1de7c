/* Fields of the form: what is kept is clean text within its length, and reading it again changes nothing. */
#include "application_form.h"
#include "fuzz.h"
#include "text_code.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pool *pool = pool_new(1 << 20);

	for (size_t i = 0; pool != NULL && i < application_fields_count; i++) {
		const struct entry_field *field = &application_fields[i];
		const char *kept, *again;
		if (entry_field_read(field, (struct bytes){data, size}, pool, &kept) != HF_NONE)
			continue;
		FUZZ_PROMISE(text_check_nfc(bytes_text(kept)) == TEXT_FINE);
		FUZZ_PROMISE(text_characters(bytes_text(kept)) <= field->max);
		FUZZ_PROMISE(entry_field_read(field, bytes_text(kept), pool, &again) == HF_NONE && strcmp(kept, again) == 0);
		(void)entry_field_check(field, kept, 20779);
	}
	pool_free(&pool);
	return 0;
}
