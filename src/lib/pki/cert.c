/* Reading certificates: the fields of RFC 5280 4.1, in their order. Extensions are read in cert_extension.c. */
#include "cert.h"

#include "cert_extension.h"
#include "signed_der.h"

#include <stdlib.h>
#include <string.h>

static int refuse(struct err *err, const char *what)
{
	return err_set(err, HF_CERT_FORMAT, "certificate: %s", what);
}

/* [0] EXPLICIT INTEGER 2 (4.1.2.1). */
static int read_version(struct bytes *tbs)
{
	struct bytes inner;
	uint32_t version;

	if (der_read(tbs, DER_CONTEXT_CONSTRUCTED(0), &inner) != 0 || der_read_small(&inner, &version) != 0 || inner.size != 0)
		return -1;
	return version == 2 ? 0 : -1;
}

static int read_validity(struct bytes *tbs, struct cert *c)
{
	struct bytes times;

	if (der_read(tbs, DER_SEQUENCE, &times) != 0 || der_read_time(&times, &c->not_before) != 0 ||
	    der_read_time(&times, &c->not_after) != 0 || times.size != 0)
		return -1;
	return c->not_before <= c->not_after ? 0 : -1;
}

static int read_names(struct bytes *tbs, struct cert *c, struct err *err)
{
	struct bytes name = *tbs;

	if (der_read_element(tbs, DER_SEQUENCE, &c->issuer) != 0 || name_read(&name, &c->issuer_name) != 0)
		return refuse(err, "issuer (RFC 5280 4.1.2.4)");
	if (read_validity(tbs, c) != 0)
		return refuse(err, "validity (RFC 5280 4.1.2.5)");
	name = *tbs;
	if (der_read_element(tbs, DER_SEQUENCE, &c->subject) != 0 || name_read(&name, &c->subject_name) != 0)
		return refuse(err, "subject (RFC 5280 4.1.2.6)");
	return 0;
}

static int read_extensions(struct bytes *tbs, struct cert *c, struct err *err)
{
	struct bytes outer, content;

	if (der_read(tbs, DER_CONTEXT_CONSTRUCTED(3), &outer) != 0 || der_read(&outer, DER_SEQUENCE, &content) != 0 || outer.size != 0)
		return refuse(err, "extensions (RFC 5280 4.1.2.9)");
	return cert_extensions_read(c, content, err);
}

static int read_tbs(struct cert *c, struct bytes outer_algorithm, struct err *err)
{
	struct bytes tbs, rest = c->tbs, algorithm;

	if (der_read(&rest, DER_SEQUENCE, &tbs) != 0 || read_version(&tbs) != 0)
		return refuse(err, "version is not 3 (RFC 5280 4.1.2.1)");
	if (der_read_natural(&tbs, &c->serial) != 0 || c->serial.size > 20 || (c->serial.size == 1 && c->serial.data[0] == 0))
		return refuse(err, "serial number is not positive or has more than 20 octets (RFC 5280 4.1.2.2)");
	if (der_read_element(&tbs, DER_SEQUENCE, &algorithm) != 0 || !bytes_equal(algorithm, outer_algorithm))
		return refuse(err, "the two signature algorithms differ (RFC 5280 4.1.1.2)");
	if (read_names(&tbs, c, err) != 0)
		return -1;
	if (der_read_element(&tbs, DER_SEQUENCE, &c->spki) != 0)
		return refuse(err, "public key (RFC 5280 4.1.2.7)");
	if (sm2_public_from_spki(&c->key, c->spki, err) != 0)
		return refuse(err, "public key is not a point of SM2 (GM/T 0015 5.2.3)");
	if (read_extensions(&tbs, c, err) != 0)
		return -1;
	return tbs.size == 0 ? 0 : refuse(err, "bytes after the extensions (RFC 5280 4.1)");
}

int cert_parse(struct cert **cert, struct bytes der, struct err *err)
{
	struct signed_der s;
	struct bytes kept;
	struct cert *c;

	*cert = NULL;
	if (der.size == 0 || der.size > CERT_DER_MAX)
		return refuse(err, "size");
	c = signed_der_keep(sizeof(*c), der, &kept);
	if (c == NULL)
		return err_set(err, HF_MEMORY, "certificate");
	c->der = kept;
	c->path_length = -1;
	if (signed_der_read(&s, c->der) != 0 || s.rest.size != 0) {
		refuse(err, "not DER (RFC 5280 4.1)");
		goto fail;
	}
	if (!signature_algorithm_is_known(s.algorithm)) {
		refuse(err, "not signed by SM2 with SM3 (GM/T 0015 5.2.2)");
		goto fail;
	}
	c->tbs = s.tbs;
	c->signature = s.signature;
	if (read_tbs(c, s.algorithm, err) != 0)
		goto fail;
	*cert = c;
	return 0;
fail:
	cert_free(&c);
	return -1;
}

void cert_free(struct cert **cert)
{
	if (*cert == NULL)
		return;
	sm2_public_free(&(*cert)->key);
	free(*cert);
	*cert = NULL;
}

int cert_serial(const struct cert *cert, struct serial *serial, struct err *err)
{
	if (serial_from_magnitude(serial, cert->serial) != 0)
		return refuse(err, "serial number has not 16 bytes");
	return 0;
}

int cert_verify(const struct cert *cert, const struct sm2_public *issuer_key, struct err *err)
{
	return sm2_verify(issuer_key, cert->tbs, cert->signature, err);
}

bool cert_valid_at(const struct cert *cert, int64_t time)
{
	return cert->not_before <= time && time <= cert->not_after;
}

static bool is_of_person(const struct cert *cert, uint16_t usage)
{
	return cert->has_key_usage && cert->key_usage_critical && cert->key_usage == usage && !cert->ca && !cert->has_extended;
}

bool cert_is_sign(const struct cert *cert)
{
	return is_of_person(cert, USAGE_SIGN);
}

bool cert_is_encryption(const struct cert *cert)
{
	return is_of_person(cert, USAGE_ENCRYPTION);
}

int cert_check_pair(const struct cert *sign, const struct cert *encryption, struct err *err)
{
	if (!cert_is_sign(sign) || !cert_is_encryption(encryption))
		return err_set(err, HF_INSTALL_PAIR, "key usages are not those of a pair (GM/T 0015 5.2.4)");
	if (!bytes_equal(sign->subject, encryption->subject) || !bytes_equal(sign->issuer, encryption->issuer))
		return err_set(err, HF_INSTALL_PAIR, "a pair has one subject and one issuer");
	if (bytes_equal(sign->serial, encryption->serial) || sm2_public_equal(sign->key, encryption->key))
		return err_set(err, HF_INSTALL_PAIR, "a pair has two serial numbers and two keys");
	return 0;
}
