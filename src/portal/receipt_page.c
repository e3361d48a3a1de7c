/* Takes signed orders from forms and shows their receipts. */
#include "receipt_page.h"

int receipt_order(struct web_request *r, const struct order_input *input, struct signed_order *order, struct err *err)
{
	order->text = input->order;
	return page_field_bytes(r, input->signature, &order->signature, err);
}

int receipt_draw(struct web_request *r, struct reply *reply, const struct signed_order *order, const struct deed *deed,
                 const struct receipt_words *words, struct err *err)
{
	struct receipt_view v = {
	    .done = words->done,
	    .what = words->what,
	    .receipt = pool_text(request_pool(r), deed->receipt),
	    .signature = page_base64(r, deed->signature),
	    .order = pool_text(request_pool(r), order->text),
	    .journal_number = deed->number,
	    .next = words->next,
	    .next_words = words->next_words,
	};

	if (v.receipt == NULL || v.signature == NULL || v.order == NULL)
		return err_set(err, HF_MEMORY, "receipt");
	return PAGE_DRAW(receipt, r, reply, &v, err);
}
