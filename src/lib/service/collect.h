/* Collecting: the two certificates and the envelope for the agent, and the holder's word that they are installed. */
#ifndef HUFU_SERVICE_COLLECT_H
#define HUFU_SERVICE_COLLECT_H

#include "application.h"
#include "deed.h"

/* DER, from the pool. */
struct collect {
	const char *application; /* id, hex32, for /v1/enroll/install */
	const char *key_serial, *key_hash;
	struct bytes sign, encryption, envelope;
	bool installed;
};

/* For the application of the session. HF_APPLICATION_STATE before it is issued. */
int collect_load(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct collect *collect,
                 struct err *err) MUST_CHECK;
/* The `installed` order, signed with the new signature key. */
int collect_installed(struct service *s, const struct actor *actor, const char *number, const struct signed_order *order, struct pool *pool,
                      struct deed *deed, struct err *err) MUST_CHECK;

#endif
