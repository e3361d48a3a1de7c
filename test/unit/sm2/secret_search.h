/* Searches all memory of the process that can be written, as /proc/self/maps names it, for words of secrets. */
#ifndef HUFU_TEST_SM2_SECRET_SEARCH_H
#define HUFU_TEST_SM2_SECRET_SEARCH_H

#include "fn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEARCH_STACK_SIZE (1u << 20)

/* What is searched for, from now on; every eight octets of it count. */
void search_begin(void);
void search_add_octets(const char *name, const uint8_t *octets, size_t size);
void search_add_number(const char *name, const struct fn *a);
void search_add_key(const uint8_t d[32]);    /* d, and what a signer makes of it */
void search_add_signer(const uint8_t d[32]); /* only that */

/* How many words of the secrets there are; tell says which and where. */
size_t search(bool tell);

/* Pages of zeros. */
void *search_map(size_t size);

/* Runs in a thread, whose stack is left as it was at the end, for the search; it is unmapped by the caller. */
void *search_on_stack(void *(*run)(void *), void *arg);

/* What the test itself does with secrets is not searched. */
void search_apart(void *(*run)(void *), void *arg);

#endif
