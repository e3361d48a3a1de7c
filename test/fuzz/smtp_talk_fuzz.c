/* The courier's side of SMTP: whatever the server says, in whatever pieces, the talk stays within its bounds and comes to an end. */
#include "fuzz.h"
#include "smtp_talk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct smtp_item items[] = {{.to = "a@b.cn", .message = BYTES_LITERAL("S: 1\r\n\r\n.\r\n")}, {.to = "c@d.cn"}};
	size_t piece = size > 0 ? data[0] % 64 + 1 : 1;
	struct smtp_talk talk;
	struct err err;
	int rc = 0;

	FUZZ_PROMISE(smtp_talk_begin(&talk, "host", "e@f.cn", items, 2, &err) == 0);
	for (size_t at = 1; at < size && rc == 0 && !smtp_talk_done(&talk); at += piece) {
		rc = smtp_talk_hear(&talk, (struct bytes){data + at, size - at < piece ? size - at : piece}, &err);
		FUZZ_PROMISE(talk.heard <= talk.said && talk.out.size < 1024);
	}
	for (size_t i = 0; i < 2; i++)
		FUZZ_PROMISE(!(items[i].taken && items[i].fault.code != HF_NONE));
	FUZZ_PROMISE(!smtp_talk_done(&talk) ||
	             ((items[0].taken || items[0].fault.code != HF_NONE) && (items[1].taken || items[1].fault.code != HF_NONE)));
	smtp_talk_end(&talk);
	return 0;
}
