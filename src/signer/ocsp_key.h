/* Certifies the responder's fresh key for a day. doc/protocol/signer.md 6 */
#ifndef HUFU_SIGNER_OCSP_KEY_H
#define HUFU_SIGNER_OCSP_KEY_H

#include "signer.h"

#define OCSP_KEYS_PER_HOUR 24

/* Answers a request of SIGNER_OCSP_KEY. HF_CSR_PROOF, HF_CSR_KEY_TYPE, HF_KEY_CERTIFIED_BEFORE, HF_RATE. */
void ocsp_key_serve(struct signer *s, struct request *request);

#endif
