/* Gathers what judge needs to know about an order from the register and the journal. */
#ifndef HUFU_SIGNER_FACTS_H
#define HUFU_SIGNER_FACTS_H

#include "judge.h"
#include "registry.h"

/* Where facts come from; lent. */
struct facts_source {
	const struct journal *journal;
	struct registry *registry;
};

/* The certificate behind a serial. cert is lent from the register (a person's) or from owned. */
struct facts_certificate {
	bool known;
	const struct cert *cert;
	struct cert *owned;
	struct registry_certificate place;
};

/* A deed that the journal has: of the same application, by the order that completed it. */
struct facts_deed {
	bool found;
	struct journal_record record;
	struct journal_event event;
	struct order order; /* the one that completed it */
};
int facts_deed_find(const struct facts_source *source, const uint8_t application[16], enum order_deed deed, bool first, struct pool *pool,
                    struct facts_deed *found, struct err *err) MUST_CHECK;

/* Everything judge asks, but time, CA and counts, which the caller sets. by and holders' certificates are kept in certificates and freed
 * with facts_free. */
struct facts {
	struct judge_facts judge;
	struct facts_certificate by, accepted_by, first_by, appointed;
	struct facts_deed accept, first, issued;
	uint8_t ends[2 * ORDER_SERIAL_SIZE]; /* installed of a renewal: of the old pair, what is not revoked */
	size_t ends_count;
};
int facts_gather(const struct facts_source *source, const struct order *order, int64_t now, struct pool *pool, struct facts *facts,
                 struct err *err) MUST_CHECK;
void facts_free(struct facts *facts);

#endif
