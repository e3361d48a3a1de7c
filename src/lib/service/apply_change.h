/* One change of an application by its applicant, as it goes through the writing thread. Used by the files of apply and renew only. */
#ifndef HUFU_SERVICE_APPLY_CHANGE_H
#define HUFU_SERVICE_APPLY_CHANGE_H

#include "apply.h"
#include "digest.h"
#include "query.h"

struct apply_change {
	struct service *s;
	const struct actor *actor;
	const char *number;
	int64_t version;
	struct pool *pool;
	struct application *application; /* result */
	int64_t now;

	const struct application_form *form; /* save */
	const char *language, *draft;
	struct entry_faults *faults; /* save, submit */

	const char *key_serial; /* key */
	struct bytes csr;
	char key_hash[2 * SM3_SIZE + 1]; /* apply_read_key's */

	char *live; /* submit */
};

/* The open application of the actor, of the version he saw. */
int apply_open(struct apply_change *a, struct connection *c, struct err *err) MUST_CHECK;
/* The version that the actor saw, and not too many changes in an hour. */
int apply_judge(struct apply_change *a, struct connection *c, struct err *err) MUST_CHECK;
int apply_reload(struct apply_change *a, struct connection *c, struct err *err) MUST_CHECK;
/* HF_KEY_CERTIFIED_BEFORE when the key has a certificate, or another application that was submitted. */
int apply_check_key(const struct application *application, struct connection *c, const char *key_hash, struct err *err) MUST_CHECK;
/* HF_CSR_NAME when the request bears another name than the application does now. */
int apply_check_name(const struct application *application, struct bytes csr, const char *key_serial, struct err *err) MUST_CHECK;
/* Reads the request: form, key type, proof, and the key's hash. */
int apply_read_key(struct apply_change *a, struct err *err) MUST_CHECK;
/* Keeps the key that was read, after both checks above. */
int apply_put_key(struct apply_change *a, struct connection *c, struct err *err) MUST_CHECK;
int apply_audit(struct apply_change *a, struct connection *c, const char *deed, const char *detail, struct err *err) MUST_CHECK;

#endif
