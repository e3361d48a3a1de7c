/* Answers to revocations that wait for the responder. */
#include "hold.h"

#include <stdlib.h>
#include <string.h>

#define NOT_COUNTED INT64_MAX

struct hold {
	struct hold *next;
	uint64_t peer, id;
	uint16_t type;
	int64_t number, until_ms; /* or NOT_COUNTED */
	size_t size;
	uint8_t body[];
};

void hold_answer(struct holds *holds, struct request *request, int64_t number)
{
	struct bytes body = buf_get(&request->reply);
	struct hold *hold = malloc(sizeof(*hold) + body.size);

	if (hold == NULL)
		return;
	*hold = (struct hold){
	    .next = holds->first,
	    .peer = request->peer,
	    .id = request->id,
	    .type = request->type,
	    .number = number,
	    .until_ms = NOT_COUNTED,
	    .size = body.size,
	};
	if (body.size > 0)
		memcpy(hold->body, body.data, body.size);
	holds->first = hold;
	request->kept = true;
}

void hold_count(struct holds *holds, int64_t now_ms)
{
	for (struct hold *hold = holds->first; hold != NULL; hold = hold->next) {
		if (hold->until_ms == NOT_COUNTED)
			hold->until_ms = now_ms + HOLD_MS;
	}
}

static void answer_where(struct holds *holds, struct serve *serve, int64_t number, int64_t now_ms)
{
	struct hold **link = &holds->first;

	while (*link != NULL) {
		struct hold *hold = *link;

		if (hold->number > number && hold->until_ms > now_ms) {
			link = &hold->next;
			continue;
		}
		serve_answer(serve, hold->peer, hold->type, hold->id, (struct bytes){hold->body, hold->size});
		*link = hold->next;
		free(hold);
	}
}

void hold_release(struct holds *holds, struct serve *serve, int64_t number)
{
	answer_where(holds, serve, number, INT64_MIN);
}

void hold_tick(struct holds *holds, struct serve *serve, int64_t now_ms)
{
	answer_where(holds, serve, 0, now_ms);
}

void hold_free(struct holds *holds)
{
	while (holds->first != NULL) {
		struct hold *next = holds->first->next;

		free(holds->first);
		holds->first = next;
	}
}
