/* CPU time spent inside this door, by all threads of the process together. */
#include "clock.h"
#include "sm2_key.h"

#include <stdatomic.h>

static struct {
	atomic_uint_fast64_t ns, calls[ACCOUNT_KINDS];
} account;
static __thread unsigned depth; /* operations that stand in one another are counted once */

uint64_t account_start(void)
{
	return depth++ == 0 ? clock_thread_cpu_ns() : 0;
}

void account_stop(uint64_t start, enum account_kind kind, size_t calls)
{
	if (--depth == 0)
		atomic_fetch_add_explicit(&account.ns, clock_thread_cpu_ns() - start, memory_order_relaxed);
	atomic_fetch_add_explicit(&account.calls[kind], calls, memory_order_relaxed);
}

static uint64_t calls_of(enum account_kind kind)
{
	return atomic_load_explicit(&account.calls[kind], memory_order_relaxed);
}

struct crypto_account crypto_account_get(void)
{
	return (struct crypto_account){
	    .ns = atomic_load_explicit(&account.ns, memory_order_relaxed),
	    .signs = calls_of(ACCOUNT_SIGN),
	    .verifies = calls_of(ACCOUNT_VERIFY),
	    .others = calls_of(ACCOUNT_OTHER),
	};
}
