/* A certificate as the store knows it: a projection of the signer's journal. */
#ifndef HUFU_MODEL_CERTIFICATE_H
#define HUFU_MODEL_CERTIFICATE_H

#include "column.h"

#define SERIAL_DIGITS 32 /* hex32 */

enum certificate_use { CERTIFICATE_SIGN, CERTIFICATE_ENCRYPT };
extern const char *const certificate_use_names[]; /* "sign", "encrypt" */

enum certificate_status { CERTIFICATE_GOOD, CERTIFICATE_SUSPENDED, CERTIFICATE_REVOKED };
extern const char *const certificate_status_names[]; /* "good", "suspended", "revoked": as in the journal */

struct certificate {
	const char *serial;
	enum certificate_use use;
	const char *pair;        /* serial of the other one of the two; "" when there is none */
	const char *application; /* id; "" for certificates of the ceremony */
	const char *code, *name; /* holder; for staff code is "" */
	const char *person;      /* staff: person id; else "" */
	int64_t notbefore, notafter;
	enum certificate_status status;
	const char *reason;
	int64_t status_time; /* 0: never changed */
	int64_t installed;   /* 0: not collected yet */
	const char *key_serial;
	struct bytes der;
};
extern const struct shape certificate_shape;

struct certificate_list {
	struct certificate *items;
	size_t count;
};

#endif
