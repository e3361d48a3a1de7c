/* The one-time token that opens the agent's own page. */
#include "ticket.h"

#include "random.h"

#include <string.h>

#define ALPHABET "abcdefghijklmnopqrstuvwxyz234567"

void ticket_init(struct ticket *t, char text[TICKET_SIZE + 1])
{
	*t = (struct ticket){.lock = PTHREAD_MUTEX_INITIALIZER};
	random_text(t->text, TICKET_SIZE, ALPHABET);
	memcpy(text, t->text, sizeof(t->text));
}

int ticket_use(struct ticket *t, const char *token, char next[TICKET_SIZE + 1], struct err *err)
{
	bool right;

	pthread_mutex_lock(&t->lock);
	right = bytes_equal_secret(bytes_text(token), (struct bytes){(const uint8_t *)t->text, TICKET_SIZE});
	if (right) {
		random_text(t->text, TICKET_SIZE, ALPHABET);
		memcpy(next, t->text, sizeof(t->text));
	}
	pthread_mutex_unlock(&t->lock);
	return right ? 0 : err_set(err, HF_ORIGIN, "the page's token was used, or is none of this agent's");
}
