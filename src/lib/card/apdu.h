/* Command and answer APDUs (ISO/IEC 7816-4 5.1), short and extended length. */
#ifndef HUFU_CARD_APDU_H
#define HUFU_CARD_APDU_H

#include "bytes.h"

#define APDU_LE_MAX 65536

struct apdu {
	uint8_t cla, ins, p1, p2;
	struct bytes data; /* at most CARD_DATA_MAX */
	uint32_t le;       /* bytes expected at most; 0 when no answer data is expected */
};

/* Appends the command, with extended lengths where data or le need them. HF_LIMIT when data or le are too large. */
int apdu_build(const struct apdu *command, struct buf *out, struct err *err) MUST_CHECK;
/* Data is lent from in. HF_KEY_ANSWER when the lengths do not make one of the seven forms exactly. */
int apdu_parse(struct bytes in, struct apdu *command, struct err *err) MUST_CHECK;

/* Splits an answer into data (lent) and status word; HF_KEY_ANSWER when it has less than two bytes. */
int apdu_split_answer(struct bytes answer, struct bytes *data, uint16_t *word, struct err *err) MUST_CHECK;

#endif
