/* The library's one state and its lock, which is never held while waiting for a card. */
#include "skf_state.h"

#include <pthread.h>

static pthread_mutex_t state_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct skf_state state;

struct skf_state *skf_state_lock(void)
{
	(void)pthread_mutex_lock(&state_mutex);
	return &state;
}

void skf_state_unlock(void)
{
	(void)pthread_mutex_unlock(&state_mutex);
}
