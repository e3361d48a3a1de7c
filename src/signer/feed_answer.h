/* Batches of the journal for followers. doc/protocol/journal.md 3 */
#ifndef HUFU_SIGNER_FEED_ANSWER_H
#define HUFU_SIGNER_FEED_ANSWER_H

#include "journal_event.h"
#include "signer.h"

/* Whether the view shows anything from this number on, or the follower can be moved on at least. */
bool feed_has_news(const struct signer *s, enum event_view view, int64_t from);
/* HF_JOURNAL_BEHIND when a follower asks for what lies after the next record, or before the first. */
int feed_check_from(const struct signer *s, int64_t from, struct err *err) MUST_CHECK;
/* Appends the body of a feed reply; from was checked. */
int feed_answer(const struct signer *s, enum event_view view, int64_t from, struct buf *out, struct err *err) MUST_CHECK;

#endif
