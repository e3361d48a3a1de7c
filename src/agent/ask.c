/* What every handler does: ask keydoor, and take what came of it. */
#include "ask.h"

#include "leaving.h"

#define LOOK_MS 30000
#define WINDOWS_MS 1200000 /* keydoor has deadlines of its own: windows of 120 s, a key that hangs */

static uint32_t number_of(const struct web_request *r)
{
	return (uint32_t)request_id(r);
}

struct keydoor_asker ask_as(const struct web_request *r, struct bytes key)
{
	const struct asked *asked = asked_of(r);

	return (struct keydoor_asker){bytes_text(asked->origin), bytes_text(language_name(asked->language)), key, number_of(r)};
}

static int ask(struct web_request *r, uint16_t type, const struct body *request_body, const void *request, const struct body *reply_body,
               void *reply, int wait_ms, struct err *err)
{
	struct bytes kept;
	struct buf out, in;
	int rc = -1;

	buf_init(&out, FRAME_BODY_MAX);
	buf_init(&in, FRAME_BODY_MAX);
	if (request_body != NULL && body_encode(request_body, request, &out, err) != 0)
		goto out;
	if (call_ask(agent_of(r)->keydoor, type, buf_get(&out), &in, wait_ms, err) != 0) {
		if (err->code == HF_PEER_GONE)
			(void)err_set(err, HF_KEY_TIME_OUT, "keydoor ended over the request, or does not answer");
		goto out;
	}
	if (pool_bytes(request_pool(r), buf_get(&in), &kept, err) == 0)
		rc = body_decode(reply_body, kept, request_pool(r), reply, err);
out:
	buf_free(&in);
	buf_free(&out);
	return rc;
}

int ask_keydoor(struct web_request *r, uint16_t type, const struct body *request_body, const void *request, const struct body *reply_body,
                void *reply, struct err *err)
{
	return ask(r, type, request_body, request, reply_body, reply, LOOK_MS, err);
}

int ask_window(struct web_request *r, uint16_t type, const struct body *request_body, const void *request,
               struct keydoor_outcome_reply *outcome, struct err *err)
{
	struct asked *asked = asked_of(r);
	struct leaving leaving;
	int rc;

	/* Again: the person may have refused since the gate, while this request waited or asked for something else. */
	if (silence_check(&agent_of(r)->silence, asked->origin_row, err) != 0)
		return -1;
	if (leaving_watch(&leaving, agent_of(r)->keydoor, request_socket(r), number_of(r), err) != 0)
		return -1;
	rc = ask(r, type, request_body, request, &keydoor_outcome_reply_body, outcome, WINDOWS_MS, err);
	leaving_end(&leaving);
	if (rc != 0)
		return -1;
	asked->tries = outcome->tries;
	if (outcome->fault == HF_NONE) {
		silence_agreed(&agent_of(r)->silence, asked->origin_row);
		return 0;
	}
	if (outcome->fault == HF_WINDOW_REFUSED || outcome->fault == HF_WINDOW_TIME_OUT)
		silence_refused(&agent_of(r)->silence, asked->origin_row);
	return err_set(err, (enum err_code)outcome->fault, "keydoor refused, or was refused");
}
