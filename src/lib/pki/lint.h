/* A second opinion on what is about to be signed: reads the bytes on its own, sharing no code with the builders and readers, and
 * compares them with GM/T 0015 and RFC 5280. */
#ifndef HUFU_PKI_LINT_H
#define HUFU_PKI_LINT_H

#include "profile.h"

#define LINT_FINDINGS_MAX 16

struct lint_finding {
	const char *paragraph; /* "RFC 5280 4.1.2.2" */
	const char *what;
};
struct lint_report {
	struct lint_finding findings[LINT_FINDINGS_MAX];
	size_t count; /* further findings are counted and not kept */
};

/* A TBSCertificate that claims to be of this profile. */
void lint_certificate(struct bytes tbs, enum profile profile, struct lint_report *report);
/* A TBSCertList. */
void lint_crl(struct bytes tbs, struct lint_report *report);
/* 0 when there is no finding, else HF_LINT with the first one. */
int lint_verdict(const struct lint_report *report, struct err *err) MUST_CHECK;

#endif
