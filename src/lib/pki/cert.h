/* A certificate as it was read (RFC 5280, GM/T 0015): SM2 keys and SM2-with-SM3 only. */
#ifndef HUFU_PKI_CERT_H
#define HUFU_PKI_CERT_H

#include "name.h"
#include "profile.h"
#include "serial.h"
#include "sm2.h"

#define CERT_DER_MAX 8192u

enum cert_use { CERT_USE_NONE, CERT_USE_OCSP = 1, CERT_USE_JOURNAL = 2, CERT_USE_RELEASE = 4, CERT_USE_OTHER = 8 };

/* Owns its DER; all bytes are lent from it and live as long as the certificate. Empty where the certificate has none. */
struct cert {
	struct bytes der;
	struct bytes tbs;             /* what the signature covers */
	struct bytes signature;       /* DER of { r, s } */
	struct bytes serial;          /* magnitude, 1..20 bytes */
	struct bytes issuer, subject; /* Name elements, to compare */
	struct name issuer_name, subject_name;
	int64_t not_before, not_after; /* both inclusive */
	struct bytes spki;
	struct sm2_public *key;

	bool has_key_usage, key_usage_critical;
	uint16_t key_usage; /* enum key_usage */
	bool has_extended;
	unsigned extended; /* enum cert_use, or-ed */
	bool ca;
	int path_length; /* -1: not limited, or no CA */
	struct bytes subject_key_id, authority_key_id;
	bool test_policy;
	bool ocsp_no_check;
	struct bytes crl_url, ocsp_url, issuers_url; /* the first http URL of each */
	struct bytes code;                           /* 1.2.156.10260.4.1.4 */
};

/* The whole of der, at most CERT_DER_MAX. Refused with HF_CERT_FORMAT and the paragraph: what is not DER, another version than 3,
 * another algorithm, inner and outer algorithm that differ, unknown critical extensions, extensions twice. */
int cert_parse(struct cert **cert, struct bytes der, struct err *err) MUST_CHECK;
void cert_free(struct cert **cert);

/* Of one of our own: HF_CERT_FORMAT when the serial number has not 16 bytes. */
int cert_serial(const struct cert *cert, struct serial *serial, struct err *err) MUST_CHECK;
/* HF_CERT_SIGNATURE. Names and times are not looked at: chain.h. */
int cert_verify(const struct cert *cert, const struct sm2_public *issuer_key, struct err *err) MUST_CHECK;
bool cert_valid_at(const struct cert *cert, int64_t time);

/* The two halves of a dual certificate: key usage critical and exactly that of a signature or an encryption certificate, no CA, no
 * extended usage. */
bool cert_is_sign(const struct cert *cert);
bool cert_is_encryption(const struct cert *cert);
/* One pair: same subject, same issuer, other serials, other keys, one for signing and one for encryption. HF_INSTALL_PAIR. */
int cert_check_pair(const struct cert *sign, const struct cert *encryption, struct err *err) MUST_CHECK;

#endif
