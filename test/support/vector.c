#include "vector.h"

#include "text_code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct buf vector(const char *hex)
{
	size_t n = strlen(hex) / 2;
	struct buf b;

	buf_init(&b, n + 1);
	assert_int_equal(buf_reserve(&b, n + 1, NULL), 0);
	assert_int_equal(hex_read(b.data, n, bytes_text(hex), true), 0);
	b.size = n;
	return b;
}

struct secret vector_secret(const char *hex)
{
	struct buf b = vector(hex);
	struct secret s;

	assert_int_equal(secret_copy(&s, buf_get(&b), NULL), 0);
	buf_free(&b);
	return s;
}

void assert_vector(struct bytes found, const char *hex)
{
	struct buf b = vector(hex);

	assert_int_equal(found.size, b.size);
	assert_memory_equal(found.data, b.data, b.size);
	buf_free(&b);
}
