/* Known answers, asked before an engine works with anybody's keys. */
#ifndef HUFU_SM2_SELF_TEST_H
#define HUFU_SM2_SELF_TEST_H

#include "engine.h"
#include "err.h"

/* The examples of GB/T 32918.5: keys, signatures (one by one and in a batch, good ones and bad ones), encryption. False when an answer is
 * wrong. */
bool self_test(const struct engine *engine) MUST_CHECK;

#endif
