/* The CRL, made when it is due. */
#include "crl_maker.h"

#include "clock.h"
#include "crl_build.h"
#include "digest.h"
#include "file.h"
#include "log.h"
#include "signer.h"

#include <fcntl.h>
#include <string.h>

#define NEWEST "crl/newest.crl"
#define RETRY_MS 1000

void crl_maker_open(struct signer *s)
{
	struct registry_summary summary = registry_summary_get(s->registry);
	uint8_t hash[SM3_SIZE];
	struct err missing;

	buf_init(&s->crl.newest, CRL_DER_MAX);
	if (summary.crl_number == 0 || file_read(&s->crl.newest, AT_FDCWD, NEWEST, &missing) < 0)
		return;
	sm3(buf_get(&s->crl.newest), hash);
	if (memcmp(hash, summary.crl_hash, sizeof(hash)) == 0)
		s->crl.number = summary.crl_number;
	else
		buf_clear(&s->crl.newest);
}

void crl_maker_close(struct crl_maker *maker)
{
	buf_free(&maker->newest);
}

static bool is_due(const struct signer *s, int64_t now, int64_t now_ms)
{
	struct registry_summary summary = registry_summary_get(s->registry);

	if (now_ms < s->crl.retry_ms)
		return false;
	if (s->crl.number == 0)
		return true;
	if (summary.crl_due)
		return !s->crl.made || now_ms - s->crl.made_ms >= CRL_MAKER_PAUSE_MS;
	return now >= summary.crl_this + s->crl.every;
}

static int build(const struct signer *s, int64_t now, struct buf *der, struct err *err)
{
	struct journal_state state = journal_state_get(s->journal);
	struct registry_summary summary = registry_summary_get(s->registry);
	struct crl_plan plan = {
	    .issuer = s->ca.issuing,
	    .number = state.number + 1,
	    .this_update = now,
	    .next_update = now + s->crl.life,
	    .anchor = {.journal_number = state.number, .audit_count = summary.audit_count},
	};

	plan.entries = registry_revoked(s->registry, &plan.count);
	memcpy(plan.anchor.journal_head, state.head, sizeof(plan.anchor.journal_head));
	memcpy(plan.anchor.audit_head, summary.audit_head, sizeof(plan.anchor.audit_head));
	return crl_issue(&plan, s->ca.issuing_key, der, err);
}

/* The record comes first: a CRL outside of the journal must not exist, a record without its file is just made again. */
static int make(struct signer *s, struct err *err)
{
	struct journal_event event = {.type = EVENT_CRL};
	struct journal_record record;
	struct buf der;
	int64_t now;
	int result = -1;

	buf_init(&der, CRL_DER_MAX);
	if (signer_now(s, &now, err) < 0)
		goto out;
	if (build(s, now, &der, err) < 0)
		goto out;
	sm3(buf_get(&der), event.hash);
	event.thisupdate = now;
	event.nextupdate = now + s->crl.life;
	if (signer_record(s, &event, now, &record, err) < 0)
		goto out;
	buf_clear(&s->crl.newest);
	s->crl.number = 0;
	if (buf_append(&s->crl.newest, buf_get(&der), err) < 0)
		goto out;
	s->crl.number = record.number;
	s->crl.file_pending = true;
	result = 0;
out:
	buf_free(&der);
	return result;
}

/* Askers have the new CRL from memory; only the file waits for a disk that has no room. */
static void write_file(struct signer *s, int64_t now_ms)
{
	struct err err = {0};

	if (!s->crl.file_pending || now_ms < s->crl.retry_ms)
		return;
	s->crl.file_pending = file_replace(AT_FDCWD, NEWEST, buf_get(&s->crl.newest), 0644, &err) < 0;
	if (!s->crl.file_pending)
		return;
	log_fault("signer.crl", &err);
	s->crl.retry_ms = now_ms + RETRY_MS;
}

bool crl_maker_tick(struct signer *s)
{
	int64_t now_ms = clock_monotonic_ms();
	struct err err = {0};

	if (s->failed)
		return false;
	if (!is_due(s, clock_now(), now_ms)) {
		write_file(s, now_ms);
		return false;
	}
	if (make(s, &err) < 0) {
		log_fault("signer.crl", &err);
		s->crl.retry_ms = now_ms + RETRY_MS;
		return false;
	}
	s->crl.made = true;
	s->crl.made_ms = now_ms;
	log_info("signer.crl", "number %lld", (long long)s->crl.number);
	write_file(s, now_ms);
	return true;
}
