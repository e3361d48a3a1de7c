/* A chain of blocks, filled one after the other and freed together. */
#include "pool.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POOL_ALIGN 16
#define POOL_BLOCK 8192

struct pool_block {
	struct pool_block *next;
	size_t size, used;
	_Alignas(POOL_ALIGN) uint8_t data[];
};

struct pool {
	struct pool_block *newest; /* the first block stands at the end of the chain */
	size_t given, max;
};

struct pool *pool_new(size_t max_bytes)
{
	struct pool *pool = calloc(1, sizeof(*pool));

	if (pool)
		pool->max = max_bytes;
	return pool;
}

void pool_free(struct pool **pool)
{
	if (!*pool)
		return;
	pool_reset(*pool);
	free((*pool)->newest);
	free(*pool);
	*pool = NULL;
}

void pool_reset(struct pool *pool)
{
	while (pool->newest && pool->newest->next) {
		struct pool_block *older = pool->newest->next;

		free(pool->newest);
		pool->newest = older;
	}
	if (pool->newest)
		pool->newest->used = 0;
	pool->given = 0;
}

static struct pool_block *block_with_room(struct pool *pool, size_t size)
{
	struct pool_block *block = pool->newest;
	size_t room = size > POOL_BLOCK ? size : POOL_BLOCK;

	if (block && block->size - block->used >= size)
		return block;
	block = malloc(sizeof(*block) + room);
	if (!block)
		return NULL;
	*block = (struct pool_block){.next = pool->newest, .size = room};
	pool->newest = block;
	return block;
}

void *pool_alloc(struct pool *pool, size_t size)
{
	struct pool_block *block;
	size_t rounded;
	void *p;

	if (size > pool->max - pool->given || size > SIZE_MAX - sizeof(*block) - POOL_ALIGN)
		return NULL;
	rounded = (size + POOL_ALIGN - 1) / POOL_ALIGN * POOL_ALIGN;
	block = block_with_room(pool, rounded);
	if (!block)
		return NULL;
	p = memset(block->data + block->used, 0, rounded);
	block->used += rounded;
	pool->given += size;
	return p;
}

char *pool_text(struct pool *pool, struct bytes text)
{
	char *copy = text.size < SIZE_MAX ? pool_alloc(pool, text.size + 1) : NULL;

	if (copy && text.size)
		memcpy(copy, text.data, text.size);
	return copy;
}

char *pool_format(struct pool *pool, const char *fmt, ...)
{
	va_list args, again;
	char *text = NULL;
	int size;

	va_start(args, fmt);
	va_copy(again, args);
	size = vsnprintf(NULL, 0, fmt, args);
	if (size >= 0)
		text = pool_alloc(pool, (size_t)size + 1);
	if (text)
		vsnprintf(text, (size_t)size + 1, fmt, again);
	va_end(again);
	va_end(args);
	return text;
}

int pool_bytes(struct pool *pool, struct bytes from, struct bytes *out, struct err *err)
{
	uint8_t *copy = pool_alloc(pool, from.size);

	if (!copy)
		return err_set(err, HF_LIMIT, "pool of %zu bytes cannot hold %zu more", pool->max, from.size);
	if (from.size)
		memcpy(copy, from.data, from.size);
	*out = (struct bytes){copy, from.size};
	return 0;
}
