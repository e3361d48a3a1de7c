/* X.509 extensions (RFC 5280 4.2): writing the ones that hufu writes, and walking through a list of them. */
#ifndef HUFU_PKI_EXTENSION_H
#define HUFU_PKI_EXTENSION_H

#include "der.h"
#include "oid.h"

/* Between open and close stands the extension's value. */
void extension_open(struct der_writer *w, enum oid oid, bool critical);
void extension_close(struct der_writer *w);

void extension_put_authority_key_id(struct der_writer *w, struct bytes key_id);
void extension_put_subject_key_id(struct der_writer *w, struct bytes key_id);
void extension_put_key_usage(struct der_writer *w, uint16_t usage);
void extension_put_basic_constraints(struct der_writer *w, uint8_t path_length);
void extension_put_extended_usage(struct der_writer *w, enum oid usage);
void extension_put_test_policy(struct der_writer *w);
void extension_put_crl_point(struct der_writer *w, struct bytes url);
void extension_put_access(struct der_writer *w, struct bytes ocsp_url, struct bytes issuers_url); /* at least one not empty */
void extension_put_code(struct der_writer *w, struct bytes code);
void extension_put_no_check(struct der_writer *w);

/* One extension, lent. value is the content of extnValue. */
struct extension {
	enum oid oid; /* OID_OTHER: one that hufu does not know; id tells which */
	struct bytes id;
	bool critical;
	struct bytes value;
};
#define EXTENSIONS_MAX 32
struct extension_list {
	struct extension items[EXTENSIONS_MAX];
	size_t count;
};
/* The content of an Extensions SEQUENCE, all of it: -1 when it is malformed, empty, holds more than EXTENSIONS_MAX or one twice. */
int extension_list_read(struct extension_list *list, struct bytes content) MUST_CHECK;

/* Values of extensions; -1 when malformed. */
int extension_read_authority_key_id(struct bytes value, struct bytes *key_id) MUST_CHECK;
int extension_read_octets(struct bytes value, struct bytes *octets) MUST_CHECK; /* one OCTET STRING */

#endif
