/* CPU time spent inside this door, by thread. */
#include "clock.h"
#include "sm2_key.h"

static __thread struct crypto_account account;

uint64_t account_start(void)
{
	return clock_thread_cpu_ns();
}

void account_stop(uint64_t start, enum account_kind kind)
{
	account.ns += clock_thread_cpu_ns() - start;
	if (kind == ACCOUNT_SIGN)
		account.signs++;
	else if (kind == ACCOUNT_VERIFY)
		account.verifies++;
	else
		account.others++;
}

struct crypto_account crypto_account_get(void)
{
	return account;
}
