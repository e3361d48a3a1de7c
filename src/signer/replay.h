/* The start: the whole journal is read, and the register made from it. */
#ifndef HUFU_SIGNER_REPLAY_H
#define HUFU_SIGNER_REPLAY_H

#include "signer.h"

/* Opens `journal` in the working directory and fills journal and registry. quota: until a policy record says otherwise. HF_JOURNAL_BROKEN
 * when it is irregular, contradicts itself, or began with other certificates than the CA's. */
int replay_open(struct signer *s, int64_t quota, struct err *err) MUST_CHECK;

#endif
