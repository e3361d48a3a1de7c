/* The newest CRL of the signer, read again when another one has taken its place: login.md 3. */
#ifndef HUFU_SERVICE_NEWEST_CRL_H
#define HUFU_SERVICE_NEWEST_CRL_H

#include "crl.h"

#include <pthread.h>
#include <sys/types.h>
#include <time.h>

struct newest_crl {
	pthread_mutex_t lock;
	int dir; /* where newest.crl stands */
	const struct cert *issuing;
	struct crl *crl; /* NULL: none yet */
	/* Of the file that was looked at last. */
	ino_t inode;
	struct timespec changed;
};

/* dir is taken over, issuing is lent for as long. */
void newest_crl_open(struct newest_crl *n, int dir, const struct cert *issuing);
void newest_crl_close(struct newest_crl *n);
/* HF_LOGIN_REVOKED when the certificate stands on it. A suspension, which may have ended since, is the record's to say. A file that is no
 * CRL of the issuer, or older than the one known, is logged once and passed over. */
int newest_crl_check(struct newest_crl *n, const char *serial, struct err *err) MUST_CHECK;

#endif
