/* Words of secrets in memory. */
#include "secret_search.h"

#include "nonce.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#define NEEDLES_MAX 128

/* Words of secrets, masked so that the list is no find itself. Searched for at every octet, as words and as octets of numbers. */
static const uint64_t mask = 0x5ca1ab1e0ddba11d;
static uint64_t needle[NEEDLES_MAX];
static const char *needle_name[NEEDLES_MAX];
static size_t needles;

void *search_map(size_t size)
{
	void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(page, MAP_FAILED);
	return page;
}

/* Runs in a thread, whose stack is left as it was at the end, for the search. */
void *search_on_stack(void *(*run)(void *), void *arg)
{
	void *stack = search_map(SEARCH_STACK_SIZE);
	pthread_attr_t attr;
	pthread_t thread;

	assert_int_equal(pthread_attr_init(&attr), 0);
	assert_int_equal(pthread_attr_setstack(&attr, stack, SEARCH_STACK_SIZE), 0);
	assert_int_equal(pthread_create(&thread, &attr, run, arg), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	pthread_attr_destroy(&attr);
	return stack;
}

/* What the test itself does with secrets is not searched. */
void search_apart(void *(*run)(void *), void *arg)
{
	assert_int_equal(munmap(search_on_stack(run, arg), SEARCH_STACK_SIZE), 0);
}

void search_begin(void)
{
	needles = 0;
}

static void add_word(const char *name, uint64_t word)
{
	assert_true(needles < NEEDLES_MAX);
	needle_name[needles] = name;
	needle[needles++] = word ^ mask;
}

/* Least significant limb first, and each limb as it stands in octets. */
void search_add_number(const char *name, const struct fn *a)
{
	for (size_t i = 0; i < LIMBS; i++) {
		add_word(name, a->v[i]);
		add_word(name, __builtin_bswap64(a->v[i]));
	}
}

void search_add_octets(const char *name, const uint8_t *octets, size_t size)
{
	uint64_t word;

	for (size_t i = 0; i + sizeof(word) <= size; i += sizeof(word)) {
		memcpy(&word, octets + i, sizeof(word));
		add_word(name, word);
	}
}

void search_add_key(const uint8_t d[32])
{
	struct fn secret;

	(void)fn_read(&secret, d);
	search_add_number("d", &secret);
	search_add_signer(d);
}

void search_add_signer(const uint8_t d[32])
{
	static const struct fn one = {{1}};
	struct fn secret, inverse;
	struct nonce_key key;

	(void)fn_read(&secret, d);
	fn_add(&inverse, &secret, &one);
	fn_inverse(&inverse, &inverse);
	search_add_number("(1+d)^-1", &inverse);
	fn_to_montgomery(&inverse, &inverse);
	search_add_number("(1+d)^-1 in Montgomery's form", &inverse);
	nonce_key(&key, d, NONCE_OF_SIGNATURE);
	search_add_octets("the nonces' key", (const uint8_t *)key.v, sizeof(key.v));
}

static size_t search_range(const uint8_t *at, const uint8_t *end, bool tell)
{
	static bool maybe[1 << 16];
	size_t found = 0;
	uint64_t word;

	memset(maybe, 0, sizeof(maybe));
	for (size_t i = 0; i < needles; i++)
		maybe[needle[i] >> 48] = true;
	for (; at + sizeof(word) <= end; at++) {
		memcpy(&word, at, sizeof(word));
		if (!maybe[(word ^ mask) >> 48])
			continue;
		for (size_t i = 0; i < needles; i++) {
			if ((word ^ mask) == needle[i]) {
				if (tell)
					printf("# a word of %s at %p\n", needle_name[i], (const void *)at);
				found++;
			}
		}
	}
	return found;
}

/* How many words of the secrets there are in all memory that can be written; tell says which and where. */
size_t search(bool tell)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long start, end;
	char line[512], rights[8];
	size_t found = 0;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%lx-%lx %7s", &start, &end, rights) == 3 && rights[0] == 'r' && rights[1] == 'w')
			found += search_range((const uint8_t *)start, (const uint8_t *)end, tell);
	}
	(void)fclose(maps);
	return found;
}
