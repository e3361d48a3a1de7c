/* The mailbox's SMTP dialogue: whatever comes, in whatever pieces, it answers within its bounds. */
#include "fuzz.h"
#include "smtp_session.h"

static int keep(void *ctx, struct bytes mail, struct err *err)
{
	FUZZ_PROMISE(mail.size <= SMTP_MAIL_MAX);
	return mail.size % 7 == 6 ? err_set(err, HF_FILE, "not now") : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct smtp_session s;
	struct buf out;
	struct err err;
	size_t piece = size > 0 ? data[0] % 64 + 1 : 1;

	buf_init(&out, 64u << 10);
	FUZZ_PROMISE(smtp_session_begin(&s, keep, NULL, &out, &err) == 0);
	for (size_t at = 0; at < size; at += piece) {
		buf_clear(&out);
		FUZZ_PROMISE(smtp_session_feed(&s, (struct bytes){data + at, size - at < piece ? size - at : piece}, &out, &err) == 0);
	}
	smtp_session_end(&s);
	buf_free(&out);
	return 0;
}
