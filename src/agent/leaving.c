/* Watches a page that waits for a window. */
#include "leaving.h"

#include "keydoor_message.h"
#include "log.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define CALL_OFF_MS 5000
#define AGAIN_MS 500

static void call_off(const struct leaving *l)
{
	const struct keydoor_call_off_request request = {l->number};
	struct err err = {0};
	struct buf out, in;

	buf_init(&out, 16);
	buf_init(&in, 16);
	if (body_encode(&keydoor_call_off_request_body, &request, &out, &err) != 0 ||
	    call_ask(l->keydoor, KEYDOOR_CALL_OFF, buf_get(&out), &in, CALL_OFF_MS, &err) != 0)
		log_fault("leaving.call_off", &err);
	buf_free(&in);
	buf_free(&out);
}

static void *watch(void *ctx)
{
	const struct leaving *l = ctx;
	struct pollfd wait[2] = {{.fd = l->over, .events = POLLIN}, {.fd = l->socket, .events = POLLRDHUP}};

	for (;;) {
		int n = poll(wait, 2, wait[1].fd >= 0 ? -1 : AGAIN_MS);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || wait[0].revents != 0)
			return NULL;
		/* Until the answer is there: keydoor may not have begun. */
		wait[1].fd = -1;
		call_off(l);
	}
}

int leaving_watch(struct leaving *l, struct call *keydoor, int socket, uint32_t number, struct err *err)
{
	*l = (struct leaving){.keydoor = keydoor, .number = number, .socket = socket, .over = eventfd(0, EFD_CLOEXEC)};
	if (l->over < 0)
		return err_set_errno(err, HF_SYSTEM, "eventfd");
	if (pthread_create(&l->thread, NULL, watch, l) == 0)
		return 0;
	(void)close(l->over);
	return err_set(err, HF_SYSTEM, "no thread for a window");
}

void leaving_end(struct leaving *l)
{
	const uint64_t one = 1;

	if (write(l->over, &one, sizeof(one)) < 0)
		log_error("leaving.end", "the watch over a page cannot be ended");
	(void)pthread_join(l->thread, NULL);
	(void)close(l->over);
}
