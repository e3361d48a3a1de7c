/* Private keys at rest: sealed under the master, which is sealed under the PIN. doc/protocol/virtual-key.md 6 */
#ifndef HUFU_VKEY_VAULT_H
#define HUFU_VKEY_VAULT_H

#include "memory.h"

bool vault_pin_valid(struct bytes pin); /* CARD_PIN_MIN to CARD_PIN_MAX of 21..7E */

/* Opens the master with the PIN. HF_PASSPHRASE when the PIN is wrong; takes the time of one scrypt. */
int vault_open(const struct memory *m, struct bytes pin, struct secret *master, struct err *err) MUST_CHECK;
/* Draws a new master, seals all keys anew under it and it under the PIN. master may be empty when there are no keys. After a
 * failure m is to be read from its file again. */
int vault_renew(struct memory *m, const struct secret *master, struct bytes new_pin, struct err *err) MUST_CHECK;

int vault_put_key(const struct memory *m, const struct secret *master, struct memory_container *c, enum memory_use use,
                  const struct sm2_private *key, struct err *err) MUST_CHECK;
int vault_get_key(const struct memory *m, const struct secret *master, const struct memory_container *c, enum memory_use use,
                  struct sm2_private **key, struct err *err) MUST_CHECK;

#endif
