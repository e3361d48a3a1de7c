/* Certificates for a person who brings a request of his own key, as files that he puts on it. */
#ifndef HUFU_HUFU_PERSON_REQUEST_H
#define HUFU_HUFU_PERSON_REQUEST_H

#include "person_key.h"

/* Reads a PKCS#10 request (PEM or DER) and writes ID.sign.crt, ID.encryption.crt (PEM) and ID.envelope.der into folder. Only the request's
 * key is used. HF_CSR_FORMAT, HF_CSR_KEY_TYPE, HF_CSR_PROOF. */
int person_request_certify(const struct authority *a, const char *id, const char *name, const char *request, int folder,
                           struct person_certs *certs, struct err *err) MUST_CHECK;

#endif
