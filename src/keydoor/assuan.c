/* The lines of the Assuan protocol, as pinentry speaks it: commands written, answers read. */
#include "assuan.h"

#include <string.h>

static bool must_escape(uint8_t c)
{
	return c < 0x20 || c == 0x7F || c == '%';
}

static size_t line_size(const char *command, struct bytes text)
{
	size_t size = strlen(command) + (text.size > 0);

	for (size_t i = 0; i < text.size; i++)
		size += must_escape(text.data[i]) ? 3 : 1;
	return size;
}

bool assuan_fits(const char *command, struct bytes text)
{
	return line_size(command, text) <= ASSUAN_LINE_MAX;
}

int assuan_write(struct buf *out, const char *command, struct bytes text, struct err *err)
{
	static const char digits[] = "0123456789ABCDEF";

	if (!assuan_fits(command, text))
		return err_set(err, HF_LIMIT, "%s of %zu bytes is over a pinentry line", command, text.size);
	if (buf_reserve(out, line_size(command, text) + 1, err) != 0 || buf_append_text(out, command, err) != 0)
		return -1;
	if (text.size > 0 && buf_append_u8(out, ' ', err) != 0)
		return -1;
	for (size_t i = 0; i < text.size; i++) {
		uint8_t c = text.data[i];
		uint8_t escaped[3] = {'%', (uint8_t)digits[c >> 4], (uint8_t)digits[c & 15]};

		if (buf_append(out, must_escape(c) ? BYTES_ARRAY(escaped) : (struct bytes){&text.data[i], 1}, err) != 0)
			return -1;
	}
	return buf_append_u8(out, '\n', err);
}

/* The word stands alone or before a blank. */
static bool word_is(struct bytes line, const char *word, struct bytes *rest)
{
	size_t n = strlen(word);

	if (line.size < n || memcmp(line.data, word, n) != 0 || (line.size > n && line.data[n] != ' '))
		return false;
	*rest = line.size > n ? (struct bytes){line.data + n + 1, line.size - n - 1} : BYTES_NONE;
	return true;
}

static int read_code(struct bytes text, uint32_t *code, struct err *err)
{
	uint64_t value = 0;
	size_t i = 0;

	for (; i < text.size && text.data[i] >= '0' && text.data[i] <= '9' && value <= UINT32_MAX; i++)
		value = value * 10 + (uint64_t)(text.data[i] - '0');
	if (i == 0 || value > UINT32_MAX || (i < text.size && text.data[i] != ' '))
		return err_set(err, HF_WINDOW_FAILED, "pinentry: ERR without a number");
	*code = (uint32_t)value & 0xFFFF;
	return 0;
}

int assuan_read(struct assuan_answer *answer, struct bytes line, struct err *err)
{
	static const struct {
		const char *word;
		enum assuan_kind kind;
	} words[] = {
	    {"OK", ASSUAN_OK}, {"ERR", ASSUAN_ERR}, {"D", ASSUAN_DATA}, {"S", ASSUAN_STATUS}, {"INQUIRE", ASSUAN_INQUIRE},
	};

	*answer = (struct assuan_answer){.text = BYTES_NONE};
	if (line.size > 0 && line.data[0] == '#') {
		answer->kind = ASSUAN_COMMENT;
		return 0;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!word_is(line, words[i].word, &answer->text))
			continue;
		answer->kind = words[i].kind;
		return answer->kind == ASSUAN_ERR ? read_code(answer->text, &answer->code, err) : 0;
	}
	return err_set(err, HF_WINDOW_FAILED, "pinentry: an answer of %zu bytes that Assuan does not know", line.size);
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int assuan_unescape(uint8_t *data, size_t *size, struct err *err)
{
	size_t to = 0;

	for (size_t from = 0; from < *size; from++) {
		int high, low;

		if (data[from] != '%') {
			data[to++] = data[from];
			continue;
		}
		high = *size - from > 2 ? hex_digit(data[from + 1]) : -1;
		low = high >= 0 ? hex_digit(data[from + 2]) : -1;
		if (low < 0)
			return err_set(err, HF_WINDOW_FAILED, "pinentry: a broken percent escape");
		data[to++] = (uint8_t)(high << 4 | low);
		from += 2;
	}
	*size = to;
	return 0;
}
