/* SEQUENCE { to be signed, AlgorithmIdentifier, BIT STRING }: the shape that certificates, CRLs, requests and OCSP answers share. */
#ifndef HUFU_PKI_SIGNED_DER_H
#define HUFU_PKI_SIGNED_DER_H

#include "der.h"

/* Lent. */
struct signed_der {
	struct bytes tbs;       /* element */
	struct bytes algorithm; /* element */
	struct bytes signature; /* content of the bit string */
	struct bytes rest;      /* what follows in the sequence; only OCSP has something there */
};
/* The whole of der; -1 when it is malformed. */
int signed_der_read(struct signed_der *s, struct bytes der) MUST_CHECK;
/* A zeroed struct of struct_size bytes and a copy of der behind it, for readers whose struct lends from its own bytes: one allocation,
 * freed with free. NULL: no memory. */
void *signed_der_keep(size_t struct_size, struct bytes der, struct bytes *kept);
/* Appends it. rest: elements to follow, or BYTES_NONE. */
int signed_der_write(struct bytes tbs, struct bytes signature, struct bytes rest, struct buf *out, struct err *err) MUST_CHECK;

/* SM2-with-SM3; parameters absent when written, absent or NULL when read. */
void signature_algorithm_write(struct der_writer *w);
bool signature_algorithm_is_known(struct bytes element);

#endif
