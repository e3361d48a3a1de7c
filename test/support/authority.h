/* A certificate authority for tests: root, issuing CA, and certificates of any profile, with fixed times. */
#ifndef HUFU_TEST_AUTHORITY_H
#define HUFU_TEST_AUTHORITY_H

#include "cert_build.h"

#define AUTHORITY_BEGIN INT64_C(1780272000) /* 2026-06-01 00:00:00 UTC */
#define AUTHORITY_NOW (AUTHORITY_BEGIN + 86400)

struct authority {
	struct sm2_private *root_key, *issuing_key;
	struct cert *root, *issuing;
};

/* All of these end the test when they fail. */
void authority_make(struct authority *a, bool evaluation);
void authority_free(struct authority *a);
/* A plan under the issuing CA that needs no change to be built; key and names are lent. */
struct cert_plan authority_plan(const struct authority *a, enum profile profile, const struct sm2_private *key);
struct cert *authority_issue(const struct authority *a, const struct cert_plan *plan);
/* Signs what the plan gives after a change in its bytes, without the linter. */
struct cert *authority_sign(const struct authority *a, struct bytes tbs, struct err *err);

#endif
