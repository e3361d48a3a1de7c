/* PKCS#10 requests (RFC 2986, GM/T 0092): read with proof of possession, and built for a card to sign. */
#ifndef HUFU_PKI_CSR_H
#define HUFU_PKI_CSR_H

#include "name.h"
#include "sm2.h"

#define CSR_DER_MAX 4096u

/* Lent from the bytes that were read, which must outlive it; the key is owned. */
struct csr {
	struct name subject; /* never taken over into a certificate */
	struct sm2_public *key;
	struct bytes tbs, signature; /* the proof of possession: signature over tbs by key */
};

/* HF_CSR_FORMAT when it is not a version 1 request in DER, HF_CSR_KEY_TYPE for keys and algorithms other than SM2 with SM3. Attributes are
 * checked for form and otherwise ignored. The proof is not looked at: for those who verify many at once. */
int csr_parse(struct csr *csr, struct bytes der, struct err *err) MUST_CHECK;
/* The same with the proof: HF_CSR_PROOF when the signature is not by the key inside. */
int csr_read(struct csr *csr, struct bytes der, struct err *err) MUST_CHECK;
void csr_free(struct csr *csr); /* also after a failure */

/* The names alone of a request that csr_read took before; lent from der. */
int csr_read_name(struct name *subject, struct bytes der, struct err *err) MUST_CHECK;
/* HF_CSR_NAME when a request bears a name that its certificate will not: what it leaves out is fine, and the serial number of the key
 * may stand as its common name. */
int csr_check_name(const struct name *subject, const struct name *certified, struct bytes key_serial, struct err *err) MUST_CHECK;

/* The CertificationRequestInfo to be signed: `sm2_digest` of it goes to the card. */
int csr_build(const struct name *subject, const struct sm2_public *key, struct buf *tbs, struct err *err) MUST_CHECK;
/* Appends the whole request; rs is what the card gave. */
int csr_assemble(struct bytes tbs, const uint8_t rs[64], struct buf *out, struct err *err) MUST_CHECK;

#endif
