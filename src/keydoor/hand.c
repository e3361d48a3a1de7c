/* A thread that does deeds one after the other and answers them. */
#include "hand.h"

#include "log.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define DEED_POOL_MAX (16u << 20)
#define HOLDS_MAX 8

struct job {
	const struct deed *deed;
	uint64_t peer, id;
	uint8_t *body;
	size_t size;
};

struct hand {
	struct keydoor *k;
	struct serve *serve;
	struct patience *patience;
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct job jobs[HOLDS_MAX]; /* the first one is being done */
	size_t count, holds;
	enum err_code full;
	bool busy;
};

/* What the person or the key refused is told as an outcome, so that the tries left go with it. */
static void tell_outcome(struct keydoor_outcome_reply *reply, const struct err *why)
{
	*reply = (struct keydoor_outcome_reply){.fault = (uint32_t)why->code, .tries = reply->tries};
}

static int do_deed(struct hand *hand, const struct job *job, struct pool *pool, struct buf *answer, struct err *err)
{
	const struct deed *deed = job->deed;
	void *request = deed->request != NULL ? pool_alloc(pool, deed->request->struct_size) : NULL;
	void *reply = pool_alloc(pool, deed->reply->struct_size);
	int rc;

	if (reply == NULL || (deed->request != NULL && request == NULL))
		return err_set(err, HF_MEMORY, "deed");
	if (deed->request != NULL && body_decode(deed->request, (struct bytes){job->body, job->size}, pool, request, err) != 0)
		return -1;
	if (deed->window)
		*(struct keydoor_outcome_reply *)reply = (struct keydoor_outcome_reply){.tries = KEYDOOR_NO_TRIES};
	patience_start(hand->patience, deed->patience_ms);
	rc = deed->run(hand->k, request, pool, reply, err);
	patience_rest(hand->patience);
	if (rc != 0) {
		log_fault("deed.refused", err);
		if (!deed->window)
			return -1;
		tell_outcome(reply, err);
	}
	return body_encode(deed->reply, reply, answer, err);
}

/* The first job is over: its place is free. Before its answer goes out, so that whoever has it can ask again. */
static void drop_job(struct hand *hand)
{
	pthread_mutex_lock(&hand->lock);
	hand->count--;
	memmove(&hand->jobs[0], &hand->jobs[1], hand->count * sizeof(hand->jobs[0]));
	pthread_mutex_unlock(&hand->lock);
}

static void answer_job(struct hand *hand, const struct job *job)
{
	struct pool *pool = pool_new(DEED_POOL_MAX);
	struct err err = {0};
	struct buf answer;
	int rc;

	buf_init(&answer, FRAME_BODY_MAX);
	rc = pool != NULL ? do_deed(hand, job, pool, &answer, &err) : err_set(&err, HF_MEMORY, "deed");
	drop_job(hand);
	if (rc == 0)
		serve_answer(hand->serve, job->peer, job->deed->type, job->id, buf_get(&answer));
	else
		serve_refuse(hand->serve, job->peer, job->deed->type, job->id, &err);
	buf_free(&answer);
	pool_free(&pool);
}

static struct job next_job(struct hand *hand)
{
	struct job job;

	pthread_mutex_lock(&hand->lock);
	while (hand->count == 0)
		pthread_cond_wait(&hand->work, &hand->lock);
	job = hand->jobs[0];
	hand->busy = true;
	pthread_mutex_unlock(&hand->lock);
	return job;
}

static void rest(struct hand *hand)
{
	pthread_mutex_lock(&hand->lock);
	hand->busy = false;
	pthread_mutex_unlock(&hand->lock);
}

bool hand_is_busy(struct hand *hand)
{
	bool busy;

	pthread_mutex_lock(&hand->lock);
	busy = hand->busy;
	pthread_mutex_unlock(&hand->lock);
	return busy;
}

static void *work(void *ctx)
{
	for (;;) {
		struct job job = next_job(ctx);

		answer_job(ctx, &job);
		rest(ctx);
		free(job.body);
	}
	return NULL;
}

int hand_new(struct hand **out, struct keydoor *k, struct serve *serve, struct patience *patience, size_t holds, enum err_code full,
             struct err *err)
{
	struct hand *hand = calloc(1, sizeof(*hand));
	pthread_t thread;

	*out = NULL;
	if (hand == NULL)
		return err_set(err, HF_MEMORY, "hand");
	*hand = (struct hand){.k = k, .serve = serve, .patience = patience, .holds = holds < HOLDS_MAX ? holds : HOLDS_MAX, .full = full};
	(void)pthread_mutex_init(&hand->lock, NULL);
	(void)pthread_cond_init(&hand->work, NULL);
	if (pthread_create(&thread, NULL, work, hand) != 0) {
		free(hand);
		return err_set(err, HF_SYSTEM, "no thread for a hand");
	}
	(void)pthread_detach(thread);
	*out = hand;
	return 0;
}

int hand_give(struct hand *hand, const struct deed *deed, const struct request *request, struct err *err)
{
	struct job job = {.deed = deed, .peer = request->peer, .id = request->id, .size = request->body.size};
	int rc = 0;

	job.body = malloc(job.size + 1);
	if (job.body == NULL)
		return err_set(err, HF_MEMORY, "deed");
	if (job.size > 0)
		memcpy(job.body, request->body.data, job.size);
	pthread_mutex_lock(&hand->lock);
	if (hand->count == hand->holds) {
		free(job.body);
		rc = err_set(err, hand->full, "%zu requests are being done or wait", hand->count);
	} else {
		hand->jobs[hand->count++] = job;
		pthread_cond_signal(&hand->work);
	}
	pthread_mutex_unlock(&hand->lock);
	return rc;
}
