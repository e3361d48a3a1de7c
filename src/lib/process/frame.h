/* The wire between hufu's processes: frames over a SOCK_STREAM Unix socket. doc/protocol/wire.md 1 */
#ifndef HUFU_PROCESS_FRAME_H
#define HUFU_PROCESS_FRAME_H

#include "bytes.h"

/* Frame: u32 size of what follows (type, flags, id, body) | u16 type | u16 flags | u64 id | body. Big endian. */
#define FRAME_HEADER_SIZE 16
#define FRAME_BODY_MAX (8u << 20)
#define FRAME_FLAG_ANSWER 0x0001u /* an answer to the request with this id */
#define FRAME_FLAG_FAULT 0x0002u  /* the answer is a fault: u32 code, text */

struct frame {
	uint16_t type;
	uint16_t flags;
	uint64_t id;
	struct bytes body; /* lent from the input buffer */
};

int frame_append(struct buf *out, const struct frame *f, struct err *err) MUST_CHECK;
/* Type, flags and id as soon as the header is there, and the size of the whole frame: 1, 0 or -1 as frame_take. */
int frame_take_header(struct bytes in, struct frame *f, size_t *size, struct err *err) MUST_CHECK;
/* 1: a frame was taken from the front of in, *used bytes long; 0: not whole yet; -1: broken (the connection must end). */
int frame_take(struct bytes in, struct frame *f, size_t *used, struct err *err) MUST_CHECK;
/* The body of a fault answer. text is for the log of the asking side and holds no secret. */
int frame_append_fault(struct buf *out, uint16_t type, uint64_t id, const struct err *fault, struct err *err) MUST_CHECK;
/* Turns a fault answer's body into err; always returns -1. */
int frame_fault(struct bytes body, struct err *err);

#endif
