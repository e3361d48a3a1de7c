/* What the signer's parts share: the CA, the journal and what follows from it, the peers. */
#ifndef HUFU_SIGNER_SIGNER_H
#define HUFU_SIGNER_SIGNER_H

#include "ca.h"
#include "call.h"
#include "crl_maker.h"
#include "facts.h"
#include "hold.h"
#include "status_tail.h"
#include "waiting.h"

/* After so long without a question from the responder, revocations do not wait for it. */
#define RESPONDER_PRESENT_MS 60000

/* One thread works with it. */
struct signer {
	struct ca ca;
	struct journal *journal;
	struct registry *registry;
	struct status_tail tail;
	struct call *escrow;
	struct serve *serve;
	struct crl_maker crl;
	struct holds holds;
	struct waitings waitings;

	int64_t escrow_rest_ms; /* escrow is not asked before: it let the time run out */
	int64_t responder_ms;   /* when the responder asked for the feed last */
	int64_t groups, deeds;  /* since start */
	int64_t large_groups, large_fsyncs;
	int64_t ocsp_hour, ocsp_count; /* responder's keys certified in the newest hour */
	bool failed;                   /* the process must end with a fault */
};

/* Takes a durable record over into memory; addition as registry_check gave it before. An error means that memory and journal differ: the
 * signer is stopped. */
int signer_apply(struct signer *s, const struct journal_record *record, const struct journal_event *event, const struct order *order,
                 const struct registry_addition *addition, struct err *err) MUST_CHECK;
/* Checks one event that is not a deed, writes it as a group of its own and takes it over. The signer is stopped when the journal takes
 * nothing more. */
int signer_record(struct signer *s, const struct journal_event *event, int64_t time, struct journal_record *record,
                  struct err *err) MUST_CHECK;
/* Ends the serving: the journal takes nothing more, or memory and journal differ. */
void signer_fail(struct signer *s, const struct err *err);
/* The clock; HF_CLOCK_BACK when it is below the newest record. */
int signer_now(const struct signer *s, int64_t *now, struct err *err) MUST_CHECK;

#endif
