/* The certificates that the installation pinned. */
#ifndef HUFU_AGENT_TRUST_H
#define HUFU_AGENT_TRUST_H

#include "agent_settings.h"
#include "cert.h"

struct trust {
	struct cert *root, *issuing, *release, *journal;
	uint8_t ca[SM2_KEY_ID_SIZE]; /* key identifier of the issuing CA */
};

/* Reads them and checks that issuing, release and journal chain to the root now and are what they are called. HF_CERT_CHAIN, HF_CERT_TIME.
 */
int trust_read(struct trust *trust, const struct agent_settings *settings, int64_t now, struct err *err) MUST_CHECK;
void trust_free(struct trust *trust);

#endif
