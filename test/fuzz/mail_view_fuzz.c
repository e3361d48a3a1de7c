/* A mail as a stranger may send it, shown: every text is there, and is UTF-8. */
#include "fuzz.h"
#include "mail_view.h"

#include <glib.h>

static void promises(const char *text)
{
	FUZZ_PROMISE(text != NULL && g_utf8_validate(text, -1, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool started;
	struct pool *pool = pool_new(16u << 20);
	struct mail_view view;
	struct err err;

	FUZZ_PROMISE(pool != NULL);
	if (!started)
		mail_view_start();
	started = true;
	if (mail_view_read(&view, (struct bytes){data, size}, pool, &err) == 0) {
		FUZZ_PROMISE(view.count <= MAIL_TEXTS_MAX);
		promises(view.from);
		promises(view.to);
		promises(view.subject);
		for (size_t i = 0; i < view.count; i++) {
			promises(view.texts[i].language);
			promises(view.texts[i].text);
		}
	}
	pool_free(&pool);
	return 0;
}
