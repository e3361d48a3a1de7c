/* Frames and fault answers. doc/protocol/wire.md 1 and 3 */
#include "frame.h"

#include "field.h"

#include <string.h>

#define SIZE_FIELD 4
#define FIXED_PART (FRAME_HEADER_SIZE - SIZE_FIELD)

struct fault {
	uint32_t code;
	struct bytes text;
};

static const struct field fault_fields[] = {
    FIELD(fault, code, FIELD_U32, 0),
    FIELD(fault, text, FIELD_BYTES, ERR_TEXT_MAX - 1),
};
static const struct body fault_body = BODY(fault, fault_fields);

static bool flags_are_known(uint16_t flags)
{
	return flags == 0 || flags == FRAME_FLAG_ANSWER || flags == (FRAME_FLAG_ANSWER | FRAME_FLAG_FAULT);
}

int frame_append(struct buf *out, const struct frame *f, struct err *err)
{
	size_t before = out->size;

	if (f->body.size > FRAME_BODY_MAX)
		return err_set(err, HF_MESSAGE_SIZE, "body of %zu bytes, %u are possible", f->body.size, FRAME_BODY_MAX);
	if (buf_reserve(out, FRAME_HEADER_SIZE + f->body.size, err) || buf_append_u32(out, (uint32_t)(FIXED_PART + f->body.size), err) ||
	    buf_append_u32(out, (uint32_t)f->type << 16 | f->flags, err) || buf_append_u64(out, f->id, err) ||
	    buf_append(out, f->body, err)) {
		out->size = before;
		return -1;
	}
	return 0;
}

int frame_take_header(struct bytes in, struct frame *f, size_t *size, struct err *err)
{
	struct reader r = {in};
	uint32_t rest;

	if (reader_u32(&r, &rest) || reader_u16(&r, &f->type) || reader_u16(&r, &f->flags) || reader_u64(&r, &f->id))
		return 0;
	if (rest < FIXED_PART || rest - FIXED_PART > FRAME_BODY_MAX)
		return err_set(err, HF_MESSAGE_FORMAT, "frame of %u bytes (wire.md 1)", rest);
	if (f->type == 0 || f->id == 0 || !flags_are_known(f->flags))
		return err_set(err, HF_MESSAGE_FORMAT, "frame of type %u with flags %u (wire.md 1)", f->type, f->flags);
	*size = SIZE_FIELD + (size_t)rest;
	return 1;
}

int frame_take(struct bytes in, struct frame *f, size_t *used, struct err *err)
{
	size_t size = 0;
	int found = frame_take_header(in, f, &size, err);

	if (found <= 0)
		return found;
	if (in.size < size)
		return 0;
	f->body = (struct bytes){in.data + FRAME_HEADER_SIZE, size - FRAME_HEADER_SIZE};
	*used = size;
	return 1;
}

int frame_append_fault(struct buf *out, uint16_t type, uint64_t id, const struct err *fault, struct err *err)
{
	struct fault from = {fault->code ? fault->code : HF_SYSTEM, bytes_text(fault->text)};
	struct buf body;
	int result = -1;

	buf_init(&body, 8 + ERR_TEXT_MAX);
	if (body_encode(&fault_body, &from, &body, err) == 0)
		result = frame_append(out, &(struct frame){type, FRAME_FLAG_ANSWER | FRAME_FLAG_FAULT, id, buf_get(&body)}, err);
	buf_free(&body);
	return result;
}

int frame_fault(struct bytes body, struct err *err)
{
	struct fault fault;

	if (body_decode(&fault_body, body, NULL, &fault, err))
		return err_wrap(err, "fault answer");
	if (fault.code == HF_NONE || strcmp(err_code_name((enum err_code)fault.code), "UNKNOWN") == 0)
		return err_set(err, HF_MESSAGE_FORMAT, "fault answer with the code %u (wire.md 3)", fault.code);
	return err_set(err, (enum err_code)fault.code, "%.*s", (int)fault.text.size, (const char *)fault.text.data);
}
