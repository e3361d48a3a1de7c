/* Borrowed bytes, the bounded buffer, and the reader. */
#include "bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_FIRST_CAPACITY 256

struct bytes bytes_text(const char *text)
{
	if (!text)
		return BYTES_NONE;
	return (struct bytes){(const uint8_t *)text, strlen(text)};
}

bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool bytes_equal_secret(struct bytes a, struct bytes b)
{
	const volatile uint8_t *x = a.data, *y = b.data;
	uint8_t differ = 0;

	if (a.size != b.size)
		return false;
	for (size_t i = 0; i < a.size; i++)
		differ = (uint8_t)(differ | (x[i] ^ y[i]));
	return differ == 0;
}

int bytes_compare(struct bytes a, struct bytes b)
{
	size_t shorter = a.size < b.size ? a.size : b.size;
	int order = shorter ? memcmp(a.data, b.data, shorter) : 0;

	if (order)
		return order;
	return (a.size > b.size) - (a.size < b.size);
}

bool bytes_is_text(struct bytes a, const char *text)
{
	return bytes_equal(a, bytes_text(text));
}

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max};
}

void buf_free(struct buf *b)
{
	free(b->data);
	buf_init(b, b->max);
}

void buf_wipe(struct buf *b)
{
	if (b->data)
		explicit_bzero(b->data, b->capacity);
	buf_free(b);
}

void buf_clear(struct buf *b)
{
	b->size = 0;
}

int buf_reserve(struct buf *b, size_t more, struct err *err)
{
	size_t capacity = b->capacity ? b->capacity : BUF_FIRST_CAPACITY;
	uint8_t *data;

	if (more > b->max - b->size)
		return err_set(err, HF_LIMIT, "buffer of at most %zu bytes holds %zu, %zu more do not fit", b->max, b->size, more);
	if (more <= b->capacity - b->size)
		return 0;
	while (capacity < b->size + more)
		capacity = capacity > b->max / 2 ? b->max : capacity * 2;
	if (capacity > b->max)
		capacity = b->max;
	data = malloc(capacity);
	if (!data)
		return err_set(err, HF_MEMORY, "no memory for a buffer of %zu bytes", capacity);
	if (b->data) {
		memcpy(data, b->data, b->size);
		explicit_bzero(b->data, b->size);
		free(b->data);
	}
	b->data = data;
	b->capacity = capacity;
	return 0;
}

int buf_append(struct buf *b, struct bytes add, struct err *err)
{
	if (add.size == 0)
		return 0;
	if (buf_reserve(b, add.size, err))
		return -1;
	memcpy(b->data + b->size, add.data, add.size);
	b->size += add.size;
	return 0;
}

int buf_append_text(struct buf *b, const char *text, struct err *err)
{
	return buf_append(b, bytes_text(text), err);
}

int buf_append_format(struct buf *b, struct err *err, const char *fmt, ...)
{
	va_list args;
	char *text = NULL;
	int size, result;

	va_start(args, fmt);
	size = vasprintf(&text, fmt, args);
	va_end(args);
	if (size < 0)
		return err_set(err, HF_MEMORY, "no memory to format a text");
	result = buf_append(b, (struct bytes){(const uint8_t *)text, (size_t)size}, err);
	free(text);
	return result;
}

int buf_append_u8(struct buf *b, uint8_t v, struct err *err)
{
	return buf_append(b, (struct bytes){&v, 1}, err);
}

int buf_append_u32(struct buf *b, uint32_t v, struct err *err)
{
	uint8_t raw[4];

	for (int i = 0; i < 4; i++)
		raw[i] = (uint8_t)(v >> (24 - 8 * i));
	return buf_append(b, BYTES_ARRAY(raw), err);
}

int buf_append_u64(struct buf *b, uint64_t v, struct err *err)
{
	uint8_t raw[8];

	for (int i = 0; i < 8; i++)
		raw[i] = (uint8_t)(v >> (56 - 8 * i));
	return buf_append(b, BYTES_ARRAY(raw), err);
}

void buf_consume(struct buf *b, size_t n)
{
	if (n == 0)
		return;
	b->size -= n;
	memmove(b->data, b->data + n, b->size);
}

struct bytes buf_get(const struct buf *b)
{
	return (struct bytes){b->data, b->size};
}

static int take_number(struct reader *r, size_t width, uint64_t *v)
{
	struct bytes raw;

	if (reader_take(r, width, &raw))
		return -1;
	*v = 0;
	for (size_t i = 0; i < width; i++)
		*v = *v << 8 | raw.data[i];
	return 0;
}

int reader_u8(struct reader *r, uint8_t *v)
{
	uint64_t wide;

	if (take_number(r, 1, &wide))
		return -1;
	*v = (uint8_t)wide;
	return 0;
}

int reader_u16(struct reader *r, uint16_t *v)
{
	uint64_t wide;

	if (take_number(r, 2, &wide))
		return -1;
	*v = (uint16_t)wide;
	return 0;
}

int reader_u32(struct reader *r, uint32_t *v)
{
	uint64_t wide;

	if (take_number(r, 4, &wide))
		return -1;
	*v = (uint32_t)wide;
	return 0;
}

int reader_u64(struct reader *r, uint64_t *v)
{
	return take_number(r, 8, v);
}

int reader_take(struct reader *r, size_t n, struct bytes *out)
{
	if (n > r->rest.size)
		return -1;
	*out = (struct bytes){r->rest.data, n};
	if (n)
		r->rest = (struct bytes){r->rest.data + n, r->rest.size - n};
	return 0;
}
