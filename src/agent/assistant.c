/* The agent's own page: the last orders in full, each with its fingerprint. */
#include "agent.h"
#include "agent_routes.h"
#include "assistant_page.h"
#include "order.h"
#include "words.h"

#define DRAWN_MAX (4u << 20)

static const char *state_words(enum shown_state state)
{
	switch (state) {
	case SHOWN_ASKED:
		return N_("窗口正等待确认");
	case SHOWN_SIGNED:
		return N_("已签署");
	default:
		return N_("未签署");
	}
}

/* The same words as in the window, made anew from the text. */
static int describe(const struct shown_order *order, enum language language, struct pool *pool, const char **words, struct err *err)
{
	struct order read;
	struct buf out;
	int rc = -1;

	buf_init(&out, WORDS_MAX);
	if (order_parse(&read, bytes_text(order->text), pool, err) == 0 && order_words(&read, language, &out, err) == 0) {
		*words = pool_text(pool, buf_get(&out));
		rc = *words != NULL ? 0 : err_set(err, HF_MEMORY, "assistant");
	}
	buf_free(&out);
	return rc;
}

static int fill_orders(struct web_request *r, struct assistant_view *view, struct err *err)
{
	struct shown_order *list = pool_alloc(request_pool(r), SHOWN_ORDERS_MAX * sizeof(*list));
	struct assistant_orders *orders = pool_alloc(request_pool(r), SHOWN_ORDERS_MAX * sizeof(*orders));

	if (list == NULL || orders == NULL)
		return err_set(err, HF_MEMORY, "assistant");
	if (shown_orders_list(agent_of(r)->shown, request_pool(r), list, &view->orders_count, err) != 0)
		return -1;
	for (size_t i = 0; i < view->orders_count; i++) {
		orders[i] = (struct assistant_orders){
		    .time = list[i].time,
		    .origin = list[i].origin,
		    .fingerprint = list[i].fingerprint,
		    .text = list[i].text,
		    .state = state_words(list[i].state),
		};
		if (describe(&list[i], request_language(r), request_pool(r), &orders[i].words, err) != 0)
			return -1;
	}
	view->orders = orders;
	return 0;
}

int assistant_get(struct web_request *r, struct reply *reply, struct err *err)
{
	struct assistant_view view = {.version = HUFU_VERSION};
	char next[TICKET_SIZE + 1];

	if (ticket_use(&agent_of(r)->ticket, request_query(r, "token"), next, err) != 0)
		return -1;
	view.again = pool_format(request_pool(r), "/assistant?token=%s", next);
	if (view.again == NULL)
		return err_set(err, HF_MEMORY, "assistant");
	if (fill_orders(r, &view, err) != 0)
		return -1;
	reply_set_kind(reply, REPLY_PAGE, NULL);
	return assistant_render(reply_body(reply), request_language(r), &view, err);
}
