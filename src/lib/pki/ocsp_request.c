/* OCSP requests and the CertIDs in them. */
#include "digest.h"
#include "extension.h"
#include "ocsp.h"

#include <string.h>

static const struct {
	enum oid oid;
	size_t size;
} digests[OCSP_DIGESTS] = {
    [OCSP_SM3] = {OID_SM3, SM3_SIZE},
    [OCSP_SHA1] = {OID_SHA1, 20},
    [OCSP_SHA256] = {OID_SHA256, 32},
};

static void hash_all(struct bytes data, uint8_t out[OCSP_DIGESTS][32])
{
	sm3(data, out[OCSP_SM3]);
	sha1(data, out[OCSP_SHA1]);
	sha256(data, out[OCSP_SHA256]);
}

void ocsp_issuer_make(struct ocsp_issuer *issuer, const struct cert *cert)
{
	uint8_t point[SM2_POINT_SIZE];

	memset(issuer, 0, sizeof(*issuer));
	sm2_public_point(cert->key, point);
	hash_all(cert->subject, issuer->name_hash);
	hash_all(BYTES_ARRAY(point), issuer->key_hash); /* the bit string's content, RFC 6960 4.1.1 */
}

bool ocsp_id_is_of(const struct ocsp_id *id, const struct ocsp_issuer *issuer)
{
	if (id->digest >= OCSP_DIGESTS)
		return false;
	size_t size = digests[id->digest].size;
	return bytes_equal(id->name_hash, (struct bytes){issuer->name_hash[id->digest], size}) &&
	       bytes_equal(id->key_hash, (struct bytes){issuer->key_hash[id->digest], size});
}

/* AlgorithmIdentifier with parameters absent or NULL; OCSP_DIGESTS for one that hufu does not know. */
static int read_digest(struct bytes *in, enum ocsp_digest *digest)
{
	struct bytes fields, oid;

	if (der_read(in, DER_SEQUENCE, &fields) != 0 || der_read_oid(&fields, &oid) != 0)
		return -1;
	if (fields.size != 0 && !bytes_equal(fields, BYTES_LITERAL("\x05\x00")))
		return -1;
	enum oid found = oid_find(oid);
	*digest = OCSP_DIGESTS;
	for (unsigned i = 0; i < OCSP_DIGESTS; i++) {
		if (digests[i].oid == found)
			*digest = (enum ocsp_digest)i;
	}
	return 0;
}

int ocsp_id_read(struct bytes *in, struct ocsp_id *id)
{
	struct bytes rest = *in, fields;

	if (der_read_element(&rest, DER_SEQUENCE, &id->element) != 0)
		return -1;
	if (der_read(in, DER_SEQUENCE, &fields) != 0 || read_digest(&fields, &id->digest) != 0 ||
	    der_read(&fields, DER_OCTET_STRING, &id->name_hash) != 0 || der_read(&fields, DER_OCTET_STRING, &id->key_hash) != 0 ||
	    der_read_natural(&fields, &id->serial) != 0 || id->serial.size > 20 || fields.size != 0)
		return -1;
	return 0;
}

void ocsp_id_write(struct der_writer *w, enum ocsp_digest digest, const struct ocsp_issuer *issuer, struct bytes serial)
{
	size_t size = digests[digest].size;

	der_open(w, DER_SEQUENCE);
	der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, oid_get(digests[digest].oid));
	if (digest != OCSP_SM3)
		der_put_null(w); /* as RFC 3370 2.1 and RFC 5754 2 have it for the older ones */
	der_close(w);
	der_put(w, DER_OCTET_STRING, (struct bytes){issuer->name_hash[digest], size});
	der_put(w, DER_OCTET_STRING, (struct bytes){issuer->key_hash[digest], size});
	der_put_natural(w, serial);
	der_close(w);
}

