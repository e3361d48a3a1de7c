/* One transaction with a virtual key: from the card's reset to the end of the connection. doc/protocol/virtual-key.md 1 */
#ifndef HUFU_CARD_CARD_LINK_H
#define HUFU_CARD_CARD_LINK_H

#include "apdu.h"

struct card_link;

/* Waits at most wait_ms for the card's ATR: HF_KEY_ABSENT when nothing is plugged in there, HF_KEY_BUSY when another holds it all that
 * time. */
int card_link_open(struct card_link **link, const char *directory, const char *slot, int wait_ms, struct err *err) MUST_CHECK;
/* The answer's data is appended to answer (with its maximum), its status word to word. 0 whatever the word says.
 * HF_KEY_ABSENT when the card went away, HF_KEY_TIME_OUT, HF_KEY_ANSWER: the link is then of no more use. */
int card_link_ask(struct card_link *link, const struct apdu *command, struct buf *answer, uint16_t *word, int timeout_ms,
                  struct err *err) MUST_CHECK;
/* false when the card has ended the transaction, pulled out or after too long a silence. */
bool card_link_is_alive(const struct card_link *link);
void card_link_close(struct card_link **link); /* the card forgets the PIN */

#endif
