/* An instance's folder, as the commands see it. doc/protocol/processes.md 1 */
#ifndef HUFU_HUFU_INSTANCE_H
#define HUFU_HUFU_INSTANCE_H

#include "secret.h"
#include "settings.h"
#include "sm2.h"

struct instance {
	int dir; /* open when settings is not NULL */
	struct settings *settings;
	const char *path; /* borrowed */
};

/* HF_FILE when there is no instance. Zero-initialised before. */
int instance_open(struct instance *i, const char *path, struct err *err) MUST_CHECK;
void instance_close(struct instance *i);

/* Opens a sealed key. */
int instance_key(const struct instance *i, const char *name, const char *label, struct sm2_private **key, struct err *err) MUST_CHECK;
/* Key identifier of the issuing CA, from ca/issuing.crt. */
int instance_ca_id(const struct instance *i, uint8_t id[SM2_KEY_ID_SIZE], struct err *err) MUST_CHECK;

#endif