int ocsp_nonce_read(struct bytes extensions, struct bytes *nonce)
{
	struct extension_list list;

	if (extension_list_read(&list, extensions) != 0)
		return -1;
	for (size_t i = 0; i < list.count; i++) {
		const struct extension *e = &list.items[i];
		if (e->oid == OID_OCSP_NONCE) {
			if (extension_read_octets(e->value, nonce) != 0 || nonce->size == 0 || nonce->size > OCSP_NONCE_MAX)
				return -1;
		} else if (e->critical) {
			return -1;
		}
	}
	return 0;
}

void ocsp_nonce_write(struct der_writer *w, uint8_t tag, struct bytes nonce)
{
	if (nonce.size == 0)
		return;
	der_open(w, DER_CONTEXT_CONSTRUCTED(tag));
	der_open(w, DER_SEQUENCE);
	extension_open(w, OID_OCSP_NONCE, false);
	der_put(w, DER_OCTET_STRING, nonce);
	extension_close(w);
	der_close(w);
	der_close(w);
}

/* Request ::= SEQUENCE { reqCert, singleRequestExtensions [0] OPTIONAL } */
static int read_requests(struct ocsp_request *request, struct bytes list)
{
	struct bytes one, outer, extensions, unused = BYTES_NONE;

	while (list.size != 0) {
		if (request->count == OCSP_IDS_MAX || der_read(&list, DER_SEQUENCE, &one) != 0 ||
		    ocsp_id_read(&one, &request->ids[request->count]) != 0)
			return -1;
		request->count++;
		if (one.size == 0)
			continue;
		if (der_read(&one, DER_CONTEXT_CONSTRUCTED(0), &outer) != 0 || one.size != 0 ||
		    der_read(&outer, DER_SEQUENCE, &extensions) != 0 || outer.size != 0 || ocsp_nonce_read(extensions, &unused) != 0)
			return -1;
	}
	return request->count > 0 ? 0 : -1;
}

static int read_tbs(struct ocsp_request *request, struct bytes tbs)
{
	struct bytes part, list, extensions;

	if (der_is(tbs, DER_CONTEXT_CONSTRUCTED(0)) &&
	    (der_read(&tbs, DER_CONTEXT_CONSTRUCTED(0), &part) != 0 || !bytes_equal(part, BYTES_LITERAL("\x02\x01\x00"))))
		return -1;
	if (der_is(tbs, DER_CONTEXT_CONSTRUCTED(1)) && der_read(&tbs, DER_CONTEXT_CONSTRUCTED(1), &part) != 0)
		return -1;
	if (der_read(&tbs, DER_SEQUENCE, &list) != 0 || read_requests(request, list) != 0)
		return -1;
	if (tbs.size == 0)
		return 0;
	if (der_read(&tbs, DER_CONTEXT_CONSTRUCTED(2), &part) != 0 || tbs.size != 0 || der_read(&part, DER_SEQUENCE, &extensions) != 0 ||
	    part.size != 0)
		return -1;
	return ocsp_nonce_read(extensions, &request->nonce);
}

int ocsp_request_read(struct ocsp_request *request, struct bytes der, struct err *err)
{
	struct bytes fields, tbs, signature;

	request->count = 0;
	request->nonce = BYTES_NONE;
	if (der.size > OCSP_REQUEST_MAX)
		return err_set(err, HF_OCSP_FORMAT, "OCSP request has more than %u bytes", OCSP_REQUEST_MAX);
	if (der_read(&der, DER_SEQUENCE, &fields) != 0 || der.size != 0 || der_read(&fields, DER_SEQUENCE, &tbs) != 0 ||
	    read_tbs(request, tbs) != 0)
		return err_set(err, HF_OCSP_FORMAT, "OCSP request is malformed or asks too much (RFC 6960 4.1.1)");
	if (fields.size != 0 && (der_read(&fields, DER_CONTEXT_CONSTRUCTED(0), &signature) != 0 || fields.size != 0))
		return err_set(err, HF_OCSP_FORMAT, "OCSP request: optionalSignature (RFC 6960 4.1.1)");
	return 0;
}
