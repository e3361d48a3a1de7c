/* The status of every certificate that was issued, in memory: a hash table of 24 bytes for each slot. */
#ifndef HUFU_RESPONDER_STATUS_INDEX_H
#define HUFU_RESPONDER_STATUS_INDEX_H

#include "crl.h"

enum index_status { INDEX_UNKNOWN, INDEX_GOOD, INDEX_REVOKED, INDEX_SUSPENDED };

struct index_record {
	enum index_status status;
	enum crl_reason reason; /* revoked; CRL_HOLD when suspended */
	int64_t since;          /* of the status; seconds until 2106 */
};

/* Internally locked: many may look while one sets. */
struct status_index;
int status_index_new(struct status_index **index, struct err *err) MUST_CHECK;
void status_index_free(struct status_index **index);
/* HF_MEMORY; a serial is known for good once it was set. */
int status_index_set(struct status_index *index, const struct serial *serial, const struct index_record *record,
                     struct err *err) MUST_CHECK;
/* INDEX_UNKNOWN when it was never set. */
struct index_record status_index_get(struct status_index *index, const struct serial *serial);
size_t status_index_count(struct status_index *index);

#endif
