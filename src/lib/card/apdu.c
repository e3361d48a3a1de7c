/* Builds and reads APDUs. */
#include "apdu.h"

#include "card_profile.h"

#define HEADER_SIZE 4
#define SHORT_DATA_MAX 255
#define SHORT_LE_MAX 256

static int append_u16(struct buf *out, uint32_t value, struct err *err)
{
	if (buf_append_u8(out, (uint8_t)(value >> 8 & 0xFF), err) != 0)
		return -1;
	return buf_append_u8(out, (uint8_t)(value & 0xFF), err);
}

static int append_short(const struct apdu *command, struct buf *out, struct err *err)
{
	if (command->data.size > 0 &&
	    (buf_append_u8(out, (uint8_t)command->data.size, err) != 0 || buf_append(out, command->data, err) != 0))
		return -1;
	if (command->le > 0)
		return buf_append_u8(out, (uint8_t)(command->le & 0xFF), err);
	return 0;
}

/* The zero byte that announces extended length stands once, before the first of Lc and Le. */
static int append_extended(const struct apdu *command, struct buf *out, struct err *err)
{
	if (buf_append_u8(out, 0, err) != 0)
		return -1;
	if (command->data.size > 0 && (append_u16(out, (uint32_t)command->data.size, err) != 0 || buf_append(out, command->data, err) != 0))
		return -1;
	if (command->le > 0)
		return append_u16(out, command->le, err);
	return 0;
}

int apdu_build(const struct apdu *command, struct buf *out, struct err *err)
{
	const uint8_t header[HEADER_SIZE] = {command->cla, command->ins, command->p1, command->p2};

	if (command->data.size > CARD_DATA_MAX || command->le > APDU_LE_MAX)
		return err_set(err, HF_LIMIT, "command of %zu bytes for an answer of %u", command->data.size, command->le);
	if (buf_append(out, BYTES_ARRAY(header), err) != 0)
		return -1;
	if (command->data.size > SHORT_DATA_MAX || command->le > SHORT_LE_MAX)
		return append_extended(command, out, err);
	return append_short(command, out, err);
}

static int malformed(struct err *err)
{
	return err_set(err, HF_KEY_ANSWER, "ISO 7816-4 5.1: lengths of the command do not fit");
}

static int parse_short(struct reader *r, struct apdu *command, struct err *err)
{
	uint8_t n;

	if (reader_u8(r, &n) != 0)
		return malformed(err);
	if (r->rest.size == 0) {
		command->le = n == 0 ? SHORT_LE_MAX : n;
		return 0;
	}
	if (n == 0 || reader_take(r, n, &command->data) != 0)
		return malformed(err);
	if (reader_u8(r, &n) == 0)
		command->le = n == 0 ? SHORT_LE_MAX : n;
	return r->rest.size == 0 ? 0 : malformed(err);
}

static int parse_extended(struct reader *r, struct apdu *command, struct err *err)
{
	uint8_t zero;
	uint16_t n;

	if (reader_u8(r, &zero) != 0 || reader_u16(r, &n) != 0)
		return malformed(err);
	if (r->rest.size == 0) {
		command->le = n == 0 ? APDU_LE_MAX : n;
		return 0;
	}
	if (n == 0 || n > CARD_DATA_MAX || reader_take(r, n, &command->data) != 0)
		return malformed(err);
	if (reader_u16(r, &n) == 0)
		command->le = n == 0 ? APDU_LE_MAX : n;
	return r->rest.size == 0 ? 0 : malformed(err);
}

int apdu_parse(struct bytes in, struct apdu *command, struct err *err)
{
	struct reader r = {in};
	struct bytes header;

	if (reader_take(&r, HEADER_SIZE, &header) != 0)
		return malformed(err);
	*command = (struct apdu){.cla = header.data[0], .ins = header.data[1], .p1 = header.data[2], .p2 = header.data[3]};
	if (r.rest.size == 0)
		return 0;
	if (r.rest.size > 1 && r.rest.data[0] == 0)
		return parse_extended(&r, command, err);
	return parse_short(&r, command, err);
}

int apdu_split_answer(struct bytes answer, struct bytes *data, uint16_t *word, struct err *err)
{
	if (answer.size < 2)
		return err_set(err, HF_KEY_ANSWER, "ISO 7816-4 5.1: an answer of %zu bytes has no status word", answer.size);
	*data = (struct bytes){answer.data, answer.size - 2};
	*word = (uint16_t)(answer.data[answer.size - 2] << 8 | answer.data[answer.size - 1]);
	return 0;
}
