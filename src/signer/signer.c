/* What the signer's parts share. */
#include "signer.h"

#include "clock.h"
#include "log.h"

int signer_now(const struct signer *s, int64_t *now, struct err *err)
{
	int64_t newest = journal_state_get(s->journal).time;

	*now = clock_now();
	if (*now < newest)
		return err_set(err, HF_CLOCK_BACK, "the clock is %lld s below the newest record", (long long)(newest - *now));
	return 0;
}

void signer_fail(struct signer *s, const struct err *err)
{
	log_fault("signer.stop", err);
	s->failed = true;
	serve_stop(s->serve);
}

int signer_apply(struct signer *s, const struct journal_record *record, const struct journal_event *event, const struct order *order,
                 const struct registry_addition *addition, struct err *err)
{
	if (registry_apply(s->registry, record, event, order, addition, err) < 0) {
		signer_fail(s, err);
		return -1;
	}
	status_tail_add(&s->tail, record, event);
	return 0;
}

int signer_record(struct signer *s, const struct journal_event *event, int64_t time, struct journal_record *record, struct err *err)
{
	struct registry_addition addition;
	struct buf body;
	int result = -1;

	buf_init(&body, EVENT_BODY_MAX);
	if (registry_check(s->registry, event, NULL, &addition, err) < 0)
		goto out;
	if (journal_event_write(event, EVENT_VIEW_FULL, &body, err) < 0)
		goto out;
	if (journal_add(s->journal, time, buf_get(&body), record, err) < 0)
		goto out;
	if (journal_commit(s->journal, err) < 0) {
		if (err->code == HF_JOURNAL_BROKEN)
			signer_fail(s, err);
		goto out;
	}
	record->body = BYTES_NONE;
	s->groups++;
	result = signer_apply(s, record, event, NULL, &addition, err);
out:
	buf_free(&body);
	return result;
}
