/* A virtual key with dual certificates for one person, made and handed over. */
#ifndef HUFU_HUFU_PERSON_KEY_H
#define HUFU_HUFU_PERSON_KEY_H

#include "ca_ceremony.h"

struct person_certs {
	struct cert *sign, *encryption; /* owned */
};

/* Makes FILE, plugs it in at its slot of the slot directory (slot.h), makes the signature key inside it, puts both certificates and the
 * encryption key on it, proves that it decrypts, pulls it out, and gives it a new initial PIN. Appends "serial number PIN\n" to pins. */
int person_key_make(const struct authority *a, const char *id, const char *name, const char *file, struct person_certs *certs,
                    struct buf *pins, struct err *err) MUST_CHECK;

#endif
