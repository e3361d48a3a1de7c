/* The pages that need nothing but words: the front page, the agent's page, the PIN. */
#include "handlers.h"
#include "page.h"

#include <string.h>

#define LANGUAGE_SECONDS (365 * 86400)

int front_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct front_view v = {.hours = portal_of(r)->hours};

	return PAGE_DRAW(front, r, reply, &v, err);
}

int assistant_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct assistant_view v = {.keys = page_keys(r, "watch")};

	return PAGE_DRAW(assistant, r, reply, &v, err);
}

int pin_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct pin_view v = {
	    .keys = page_keys(r, "key"),
	    .waiting = page_waiting_window(N_("请在窗口里先输入现在的口令，再输入两遍新口令。"), false),
	};

	return PAGE_DRAW(pin, r, reply, &v, err);
}

/* Keeps the choice, and goes back to where it was made. */
int language_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const char *to = request_part(r, "to");
	const char *back = request_query(r, "back");

	if (strcmp(to, "zh") != 0 && strcmp(to, "en") != 0)
		return err_set(err, HF_NOT_FOUND, "language %.8s", to);
	if (reply_set_cookie(reply, "lang", to, LANGUAGE_SECONDS, portal_of(r)->secure, err) != 0)
		return -1;
	return reply_redirect(reply, page_own_path(back, "/"), err);
}
