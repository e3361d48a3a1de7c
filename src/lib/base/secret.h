/* Bytes that are wiped when freed, and fit no encoder and no log. */
#ifndef HUFU_BASE_SECRET_H
#define HUFU_BASE_SECRET_H

#include "bytes.h"

#define SECRET_MAX 4096

/* Owns. Kept out of core dumps and swap where the system allows it (MADV_DONTDUMP, mlock). */
struct secret {
	uint8_t *data;
	size_t size;
};

int secret_new(struct secret *s, size_t size, struct err *err) MUST_CHECK; /* zeroed; size 1..SECRET_MAX */
int secret_copy(struct secret *s, struct bytes from, struct err *err) MUST_CHECK;
void secret_free(struct secret *s);              /* wipes; s becomes empty; an empty one is fine */
struct bytes secret_get(const struct secret *s); /* lends to crypto only */
void secret_wipe(void *p, size_t n);             /* an overwrite the compiler keeps */
/* No core dump, no ptrace by the same user, for the rest of the process's life. */
int secret_harden_process(struct err *err) MUST_CHECK;

#endif
