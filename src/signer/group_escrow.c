/* What a group needs of escrow. */
#include "group_escrow.h"

#include "clock.h"
#include "escrow_message.h"
#include "log.h"

#include <stdlib.h>

#define ESCROW_TIMEOUT_MS 5000
#define ESCROW_REST_MS 10000 /* after a time-out: meanwhile nothing else waits for it */
#define ENVELOPE_REPLY_MAX 2048

struct deed *group_next_issue(const struct group *g, size_t *at)
{
	while (*at < g->count) {
		struct deed *deed = g->deeds[(*at)++];

		if (deed_is_open(deed) && deed->issues)
			return deed;
	}
	return NULL;
}

size_t group_count_issues(const struct group *g)
{
	size_t count = 0, at = 0;

	while (group_next_issue(g, &at) != NULL)
		count++;
	return count;
}

static void refuse_issues(const struct group *g, const struct err *err)
{
	struct deed *deed;
	size_t at = 0;

	while ((deed = group_next_issue(g, &at)) != NULL)
		deed_refuse(deed, err);
}

/* Signs the warrants and asks escrow for all envelopes in one go. */
static int ask_escrow(const struct group *g, struct sm2_sign_item *warrants, struct call_item *questions, struct buf *bodies, size_t n,
                      struct err *err)
{
	int64_t began = clock_monotonic_ms(), took;
	struct err first;
	struct deed *deed;
	size_t at = 0;

	for (size_t i = 0; (deed = group_next_issue(g, &at)) != NULL; i++)
		warrants[i] = (struct sm2_sign_item){.key = g->signer->ca.journal_key, .message = buf_get(&deed->issue.warrant_message)};
	if (sm2_sign_many(warrants, n, err) < 0)
		return -1;
	at = 0;
	for (size_t i = 0; (deed = group_next_issue(g, &at)) != NULL; i++) {
		if (warrants[i].result < 0)
			return err_set(err, HF_CRYPTO, "a warrant could not be signed");
		if (issue_ask(&deed->issue, buf_get(&warrants[i].signature), &bodies[i], err) < 0)
			return -1;
		questions[i].type = ESCROW_ENVELOPE;
		questions[i].body = buf_get(&bodies[i]);
		questions[i].result = -1;
	}
	/* The items tell which failed. */
	if (call_ask_many(g->signer->escrow, questions, n, ESCROW_TIMEOUT_MS, &first) == 0)
		return 0;
	log_fault("signer.escrow", &first);
	took = clock_monotonic_ms() - began;
	if (took >= ESCROW_TIMEOUT_MS)
		g->signer->escrow_rest_ms = began + took + ESCROW_REST_MS;
	return 0;
}

static void take_envelopes(const struct group *g, const struct call_item *questions)
{
	const struct ca *ca = &g->signer->ca;
	bool evaluation = registry_summary_get(g->signer->registry).evaluation;
	struct deed *deed;
	size_t at = 0;

	for (size_t i = 0; (deed = group_next_issue(g, &at)) != NULL; i++) {
		struct err err = questions[i].err;

		if (questions[i].result < 0 ||
		    issue_take(&deed->issue, buf_get(&questions[i].answer), g->signer->registry, deed->pool, &err) < 0 ||
		    issue_build(&deed->issue, &deed->order, ca, evaluation, g->now, &err) < 0)
			deed_refuse(deed, &err);
	}
}

int group_provide(const struct group *g, struct err *err)
{
	size_t n = group_count_issues(g);
	struct sm2_sign_item *warrants = calloc(n + 1, sizeof(*warrants));
	struct call_item *questions = calloc(n + 1, sizeof(*questions));
	struct buf *bodies = calloc(n + 1, sizeof(*bodies));
	int result = -1;

	if (warrants == NULL || questions == NULL || bodies == NULL) {
		err_set(err, HF_MEMORY, "group");
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		buf_init(&bodies[i], 8192);
		buf_init(&questions[i].answer, ENVELOPE_REPLY_MAX);
	}
	if (n > 0 && clock_monotonic_ms() < g->signer->escrow_rest_ms) {
		err_set(err, HF_PEER_GONE, "escrow let the time run out a moment ago");
		refuse_issues(g, err);
	} else if (n > 0) {
		if (ask_escrow(g, warrants, questions, bodies, n, err) < 0)
			goto out;
		take_envelopes(g, questions);
	}
	result = 0;
out:
	for (size_t i = 0; i < n; i++) {
		if (warrants != NULL)
			buf_free(&warrants[i].signature);
		if (bodies != NULL)
			buf_free(&bodies[i]);
		if (questions != NULL)
			buf_free(&questions[i].answer);
	}
	free(warrants);
	free(questions);
	free(bodies);
	return result;
}
