/* PKCS#10 requests, read and built. */
#include "csr.h"

#include "signed_der.h"

#include <string.h>

/* [0] IMPLICIT SET OF Attribute { type, values SET }; only their form matters. RFC 2986 4.1 */
static int check_attributes(struct bytes *info)
{
	struct bytes attributes, attribute, oid, values, value;
	uint8_t tag;

	if (der_read(info, DER_CONTEXT_CONSTRUCTED(0), &attributes) != 0)
		return -1;
	while (attributes.size != 0) {
		if (der_read(&attributes, DER_SEQUENCE, &attribute) != 0 || der_read_oid(&attribute, &oid) != 0 ||
		    der_read(&attribute, DER_SET, &values) != 0 || attribute.size != 0 || values.size == 0)
			return -1;
		while (values.size != 0) {
			if (der_read_any(&values, &tag, &value) != 0)
				return -1;
		}
	}
	return 0;
}

static int read_info(struct csr *csr, struct bytes tbs, struct bytes *spki)
{
	struct bytes info;
	uint32_t version;

	if (der_read(&tbs, DER_SEQUENCE, &info) != 0 || der_read_small(&info, &version) != 0 || version != 0)
		return -1;
	if (name_read(&info, &csr->subject) != 0 || der_read_element(&info, DER_SEQUENCE, spki) != 0 || check_attributes(&info) != 0 || info.size != 0)
		return -1;
	return 0;
}

int csr_parse(struct csr *csr, struct bytes der, struct err *err)
{
	struct signed_der s;
	struct bytes spki;

	memset(csr, 0, sizeof(*csr));
	if (der.size > CSR_DER_MAX)
		return err_set(err, HF_CSR_FORMAT, "request has more than %u bytes", CSR_DER_MAX);
	if (signed_der_read(&s, der) != 0 || s.rest.size != 0 || read_info(csr, s.tbs, &spki) != 0)
		return err_set(err, HF_CSR_FORMAT, "request is not PKCS#10 version 1 in DER (RFC 2986 4)");
	if (!signature_algorithm_is_known(s.algorithm))
		return err_set(err, HF_CSR_KEY_TYPE, "request is not signed by SM2 with SM3 (GM/T 0092)");
	if (sm2_public_from_spki(&csr->key, spki, err) != 0)
		return err_set(err, HF_CSR_KEY_TYPE, "key of the request is not a point of SM2 (GM/T 0092)");
	csr->tbs = s.tbs;
	csr->signature = s.signature;
	return 0;
}

int csr_read(struct csr *csr, struct bytes der, struct err *err)
{
	if (csr_parse(csr, der, err) != 0)
		return -1;
	if (sm2_verify(csr->key, csr->tbs, csr->signature, err) != 0) {
		csr_free(csr);
		return err_set(err, HF_CSR_PROOF, "request is not signed by its own key (RFC 2986 3)");
	}
	return 0;
}

int csr_read_name(struct name *subject, struct bytes der, struct err *err)
{
	struct signed_der s;
	struct bytes spki;
	struct csr csr = {0};

	if (signed_der_read(&s, der) != 0 || read_info(&csr, s.tbs, &spki) != 0)
		return err_set(err, HF_CSR_FORMAT, "request is not PKCS#10 version 1 in DER (RFC 2986 4)");
	*subject = csr.subject;
	return 0;
}

int csr_check_name(const struct name *subject, const struct name *certified, struct bytes key_serial, struct err *err)
{
	struct name asked = *subject;

	if (bytes_equal(asked.common_name, key_serial))
		asked.common_name = BYTES_NONE;
	if (!name_within(&asked, certified))
		return err_set(err, HF_CSR_NAME, "request bears another name than the certificate will (certificate.md 7)");
	return 0;
}

void csr_free(struct csr *csr)
{
	sm2_public_free(&csr->key);
}

int csr_build(const struct name *subject, const struct sm2_public *key, struct buf *tbs, struct err *err)
{
	uint8_t spki[SM2_SPKI_SIZE];
	struct der_writer w;

	if (name_check(subject, err) != 0)
		return -1;
	sm2_public_spki(key, spki);
	der_start(&w, tbs);
	der_open(&w, DER_SEQUENCE);
	der_put_small(&w, DER_INTEGER, 0); /* v1 */
	name_write(&w, subject);
	der_put_element(&w, BYTES_ARRAY(spki));
	der_put(&w, DER_CONTEXT_CONSTRUCTED(0), BYTES_NONE); /* no attributes */
	der_close(&w);
	return der_finish(&w, err);
}

int csr_assemble(struct bytes tbs, const uint8_t rs[64], struct buf *out, struct err *err)
{
	struct buf signature;
	int result = -1;

	buf_init(&signature, SM2_SIGNATURE_MAX);
	if (sm2_signature_to_der(rs, &signature, err) == 0)
		result = signed_der_write(tbs, buf_get(&signature), BYTES_NONE, out, err);
	buf_free(&signature);
	return result;
}
