/* A key that this process uses: one for each slot, shared by all handles to it. Calls to it follow each other. */
#ifndef HUFU_SKF_DEVICE_H
#define HUFU_SKF_DEVICE_H

#include "apdu.h"
#include "card_profile.h"
#include "result.h"
#include "slot.h"

struct device;

/* The process's device of that slot, made at the first use. SAR_MEMORYERR. */
ULONG device_get(const char *slot, struct device **device);
struct device *device_share(struct device *device);
void device_release(struct device *device); /* the last one closes the link */

/* A transaction: waits for the turn in this process and for the card, which then has its application selected. SAR_DEVICE_REMOVED,
 * SAR_TIMEOUTERR. Only after SAR_OK the rest may be called, and device_end must be. */
ULONG device_begin(struct device *device);
bool device_is_gone(const struct device *device); /* another card is in its slot: SAR_DEVICE_REMOVED for ever */
void device_end(struct device *device);
/* SAR_OK: word and answer (appended) are the card's. Otherwise the card is lost, and with it the verified PIN. */
ULONG device_ask(struct device *device, const struct apdu *command, struct buf *answer, uint16_t *word);
/* For commands with an answer of no interest: the result of the word. */
ULONG device_tell(struct device *device, const struct apdu *command);
ULONG device_get_object(struct device *device, enum card_object object, struct buf *answer);
/* While the PIN is verified the link is held beyond the transaction. */
void device_set_verified(struct device *device, bool verified);

/* Lock of a handle (owner), counted; held beyond transactions. timeout_ms 0xFFFFFFFF: for ever; at least what a free card
 * needs to greet. SAR_TIMEOUTERR. */
ULONG device_lock(struct device *device, const void *owner, ULONG timeout_ms);
ULONG device_unlock(struct device *device, const void *owner); /* SAR_FAIL when the owner has no lock */
void device_unlock_all(struct device *device, const void *owner);

#endif
