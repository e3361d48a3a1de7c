/* Writing the audit: within the transaction of the deed, so that neither is without the other. */
#ifndef HUFU_SERVICE_AUDIT_PUT_H
#define HUFU_SERVICE_AUDIT_PUT_H

#include "query.h"
#include "service.h"

struct audit_deed {
	const char *deed;    /* "application.submit" */
	const char *subject; /* application number, serial, … */
	const char *detail;  /* hashes, states; NULL for none; never a code, an ID number, a mail address */
};

int audit_put(struct connection *c, const struct actor *actor, const struct audit_deed *deed, struct err *err) MUST_CHECK;
/* For deeds that came by the feed, or that nobody of the web did. */
int audit_put_as(struct connection *c, const char *serial, const char *person, const char *address, const struct audit_deed *deed,
                 struct err *err) MUST_CHECK;

#endif
