/* What pinentry answers: a line is read or refused; unescaping never grows, and escaping it again gives one line. */
#include "assuan.h"
#include "fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct assuan_answer answer;
	struct buf line;
	uint8_t text[4096];
	size_t now;

	if (size > sizeof(text) || assuan_read(&answer, (struct bytes){data, size}, NULL) != 0)
		return 0;
	now = answer.text.size;
	FUZZ_PROMISE(now <= size);
	if (now > 0)
		memcpy(text, answer.text.data, now);
	if (assuan_unescape(text, &now, NULL) != 0)
		return 0;
	FUZZ_PROMISE(now <= answer.text.size);
	buf_init(&line, ASSUAN_LINE_MAX + 1);
	if (assuan_write(&line, "SETDESC", (struct bytes){text, now}, NULL) == 0)
		FUZZ_PROMISE(memchr(line.data, '\n', line.size) == line.data + line.size - 1);
	buf_free(&line);
	return 0;
}
