/* Escrow's file: every encryption key pair given out, its private half sealed under the master key. doc/protocol/escrow.md 2 */
#ifndef HUFU_ORDER_SAFEKEEPING_H
#define HUFU_ORDER_SAFEKEEPING_H

#include "sm2.h"

#define SAFEKEEPING_MASTER_SIZE 32

struct safekeeping;

/* What stands in the file for one pair. */
struct safekeeping_pair {
	uint8_t application[16];
	uint8_t key_hash[32];          /* of the signature key that the envelope is for */
	uint8_t point[SM2_POINT_SIZE]; /* the encryption public key */
	struct bytes envelope;         /* DER, at most ENVELOPE_DER_MAX */
};

/* A new file for this CA, durable. HF_EXISTS. */
int safekeeping_create(int dir, const char *name, const struct secret *master, const uint8_t ca[20], int64_t time,
                       struct err *err) MUST_CHECK;
/* HF_ESCROW_BROKEN when the file is irregular, of another CA or under another master key; else as journal_open. The master is copied. */
int safekeeping_open(struct safekeeping **s, int dir, const char *name, const struct secret *master, const uint8_t ca[20],
                     struct err *err) MUST_CHECK;
void safekeeping_free(struct safekeeping **s);

/* Durable pairs only; the envelope stands in space. */
int safekeeping_find(const struct safekeeping *s, const uint8_t application[16], const uint8_t key_hash[32], struct buf *space,
                     struct safekeeping_pair *pair, bool *found, struct err *err) MUST_CHECK;
/* Adds to the group; nothing counts before the commit. No pair of one (application, key) twice: the caller looks first. */
int safekeeping_add(struct safekeeping *s, int64_t time, const struct safekeeping_pair *pair, const struct sm2_private *key,
                    struct err *err) MUST_CHECK;
/* As journal_commit. */
int safekeeping_commit(struct safekeeping *s, struct err *err) MUST_CHECK;

size_t safekeeping_count(const struct safekeeping *s); /* durable pairs */
int64_t safekeeping_syncs(const struct safekeeping *s);

#endif
