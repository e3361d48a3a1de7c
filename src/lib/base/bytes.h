/* Borrowed bytes, and a growing buffer that owns its bytes and has a maximum. */
#ifndef HUFU_BASE_BYTES_H
#define HUFU_BASE_BYTES_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed: whoever hands it over keeps the memory alive. data may be NULL only when size is 0. */
struct bytes {
	const uint8_t *data;
	size_t size;
};

#define BYTES_NONE ((struct bytes){NULL, 0})
/* A string literal or array without its terminator. */
#define BYTES_LITERAL(s) ((struct bytes){(const uint8_t *)("" s), sizeof(s) - 1})
#define BYTES_ARRAY(a) ((struct bytes){(a), sizeof(a)})

struct bytes bytes_text(const char *text);               /* without the NUL; NULL gives BYTES_NONE */
bool bytes_equal(struct bytes a, struct bytes b);        /* not constant-time: for public values only */
bool bytes_equal_secret(struct bytes a, struct bytes b); /* time depends on the sizes only */
int bytes_compare(struct bytes a, struct bytes b);       /* memcmp order, shorter first */
bool bytes_is_text(struct bytes a, const char *text);

/* Owns its memory. A failed append (maximum or memory) leaves it unchanged and returns -1. */
struct buf {
	uint8_t *data;
	size_t size;
	size_t capacity;
	size_t max;
};

/* Bounded by max bytes. No allocation until the first append. */
void buf_init(struct buf *b, size_t max);
void buf_free(struct buf *b);  /* releases; the buffer may be used again with the same max */
void buf_wipe(struct buf *b);  /* overwrites, then releases; memory left behind while growing was overwritten too */
void buf_clear(struct buf *b); /* size 0, memory kept */
int buf_reserve(struct buf *b, size_t more, struct err *err) MUST_CHECK; /* HF_LIMIT or HF_MEMORY */
int buf_append(struct buf *b, struct bytes add, struct err *err) MUST_CHECK;
int buf_append_text(struct buf *b, const char *text, struct err *err) MUST_CHECK;
int buf_append_format(struct buf *b, struct err *err, const char *fmt, ...) PRINTF_LIKE(3, 4) MUST_CHECK;
int buf_append_u8(struct buf *b, uint8_t v, struct err *err) MUST_CHECK;
int buf_append_u32(struct buf *b, uint32_t v, struct err *err) MUST_CHECK; /* big endian */
int buf_append_u64(struct buf *b, uint64_t v, struct err *err) MUST_CHECK; /* big endian */
void buf_consume(struct buf *b, size_t n);                                 /* drops the first n bytes; n <= size */
struct bytes buf_get(const struct buf *b);                                 /* lends; valid until the next change */

/* A reader over borrowed bytes; each take moves on, or fails without moving when too few are left. */
struct reader {
	struct bytes rest;
};
int reader_u8(struct reader *r, uint8_t *v) MUST_CHECK;
int reader_u16(struct reader *r, uint16_t *v) MUST_CHECK;
int reader_u32(struct reader *r, uint32_t *v) MUST_CHECK;
int reader_u64(struct reader *r, uint64_t *v) MUST_CHECK;
int reader_take(struct reader *r, size_t n, struct bytes *out) MUST_CHECK;

#endif
