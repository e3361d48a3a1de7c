/* One application before the staff: its data with checks, the two orders, return and rejection. Nothing is decided before the signer
 * answered; an answer that got lost is repaired by the feed. */
#ifndef HUFU_SERVICE_REVIEW_H
#define HUFU_SERVICE_REVIEW_H

#include "application.h"
#include "certificate.h"
#include "deed.h"
#include "paper.h"

struct review_checks {
	bool code_valid, organisation_code_valid, id_valid;
	bool organisation_code_same; /* the one typed is the one inside the credit code, or none was typed */
	const char *live;            /* number of another live application of the enterprise for the same kind; "" */
	int64_t certificates;        /* of the enterprise, signature use, valid now */
	int64_t applications;        /* earlier ones of the enterprise */
};

struct review {
	struct application application;
	struct paper_list papers;
	struct history_list history;
	struct review_checks checks;
	const char *accepted_by;                              /* name of who signed the acceptance; "" */
	bool may_accept, may_approve, may_return, may_reject; /* this actor, now */
	bool own_acceptance;                                  /* this actor accepted it and so cannot approve it */
};

enum review_profile { REVIEW_ENTERPRISE, REVIEW_EVALUATION_SHORT };

int review_load(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct review *review,
                struct err *err) MUST_CHECK;

/* Appends the draft (JSON) that the agent completes and signs: doc/protocol/agent.md 3. HF_APPLICATION_STATE, HF_APPLICATION_VERSION. */
int review_draft_accept(struct service *s, const struct actor *actor, const char *number, int64_t version, struct buf *draft,
                        struct err *err) MUST_CHECK;
/* HF_ORDER_SAME_PERSON; HF_ORDER_EXPIRED when the acceptance is too old: the application is then submitted again. */
int review_draft_approve(struct service *s, const struct actor *actor, const char *number, int64_t version, enum review_profile profile,
                         struct buf *draft, struct err *err) MUST_CHECK;

/* note is checked, as by review_reject. */
int review_draft_cancel(struct service *s, const struct actor *actor, const char *number, int64_t version, struct bytes note,
                        struct buf *draft, struct err *err) MUST_CHECK;

/* One signed order as it is given, and what became of it. */
struct review_turn {
	const struct actor *actor;
	const char *number;
	int64_t version;
	struct signed_order order;
	struct bytes note; /* review_cancel: as for review_reject */
	struct pool *pool;
	struct deed deed;
	int result; /* 0, or -1 with err */
	struct err err;
	struct deed_order *doing; /* the service's */
};
/* Take signed orders, check them, have the signer do them, keep orders and receipts: each by itself, but all with one question and one
 * commit. HF_ORDER_*, or what the signer refused with. */
void review_accept(struct service *s, struct review_turn *turns, size_t n);
void review_approve(struct service *s, struct review_turn *turns, size_t n);
/* A rejection of what was accepted: the acceptance ends with it at the signer, too. */
void review_cancel(struct service *s, struct review_turn *turns, size_t n);

/* note: why, for the handler to read; 1 to 500 characters. HF_FIELD_MISSING, HF_FIELD_TOO_LONG, HF_FIELD_CHARACTER. */
int review_return(struct service *s, const struct actor *actor, const char *number, int64_t version, struct bytes note,
                  struct err *err) MUST_CHECK;
/* What was accepted is rejected by a signed order: HF_ORDER_INCOMPLETE. */
int review_reject(struct service *s, const struct actor *actor, const char *number, int64_t version, struct bytes note,
                  struct err *err) MUST_CHECK;

#endif
