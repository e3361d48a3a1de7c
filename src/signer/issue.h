/* One pair of certificates on its way: request checked, envelope fetched from escrow, both certificates built and linted. */
#ifndef HUFU_SIGNER_ISSUE_H
#define HUFU_SIGNER_ISSUE_H

#include "ca.h"
#include "csr.h"
#include "order.h"
#include "registry.h"

enum issue_half { ISSUE_SIGN, ISSUE_ENCRYPTION, ISSUE_HALVES };

struct issue {
	struct csr csr;
	int64_t old_end; /* of the pair that is renewed; 0: a first pair. The caller's to set, before issue_build */
	uint8_t spki[SM2_SPKI_SIZE];
	struct serial serials[ISSUE_HALVES];
	struct buf warrant, warrant_message; /* text, and what its signature covers */
	struct sm2_public *encryption_key;
	struct bytes envelope; /* in the pool */
	struct buf tbs[ISSUE_HALVES], der[ISSUE_HALVES];
};

/* Reads the request, whose proof is not looked at yet: it is well formed and for the approved key. csr must outlive the issue.
 * HF_CSR_FORMAT, HF_CSR_KEY_TYPE, HF_KEY_OTHER. */
int issue_read(struct issue *issue, const struct order *approve, struct bytes csr, struct err *err) MUST_CHECK;
/* The key was never certified, and its request names nothing else than the certificate will; draws the serial numbers, writes the warrant.
 * HF_KEY_CERTIFIED_BEFORE, HF_CSR_NAME. */
int issue_begin(struct issue *issue, const struct order *approve, const struct ca *ca, const struct registry *registry, int64_t now,
                struct err *err) MUST_CHECK;
/* The body of the question to escrow. */
int issue_ask(const struct issue *issue, struct bytes warrant_signature, struct buf *body, struct err *err) MUST_CHECK;
/* Takes escrow's answer: envelope and public key belong together, and the key was never certified. HF_ENVELOPE, HF_KEY_CERTIFIED_BEFORE. */
int issue_take(struct issue *issue, struct bytes answer, const struct registry *registry, struct pool *pool, struct err *err) MUST_CHECK;
/* Builds and lints both to-be-signed certificates from the approved facts. HF_LINT, and what cert_build refuses. */
int issue_build(struct issue *issue, const struct order *approve, const struct ca *ca, bool evaluation, int64_t now,
                struct err *err) MUST_CHECK;
/* Makes der of tbs, anew each time. */
int issue_assemble(struct issue *issue, enum issue_half half, struct bytes signature, struct err *err) MUST_CHECK;
/* Both with a signature that is none: what the register says of them can be asked before anything is signed. */
int issue_assemble_unsigned(struct issue *issue, struct err *err) MUST_CHECK;
void issue_free(struct issue *issue); /* also after a failed issue_read */

#endif
