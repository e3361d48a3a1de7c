/* From the bytes of an OCSP request to the bytes of its answer. */
#include "pages.h"

static int outcome(struct responder *r, enum ocsp_outcome why, struct buf *out, struct err *err)
{
	atomic_fetch_add(&r->errors, 1);
	return ocsp_error_build(why, out, err);
}

static struct index_record record_find(struct responder *r, const struct ocsp_id *id, struct serial *serial)
{
	if (!ocsp_id_is_of(id, &r->issuer) || serial_from_magnitude(serial, id->serial) != 0)
		return (struct index_record){INDEX_UNKNOWN, CRL_UNSPECIFIED, 0};
	return status_index_get(r->index, serial);
}

static struct ocsp_answer answer_of(const struct ocsp_id *id, const struct index_record *record)
{
	struct ocsp_answer answer = {.id = id, .status = OCSP_UNKNOWN};

	if (record->status == INDEX_GOOD)
		answer.status = OCSP_GOOD;
	else if (record->status != INDEX_UNKNOWN)
		answer = (struct ocsp_answer){id, OCSP_REVOKED, record->since, record->reason};
	return answer;
}

static bool is_about_us(const struct responder *r, const struct ocsp_request *request)
{
	for (size_t i = 0; i < request->count; i++)
		if (ocsp_id_is_of(&request->ids[i], &r->issuer))
			return true;
	return false;
}

/* When an answer is made, and up to when the index is known to be right. */
struct moment {
	int64_t now, known;
};

static int sign(struct responder *r, const struct ocsp_answer *answers, size_t n, struct bytes nonce, struct moment at, int64_t *until,
                struct buf *out, struct err *err)
{
	struct ocsp_plan plan = {.answers = answers,
	                         .count = n,
	                         .produced_at = at.now,
	                         .this_update = at.known,
	                         .next_update = at.known + ANSWER_LIFE,
	                         .nonce = nonce};
	struct err why;

	if (delegate_answer(r->delegate, &plan, out, &why) != 0) {
		*until = 0;
		if (why.code == HF_OCSP_STALE)
			return outcome(r, OCSP_TRY_LATER, out, err);
		if (err != NULL)
			*err = why;
		return -1;
	}
	*until = plan.next_update;
	for (size_t i = 0; i < n; i++)
		atomic_fetch_add(&r->statuses[answers[i].status], 1);
	atomic_fetch_add(&r->signed_now, 1);
	return 0;
}

/* One certificate, no nonce: the answer serves every asker. What was never issued is not kept, lest anybody could fill the cache. */
static int single(struct responder *r, const struct ocsp_id *id, struct moment at, struct buf *out, struct answer **kept, struct err *err)
{
	struct serial serial;
	struct index_record record = record_find(r, id, &serial);
	struct ocsp_answer answer = answer_of(id, &record);
	int64_t until;

	if (record.status != INDEX_UNKNOWN) {
		*kept = answer_cache_find(r->cache, id->element, &serial, at.known, at.now);
		if (*kept != NULL) {
			atomic_fetch_add(&r->kept, 1);
			atomic_fetch_add(&r->statuses[answer.status], 1);
			return 0;
		}
	}
	if (sign(r, &answer, 1, BYTES_NONE, at, &until, out, err) != 0)
		return -1;
	if (record.status == INDEX_UNKNOWN || until == 0)
		return 0;
	if (answer_new(kept, buf_get(out), id->element, &serial, at.now, at.known, until, err) != 0)
		return -1;
	buf_free(out);
	answer_cache_keep(r->cache, *kept, r->index, &record);
	return 0;
}

int ocsp_answer(struct responder *r, struct bytes der, int64_t now, struct buf *out, struct answer **kept, struct err *err)
{
	struct ocsp_answer answers[OCSP_IDS_MAX];
	struct ocsp_request request;
	struct moment at = {now, atomic_load(&r->heard)}; /* before the index is looked at, which may only be newer */
	int64_t until;

	if (at.known > now)
		at.known = now;
	*kept = NULL;
	if (!responder_is_current(r, now))
		return outcome(r, OCSP_TRY_LATER, out, err);
	if (ocsp_request_read(&request, der, NULL) != 0)
		return outcome(r, OCSP_MALFORMED, out, err);
	if (!is_about_us(r, &request))
		return outcome(r, OCSP_UNAUTHORIZED, out, err);
	if (request.count == 1 && request.nonce.size == 0)
		return single(r, &request.ids[0], at, out, kept, err);
	for (size_t i = 0; i < request.count; i++) {
		struct serial serial;
		struct index_record record = record_find(r, &request.ids[i], &serial);

		answers[i] = answer_of(&request.ids[i], &record);
	}
	return sign(r, answers, request.count, request.nonce, at, &until, out, err);
}
