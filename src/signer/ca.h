/* The CA that this signer is: its certificates and the two keys it holds. */
#ifndef HUFU_SIGNER_CA_H
#define HUFU_SIGNER_CA_H

#include "cert_build.h"

#define CA_URL_SIZE (URL_MAX + 1)

struct ca {
	struct cert *root, *issuing, *journal;
	struct sm2_private *issuing_key, *journal_key;
	uint8_t id[20]; /* key identifier of the issuing CA */
	char crl_url[CA_URL_SIZE], ocsp_url[CA_URL_SIZE], issuers_url[CA_URL_SIZE];
	struct pki_urls urls; /* points to the three above */
};

/* Reads ../ca/{root,issuing,journal}.crt and {issuing,journal}.key.sealed of the working directory, checks the chain at the time and that
 * the keys are the certificates'. status_url: where verifiers ask. */
int ca_open(struct ca *ca, struct bytes passphrase, const char *status_url, int64_t now, struct err *err) MUST_CHECK;
void ca_close(struct ca *ca); /* also after a failed ca_open on a zeroed struct */

#endif
