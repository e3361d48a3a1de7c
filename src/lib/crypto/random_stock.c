/* Random octets for nonces, drawn in advance: one call of OpenSSL's generator costs as much as half a dozen blocks of SM3, however little
 * it is asked for. */
#include "crypto_fault.h"
#include "random.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#define DRAWN 2048

/* A page that the kernel gives to a forked process as zeros, so that the child has nothing in stock and draws for itself. */
struct stock {
	size_t left;
	uint8_t octets[DRAWN];
};
static struct stock *stock; /* NULL where the kernel has no such pages */
static pthread_once_t stock_once = PTHREAD_ONCE_INIT;
static pthread_mutex_t stock_lock = PTHREAD_MUTEX_INITIALIZER;

static void make_stock(void)
{
	void *page = mmap(NULL, sizeof(*stock), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return;
	if (madvise(page, sizeof(*stock), MADV_WIPEONFORK) == 0 && madvise(page, sizeof(*stock), MADV_DONTDUMP) == 0)
		stock = page;
	else
		(void)munmap(page, sizeof(*stock));
}

/* Whoever finds the stock in use, and a child that was forked while it was, draws from the generator. */
void random_nonce(uint8_t out[RANDOM_NONCE_SIZE])
{
	if (pthread_once(&stock_once, make_stock) != 0)
		crypto_die("pthread_once");
	if (stock == NULL || pthread_mutex_trylock(&stock_lock) != 0) {
		random_bytes(out, RANDOM_NONCE_SIZE);
		return;
	}
	if (stock->left == 0) {
		random_bytes(stock->octets, DRAWN);
		stock->left = DRAWN;
	}
	stock->left -= RANDOM_NONCE_SIZE;
	memcpy(out, stock->octets + stock->left, RANDOM_NONCE_SIZE);
	explicit_bzero(stock->octets + stock->left, RANDOM_NONCE_SIZE);
	pthread_mutex_unlock(&stock_lock);
}
