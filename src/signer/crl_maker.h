/* The CRL: made at once after a change of status, or after a while when many come, and at least so often. doc/protocol/signer.md 5 */
#ifndef HUFU_SIGNER_CRL_MAKER_H
#define HUFU_SIGNER_CRL_MAKER_H

#include "bytes.h"

#define CRL_MAKER_PAUSE_MS 5000 /* between two, however much changes */

struct signer;

struct crl_maker {
	int64_t every, life; /* seconds */
	struct buf newest;   /* DER */
	int64_t number;      /* its number; 0: none */
	bool made;           /* one was made since start, at made_ms */
	int64_t made_ms;
	bool file_pending; /* newest is not in its file yet */
	int64_t retry_ms;  /* not before, after a failure */
};

/* Takes up crl/newest.crl when it is the one of the newest `crl` record. */
void crl_maker_open(struct signer *s);
void crl_maker_close(struct crl_maker *maker);
/* Makes one when it is time; a failure is logged and tried again, for a file that could not be written with the same CRL. True: there is a
 * new one. */
bool crl_maker_tick(struct signer *s);

#endif
