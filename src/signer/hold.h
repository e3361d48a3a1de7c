/* Answers to revocations that wait until the responder has asked past them, so that the next question is answered `revoked`. */
#ifndef HUFU_SIGNER_HOLD_H
#define HUFU_SIGNER_HOLD_H

#include "serve.h"

#define HOLD_MS 200 /* from the moment the responder was told */

struct hold;
struct holds {
	struct hold *first;
};

/* Keeps the request's finished reply back until record `number` is acknowledged or HOLD_MS passed. Without memory it is just not kept. */
void hold_answer(struct holds *holds, struct request *request, int64_t number);
/* The responder was told of all that is kept back: from now on HOLD_MS are counted. */
void hold_count(struct holds *holds, int64_t now_ms);
/* Everything up to number was taken over by the responder. */
void hold_release(struct holds *holds, struct serve *serve, int64_t number);
void hold_tick(struct holds *holds, struct serve *serve, int64_t now_ms);
void hold_free(struct holds *holds);

#endif
