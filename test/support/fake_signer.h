/* A signer for tests, behind the same table of messages: it does what is ordered without judging, keeps a journal in memory, and can be
 * told to refuse, or to lose its answer after the deed was done. */
#ifndef HUFU_TEST_FAKE_SIGNER_H
#define HUFU_TEST_FAKE_SIGNER_H

#include "authority.h"
#include "deed.h"
#include "order.h"

#define FAKE_RECORDS 64

struct fake_record {
	int64_t number, time;
	struct buf body;
};

struct fake_signer {
	struct authority authority;
	struct sm2_private *journal_key;
	struct cert *journal;
	struct fake_record records[FAKE_RECORDS];
	size_t count;
	enum err_code refuse_with; /* HF_NONE: it does as it is told */
	bool lose_answer;
	void (*before_answer)(void *ctx); /* the deed is done and in the journal, the answer not out yet */
	void *before_answer_ctx;
	uint8_t renewal[16], renewed[2 * ORDER_SERIAL_SIZE]; /* the newest renewal, and the pair that ends when it is taken over */
	_Atomic int asked;
	int64_t audit_count; /* as told last */
	uint8_t audit_head[32];
};

/* Key and certificates of one who signs orders and logs in. */
struct fake_holder {
	struct sm2_private *key;
	struct cert *sign, *encryption;
	char serial[33], pair[33];
};

void fake_signer_make(struct fake_signer *f);
void fake_signer_free(struct fake_signer *f);
struct signer_door fake_signer_door(struct fake_signer *f);
void fake_signer_ca(const struct fake_signer *f, uint8_t ca[20]);

/* A person appointed by the ceremony; written into the journal. roles: ROLE_BIT. */
void fake_person_make(struct fake_signer *f, const char *id, const char *name, uint32_t roles, struct fake_holder *holder);
void fake_holder_free(struct fake_holder *holder);

/* What the agent does with a draft: the text and the signature live in the pool. */
struct signed_order fake_sign(const struct fake_signer *f, struct bytes draft, const struct sm2_private *key, const char *serial,
                              struct pool *pool);
/* Does an order that came past the portal. */
void fake_take(struct fake_signer *f, const struct signed_order *order, struct pool *pool);
/* The `installed` order of two certificates. application: hex32. */
struct signed_order fake_sign_installed(const struct fake_signer *f, const char *application, const struct sm2_private *key,
                                        struct bytes sign, struct bytes encryption, struct pool *pool);
/* A CSR for a key, in the pool. */
struct bytes fake_csr(const struct sm2_private *key, struct pool *pool);

#endif
