/* The JSON reader: what it accepts has one canonical text, which reads back to itself. */
#include "fuzz.h"
#include "json.h"

#define TEXT_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json *root = NULL, *again = NULL;
	struct buf first, second;

	if (json_read(&root, (struct bytes){data, size}, TEXT_MAX, NULL))
		return 0;
	buf_init(&first, 8 * TEXT_MAX);
	buf_init(&second, 8 * TEXT_MAX);
	FUZZ_PROMISE(json_write_canonical(&first, root, NULL) == 0);
	FUZZ_PROMISE(json_read(&again, buf_get(&first), first.size, NULL) == 0);
	FUZZ_PROMISE(json_write_canonical(&second, again, NULL) == 0);
	FUZZ_PROMISE(bytes_equal(buf_get(&first), buf_get(&second)));
	FUZZ_PROMISE(json_form_get(root).canonical == bytes_equal(buf_get(&first), (struct bytes){data, size}));
	FUZZ_PROMISE(json_form_get(again).canonical);
	json_free(&root);
	json_free(&again);
	buf_free(&first);
	buf_free(&second);
	return 0;
}
