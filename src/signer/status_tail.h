/* The newest records as the responder's door shows them, written when they were made: a follower that keeps up needs no look into
 * the journal. */
#ifndef HUFU_SIGNER_STATUS_TAIL_H
#define HUFU_SIGNER_STATUS_TAIL_H

#include "journal.h"
#include "journal_event.h"

struct status_shown {
	int64_t number, time;
	size_t at, size; /* of its body in texts */
};
struct status_tail {
	struct status_shown *shown; /* ascending by number */
	size_t count;
	struct buf texts;
	int64_t since; /* of the records from this number on, all that is shown stands here */
};

int status_tail_open(struct status_tail *tail, int64_t since, struct err *err) MUST_CHECK;
void status_tail_close(struct status_tail *tail);
/* The next record. When there is no room for it, it is left out, and since moves behind it. */
void status_tail_add(struct status_tail *tail, const struct journal_record *record, const struct journal_event *event);
/* The first one whose number is not below from; count when there is none. */
size_t status_tail_find(const struct status_tail *tail, int64_t from);
struct bytes status_tail_body(const struct status_tail *tail, size_t i); /* lent until the next change */

#endif
