/* A service with a store and papers in a folder of its own, a fake signer, an operator, a reviewer, an auditor, and visitors. */
#ifndef HUFU_TEST_SERVICE_FIXTURE_H
#define HUFU_TEST_SERVICE_FIXTURE_H

#include "apply.h"
#include "fake_signer.h"
#include "login.h"
#include "mail.h"
#include "review.h"
#include "store.h"

#define FIXTURE_NOW INT64_C(1795305600) /* 2026-11-22 00:00:00 UTC */
#define FIXTURE_SECOND_ORIGIN "https://ca.example.cn"
#define FIXTURE_CODE "91110108123456788E"

struct fixture {
	char dir[64];
	struct fake_signer signer;
	struct service *service;
	struct store *outbox; /* the courier's side of the same store */
	struct fake_holder operator, reviewer, auditor;
	struct pool *pool;
};

/* One browser. */
struct browser {
	char token[SESSION_TOKEN_SIZE + 1];
	struct session session;
	struct actor actor;
};

/* For cmocka: *state is the fixture. */
int fixture_make(void **state);
int fixture_free(void **state);
/* A second service over the same store and papers, as after a restart. */
struct service *fixture_service(struct fixture *fx);

void fixture_visit(struct fixture *fx, struct browser *b);
/* The session anew, as each request finds it; 0 or -1. */
int fixture_refresh(struct fixture *fx, struct browser *b, struct err *err);
int fixture_try_login(struct fixture *fx, const struct fake_holder *who, enum login_door door, struct browser *b, struct err *err);
void fixture_login(struct fixture *fx, const struct fake_holder *who, enum login_door door, struct browser *b);
void fixture_follow(struct fixture *fx); /* catches up with the journal */

extern const struct application_form fixture_form;
/* Each fails the test when it does not succeed. The application is of the pool. */
struct application fixture_draft(struct fixture *fx, struct browser *b);
struct application fixture_load(struct fixture *fx, struct browser *b, const char *number);
void fixture_paper(struct fixture *fx, struct browser *b, const char *number);
struct application fixture_key(struct fixture *fx, struct browser *b, const char *number, struct sm2_private **key);
struct application fixture_submit(struct fixture *fx, struct browser *b, const char *number);
/* A whole application up to submitted, and further. */
struct application fixture_submitted(struct fixture *fx, struct browser *b, struct sm2_private **key);
/* One order by itself to review_accept or review_approve. */
int fixture_give(struct fixture *fx, void (*review)(struct service *s, struct review_turn *turns, size_t n), const struct actor *actor,
                 const char *number, int64_t version, const struct signed_order *order, struct deed *deed, struct err *err);
void fixture_accept(struct fixture *fx, const char *number);
void fixture_approve(struct fixture *fx, const char *number);
/* Issued and installed; *holder gets key and certificates to log in with. */
void fixture_enterprise(struct fixture *fx, struct fake_holder *holder);

/* The certificates of a holder whose key is there already. */
void fixture_read_holder(struct fake_holder *holder, struct bytes sign, struct bytes encryption);

/* The oldest mail that waits and was not taken by this before, of the kind; false when there is none. */
bool fixture_mail(struct fixture *fx, enum mail_kind kind, struct mail *mail);
int64_t fixture_audit_count(struct fixture *fx); /* verifies the chain, too */

#endif
