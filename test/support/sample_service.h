/* The service as the portal's pages see it, with samples instead of a store: for tests of pages and for looking at them.
 * A request's cookie "hufu" says who it is: visitor, applicant, holder, renewed (a holder whose
 * renewal waits to be collected), early (one who cannot renew yet), operator, reviewer, auditor. */
#ifndef HUFU_TEST_SAMPLE_SERVICE_H
#define HUFU_TEST_SAMPLE_SERVICE_H

#include "portal.h"

#define SAMPLE_ORIGIN "https://sample.example"
#define SAMPLE_NUMBER "2026112200017" /* a draft */
#define SAMPLE_SUBMITTED "2026112200018"
#define SAMPLE_RETURNED "2026112200019"
#define SAMPLE_ISSUED "2026112200020"
#define SAMPLE_INSTALLED "2026112200021"
#define SAMPLE_ACCEPTED "2026112200022"
#define SAMPLE_RENEWAL "2026112200023" /* a draft that has its key */
#define SAMPLE_SERIAL "0123456789abcdef0123456789abcdef"
#define SAMPLE_CODE "91110108MA01ABCD29"
#define SAMPLE_PAPER "00000000000000000000000000000001"
#define SAMPLE_ENTRIES 20000 /* of the audit */
#define SAMPLE_PDF "00000000000000000000000000000002"

/* The portal's context with the usual texts. */
struct portal *sample_portal(void);

#endif
