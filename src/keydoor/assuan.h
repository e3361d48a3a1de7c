/* The lines of the Assuan protocol, as pinentry speaks it: commands written, answers read. */
#ifndef HUFU_KEYDOOR_ASSUAN_H
#define HUFU_KEYDOOR_ASSUAN_H

#include "bytes.h"

/* pinentry ends itself at a line of 1000 bytes. Without the line feed. */
#define ASSUAN_LINE_MAX 990

/* Appends "COMMAND text\n"; '%', control characters and DEL are percent-escaped. HF_LIMIT when the line would be over ASSUAN_LINE_MAX. */
int assuan_write(struct buf *out, const char *command, struct bytes text, struct err *err) MUST_CHECK;
/* Whether assuan_write would take it. */
bool assuan_fits(const char *command, struct bytes text);

enum assuan_kind { ASSUAN_OK, ASSUAN_ERR, ASSUAN_DATA, ASSUAN_STATUS, ASSUAN_COMMENT, ASSUAN_INQUIRE };

struct assuan_answer {
	enum assuan_kind kind;
	uint32_t code;     /* ASSUAN_ERR: the low 16 bits, without the source (libgpg-error) */
	struct bytes text; /* what follows the word, still escaped; lent from the line */
};
#define ASSUAN_CODE_TIME_OUT 62
#define ASSUAN_CODE_CANCELLED 99
#define ASSUAN_CODE_NOT_CONFIRMED 114
#define ASSUAN_CODE_FULLY_CANCELLED 198

/* line: without its line feed. HF_WINDOW_FAILED when it is no answer. */
int assuan_read(struct assuan_answer *answer, struct bytes line, struct err *err) MUST_CHECK;
/* Undoes percent escapes in place and tells the new size. HF_WINDOW_FAILED at a broken escape. */
int assuan_unescape(uint8_t *data, size_t *size, struct err *err) MUST_CHECK;

#endif
