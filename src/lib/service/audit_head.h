/* The head of the audit chain goes to the signer, which writes it into its journal and into every CRL. */
#ifndef HUFU_SERVICE_AUDIT_HEAD_H
#define HUFU_SERVICE_AUDIT_HEAD_H

#include "service.h"

/* Tells the newest head when the signer does not have it yet. */
int audit_head_tell(struct service *s, struct err *err) MUST_CHECK;

#endif
