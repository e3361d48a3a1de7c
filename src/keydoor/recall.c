/* Whether the page that asked is still there. */
#include "recall.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

int recall_init(struct recall *r, struct err *err)
{
	*r = (struct recall){.lock = PTHREAD_MUTEX_INITIALIZER, .told = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
	return r->told >= 0 ? 0 : err_set_errno(err, HF_SYSTEM, "eventfd");
}

void recall_free(struct recall *r)
{
	(void)close(r->told);
	(void)pthread_mutex_destroy(&r->lock);
}

void recall_begin(struct recall *r, uint32_t number)
{
	uint64_t count;

	pthread_mutex_lock(&r->lock);
	r->number = number;
	(void)!read(r->told, &count, sizeof(count)); /* of the request before */
	pthread_mutex_unlock(&r->lock);
}

void recall_tell(struct recall *r, uint32_t number)
{
	const uint64_t one = 1;

	pthread_mutex_lock(&r->lock);
	if (r->number == number)
		(void)!write(r->told, &one, sizeof(one));
	pthread_mutex_unlock(&r->lock);
}

int recall_check(const struct recall *r, struct err *err)
{
	struct pollfd told = {.fd = r->told, .events = POLLIN};

	return poll(&told, 1, 0) == 0 ? 0 : err_set(err, HF_ASKER_GONE, "the page that asked is gone");
}
