/* Memory that lives as long as one request: many small allocations, one free. */
#ifndef HUFU_BASE_POOL_H
#define HUFU_BASE_POOL_H

#include "bytes.h"

struct pool;

struct pool *pool_new(size_t max_bytes); /* NULL when out of memory; max bounds the sum of all allocations */
void pool_free(struct pool **pool);
void pool_reset(struct pool *pool);                    /* forgets all, keeps the first block */
void *pool_alloc(struct pool *pool, size_t size);      /* zeroed, aligned to 16; NULL at the maximum */
char *pool_text(struct pool *pool, struct bytes text); /* NUL-terminated copy */
char *pool_format(struct pool *pool, const char *fmt, ...) PRINTF_LIKE(2, 3);
int pool_bytes(struct pool *pool, struct bytes from, struct bytes *out, struct err *err) MUST_CHECK;

#endif
