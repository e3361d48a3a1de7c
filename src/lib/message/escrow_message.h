/* What the signer may ask of escrow. doc/protocol/escrow.md */
#ifndef HUFU_MESSAGE_ESCROW_MESSAGE_H
#define HUFU_MESSAGE_ESCROW_MESSAGE_H

#include "field.h"
#include "serve.h"

enum escrow_message {
	ESCROW_ENVELOPE = 1,
	ESCROW_STATE = 2,
};

/* From so many issues on, groups and their fsyncs are counted apart too: they may cost no more than one fsync in each program. */
#define GROUP_LARGE 16

/* The warrant names application and key hash; spki is the signature public key it hashes to. */
struct envelope_request {
	struct bytes warrant;
	struct bytes warrant_signature;
	struct bytes spki;
};
/* The encryption public key, and its private half as SM2EnvelopedKey under the signature key. */
struct envelope_reply {
	struct bytes spki;
	struct bytes envelope;
};
extern const struct body envelope_request_body, envelope_reply_body;

struct escrow_state_reply {
	int64_t stock; /* pairs made in advance and not given out */
	int64_t held;  /* keys in safekeeping */
	int64_t fsyncs, groups;
	int64_t large_fsyncs, large_groups; /* of those, with GROUP_LARGE new pairs or more */
	int64_t crypto_ns, cpu_ns;
	struct bytes sm2; /* whose SM2 works: crypto_in_use */
};
extern const struct body escrow_state_reply_body;

extern const struct message escrow_signer_door[];
extern const size_t escrow_signer_door_rows;

#endif
