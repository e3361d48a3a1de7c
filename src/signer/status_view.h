/* What the responder's door shows of a record: which serial numbers exist, and what became of them. doc/protocol/journal.md 3 */
#ifndef HUFU_SIGNER_STATUS_VIEW_H
#define HUFU_SIGNER_STATUS_VIEW_H

#include "journal_event.h"

#define STATUS_SHOWN_MAX 2 /* an issue that ends others is shown as two events */

/* events lend from the event they were made of, and from serials. */
struct status_view {
	struct journal_event events[STATUS_SHOWN_MAX];
	size_t count;
	uint8_t serials[2 * ORDER_SERIAL_SIZE];
};

/* count 0: nothing of this event is shown. */
int status_view_of(const struct journal_event *event, struct status_view *view, struct err *err) MUST_CHECK;

#endif
