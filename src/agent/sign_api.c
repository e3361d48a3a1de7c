/* Signing a login and an order, and checking the receipt for it. */
#include "agent_routes.h"
#include "ask.h"
#include "digest.h"
#include "json_write.h"
#include "order_check.h"
#include "receipt.h"
#include "text_code.h"

#include <string.h>

/* ---- login ---- */

int sign_login_post(struct web_request *r, struct reply *reply, struct err *err)
{
	struct agent_login_request asked;
	struct keydoor_login_request request;
	struct keydoor_outcome_reply outcome;
	struct json_writer w;

	if (agent_request_read(&agent_login_table, request_body(r), request_pool(r), &asked, err) != 0)
		return -1;
	request = (struct keydoor_login_request){ask_as(r, asked.key), asked.container, BYTES_ARRAY(asked.challenge)};
	if (ask_window(r, KEYDOOR_SIGN_LOGIN, &keydoor_login_request_body, &request, &outcome, err) != 0)
		return -1;
	reply_set_kind(reply, REPLY_JSON, "application/json");
	json_begin(&w, reply_body(reply));
	json_open_object(&w, NULL);
	json_put_hex(&w, "serial", outcome.serial);
	json_put_base64(&w, "certificate", outcome.certificate);
	json_put_base64(&w, "signature", outcome.signature);
	json_close(&w);
	return json_end(&w, err);
}

/* ---- orders ---- */

static int complete(struct web_request *r, const struct agent_order_request *asked, struct bytes *text, struct err *err)
{
	const struct keydoor_complete_request request = {asked->key, asked->container, asked->draft};
	struct keydoor_complete_reply reply;

	if (ask_keydoor(r, KEYDOOR_COMPLETE_ORDER, &keydoor_complete_request_body, &request, &keydoor_complete_reply_body, &reply, err) !=
	    0)
		return -1;
	*text = reply.text;
	return 0;
}

/* The whole text stands on the agent's own page while the window asks. */
static int sign_shown(struct web_request *r, const struct agent_order_request *asked, struct bytes text, const uint8_t hash[SM3_SIZE],
                      struct keydoor_outcome_reply *outcome, struct err *err)
{
	const struct keydoor_order_request request = {ask_as(r, asked->key), asked->container, {hash, SM3_SIZE}};
	struct shown_orders *shown = agent_of(r)->shown;
	uint64_t number;
	int rc;

	if (shown_orders_add(shown, asked_of(r)->origin, text, &number, err) != 0)
		return -1;
	rc = ask_window(r, KEYDOOR_SIGN_ORDER, &keydoor_order_request_body, &request, outcome, err);
	if (rc == 0 && !bytes_equal(outcome->text, text))
		rc = err_set(err, HF_KEY_ANSWER, "keydoor signed another text");
	shown_orders_tell(shown, number, rc == 0 ? SHOWN_SIGNED : SHOWN_REFUSED);
	return rc;
}

int sign_order_post(struct web_request *r, struct reply *reply, struct err *err)
{
	struct agent_order_request asked;
	struct bytes text;
	struct keydoor_outcome_reply outcome;
	struct json_writer w;
	uint8_t hash[SM3_SIZE];

	if (agent_order_request_read(&asked, request_body(r), request_pool(r), err) != 0 || complete(r, &asked, &text, err) != 0)
		return -1;
	sm3(text, hash);
	if (sign_shown(r, &asked, text, hash, &outcome, err) != 0)
		return -1;
	reply_set_kind(reply, REPLY_JSON, "application/json");
	json_begin(&w, reply_body(reply));
	json_open_object(&w, NULL);
	json_put_text(&w, "order", text);
	json_put_base64(&w, "signature", outcome.signature);
	json_put_hex(&w, "fingerprint", (struct bytes){hash, 4});
	json_close(&w);
	return json_end(&w, err);
}

/* ---- receipts ---- */

int receipt_post(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct trust *trust = &agent_of(r)->trust;
	struct agent_receipt_request asked;
	struct receipt receipt;
	struct order order;
	struct json_writer w;

	if (agent_request_read(&agent_receipt_table, request_body(r), request_pool(r), &asked, err) != 0 ||
	    order_parse(&order, asked.order, request_pool(r), err) != 0 || order_check_ca(&order, trust->ca, err) != 0 ||
	    receipt_check(&receipt, asked.receipt, asked.signature, trust->journal->key, &order, request_pool(r), err) != 0)
		return -1;
	reply_set_kind(reply, REPLY_JSON, "application/json");
	json_begin(&w, reply_body(reply));
	json_open_object(&w, NULL);
	json_put_integer(&w, "number", receipt.number);
	json_close(&w);
	return json_end(&w, err);
}
