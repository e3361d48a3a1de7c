/* Lines of an audit export: what is read is written back as the same bytes. */
#include "audit_chain.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pool *pool = pool_new(1 << 20);
	struct audit_entry entry;
	struct buf line;
	struct err err;

	buf_init(&line, AUDIT_LINE_MAX);
	if (pool != NULL && audit_line_read(&entry, (struct bytes){data, size}, pool, &err) == 0) {
		FUZZ_PROMISE(audit_line_write(&entry, &line, &err) == 0);
		FUZZ_PROMISE(bytes_equal(buf_get(&line), (struct bytes){data, size}));
	}
	buf_free(&line);
	pool_free(&pool);
	return 0;
}
