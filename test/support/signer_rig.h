/* A small CA in a folder of its own, the real signer and escrow running on it, and persons whose keys the test holds. */
#ifndef HUFU_TEST_SIGNER_RIG_H
#define HUFU_TEST_SIGNER_RIG_H

#include "ca_ceremony.h"
#include "call.h"
#include "order_build.h"
#include "pool.h"
#include "signer_message.h"

#include <pthread.h>
#include <sys/types.h>

enum rig_person { RIG_ADMIN_A, RIG_ADMIN_B, RIG_AUDIT, RIG_INTAKE, RIG_REVIEWER, RIG_REVIEWER_B, RIG_BOTH, RIG_PERSONS };

/* Whoever can sign: a key and the serial of its certificate. */
struct rig_signer {
	struct sm2_private *key;
	uint8_t serial[ORDER_SERIAL_SIZE];
};

struct rig {
	char folder[64];
	struct authority authority;
	struct rig_signer persons[RIG_PERSONS]; /* RIG_BOTH: intake operator and reviewer in one */
	uint8_t ca[20];
	struct pool *pool;

	int escrow_door, doors[3]; /* listening; the signer's: portal, responder, order */
	int line[2];
	pthread_t liner;
	pid_t escrow, signer;
	struct call *portal, *responder, *order;
	const char *const *env; /* of the children, beyond the usual; may be set before rig_start */
};

/* All end the test when they fail, unless they say otherwise. The programs are in the environment as HUFU_TEST_SIGNER and HUFU_TEST_ESCROW.
 */
void rig_make(struct rig *rig, bool evaluation);
void rig_free(struct rig *rig); /* stops, and removes the folder */
/* A group's set-up and tear-down (cmocka): one rig for all its tests, started. */
int rig_set_up(void **state);
int rig_tear_down(void **state);

void rig_start(struct rig *rig);
/* False when the program ended instead of getting ready. */
bool rig_start_escrow(struct rig *rig, const char *const *env);
bool rig_start_signer(struct rig *rig, const char *const *env);
void rig_connect(struct rig *rig);
void rig_disconnect(struct rig *rig);
void rig_kill(pid_t *pid); /* SIGKILL, and waits; 0 is fine */
void rig_stop(struct rig *rig);
bool rig_has_ended(pid_t *pid); /* waits for nothing; a process that ended is reaped and becomes 0 */

/* An order: the draft completed with made and signed. Bytes live in rig->pool. */
struct rig_order {
	struct order order;
	struct bytes text, signature, csr;
};
struct rig_order rig_sign(struct rig *rig, const struct rig_signer *by, int64_t made, const char *draft);
/* Any text, signed as an order without being read. */
struct bytes rig_sign_text(struct rig *rig, const struct rig_signer *by, struct bytes text);

/* Takes it to the signer: HF_NONE and the answer, or the code of the refusal. */
enum err_code rig_ask(struct rig *rig, struct call *door, const struct rig_order *order, struct deed_reply *reply);
/* A text with its signature as they are. */
enum err_code rig_ask_raw(struct rig *rig, struct call *door, struct bytes text, struct bytes signature, struct bytes csr,
                          struct deed_reply *reply);

/* Drafts and keys of one enterprise's application. */
struct rig_application {
	char id[33];
	char code[19];
	char key_hash[65];
	struct sm2_private *key;
	struct bytes csr;
	struct rig_order accept, approve;
};
void rig_application_new(struct rig *rig, struct rig_application *a, const char *code);
/* A request of a key; kept as long as the rig. */
struct bytes rig_csr(struct rig *rig, const struct sm2_private *key, const char *common_name);
void rig_application_free(struct rig_application *a);
/* The acceptance's draft, and the approval's of desk a->accept. In rig->pool. */
const char *rig_accept_draft(struct rig *rig, const struct rig_application *a);
const char *rig_approve_draft(struct rig *rig, const struct rig_application *a, const struct order *accept, int64_t notafter);
/* accept and approve by intake and reviewer; ends the test when refused. */
void rig_issue(struct rig *rig, struct rig_application *a, struct deed_reply *reply);
void rig_issue_for(struct rig *rig, struct rig_application *a, int days, struct deed_reply *reply);
/* What a fresh pair's signature certificate signs with. */
struct rig_signer rig_holder(const struct rig_application *a, const struct deed_reply *reply);

/* Drafts and orders about what was issued. "serials":[...] of both certificates, sorted. */
const char *rig_two_serials(struct rig *rig, const struct deed_reply *issued);
/* a: the new key and application; serials: rig_two_serials of the pair that is renewed. */
const char *rig_renew_draft(struct rig *rig, const struct rig_application *a, const char *serials, int64_t notafter);
struct rig_order rig_installed_order(struct rig *rig, const struct rig_application *a, const struct deed_reply *issued);
/* About certificates of the holder with this code; what: revoke or suspend. */
struct rig_order rig_status_order(struct rig *rig, const struct rig_signer *by, const char *code, const char *application,
                                  const char *serials, const char *what, const char *reason);
/* roles: a list's inside; empty: a withdrawal. */
const char *rig_staff_draft(struct rig *rig, const char *application, const char *serial, const char *first, const char *id,
                            const char *roles);

/* The answer's receipt is the journal's for this order. */
void rig_assert_receipt(struct rig *rig, const struct rig_order *o, const struct deed_reply *reply);
/* The pair is what the order says, chains to the root, and the envelope opens with the signature key alone. */
void rig_assert_pair(struct rig *rig, const struct rig_application *a, const struct rig_order *o, const struct deed_reply *reply);

/* Asks, and ends the test unless the answer is this refusal and it left nothing behind: no deed, no record, no pair in safekeeping. */
void rig_refused(struct rig *rig, struct call *door, const struct rig_order *order, enum err_code code, const char *file, int line);
#define REFUSED(rig, door, order, code) rig_refused(rig, door, order, code, __FILE__, __LINE__)

struct state_reply rig_state(struct rig *rig);
int64_t rig_now(void);
char *rig_format(struct rig *rig, const char *fmt, ...) PRINTF_LIKE(2, 3);
const char *rig_hex(struct rig *rig, const uint8_t *data, size_t n);

#endif
