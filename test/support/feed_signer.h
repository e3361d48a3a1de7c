/* A signer for tests of its followers: the same tables of messages, a journal that the test writes, and faults on demand. */
#ifndef HUFU_TEST_FEED_SIGNER_H
#define HUFU_TEST_FEED_SIGNER_H

#include "authority.h"
#include "crl.h"
#include "journal_event.h"
#include "ocsp.h"

enum fake_fault {
	FAKE_RIGHT,
	FAKE_SILENT,          /* feed requests are refused */
	FAKE_WRONG_SIGNATURE, /* of batches */
	FAKE_BACK,            /* batches were made before those that came already */
	FAKE_BEHIND,          /* feed requests are refused: more is known than the journal has */
	FAKE_OTHER_CA,
	FAKE_NO_KEY /* the responder's key is not certified */
};

struct feed_signer;
/* Serves the responder's door, by a line: *line is the asking end for the follower. */
void feed_signer_start(struct feed_signer **f, int *line);
void feed_signer_stop(struct feed_signer **f);
const struct authority *feed_signer_authority(const struct feed_signer *f);
const struct cert *feed_signer_journal(const struct feed_signer *f);

/* Each appends one record; the number of the record is returned. */
int64_t feed_signer_issue(struct feed_signer *f, const struct serial *serials, size_t n);
int64_t feed_signer_status(struct feed_signer *f, const struct serial *serial, enum event_status status, enum order_reason reason);
/* Publishes a CRL with these entries. */
int64_t feed_signer_crl(struct feed_signer *f, const struct crl_entry *entries, size_t n);
/* Whether the follower has asked past the record within ms. */
bool feed_signer_followed(struct feed_signer *f, int64_t number, int ms);
void feed_signer_fault(struct feed_signer *f, enum fake_fault fault);

#endif
