/* A new key with its CSR, and the installation of the certificates made for it. */
#include "agent_routes.h"
#include "ask.h"
#include "json_write.h"

int enroll_key_post(struct web_request *r, struct reply *reply, struct err *err)
{
	struct agent_key_request asked;
	struct keydoor_make_key_request request;
	struct keydoor_outcome_reply outcome;
	struct json_writer w;

	if (agent_request_read(&agent_key_table, request_body(r), request_pool(r), &asked, err) != 0)
		return -1;
	request.asker = ask_as(r, asked.key);
	if (ask_window(r, KEYDOOR_MAKE_KEY, &keydoor_make_key_request_body, &request, &outcome, err) != 0)
		return -1;
	reply_set_kind(reply, REPLY_JSON, "application/json");
	json_begin(&w, reply_body(reply));
	json_open_object(&w, NULL);
	json_put_text(&w, "key", asked.key);
	json_put_text(&w, "container", outcome.container);
	json_put_base64(&w, "csr", outcome.csr);
	json_put_hex(&w, "key_hash", outcome.key_hash);
	json_close(&w);
	return json_end(&w, err);
}

int enroll_install_post(struct web_request *r, struct reply *reply, struct err *err)
{
	struct agent_install_request asked;
	struct keydoor_install_request request;
	struct keydoor_outcome_reply outcome;
	struct json_writer w;

	if (agent_request_read(&agent_install_table, request_body(r), request_pool(r), &asked, err) != 0)
		return -1;
	request = (struct keydoor_install_request){
	    .asker = ask_as(r, asked.key),
	    .container = asked.container,
	    .application = BYTES_ARRAY(asked.application),
	    .sign = asked.sign,
	    .encryption = asked.encryption,
	    .envelope = asked.envelope,
	};
	if (ask_window(r, KEYDOOR_INSTALL, &keydoor_install_request_body, &request, &outcome, err) != 0)
		return -1;
	reply_set_kind(reply, REPLY_JSON, "application/json");
	json_begin(&w, reply_body(reply));
	json_open_object(&w, NULL);
	json_put_text(&w, "order", outcome.text);
	json_put_base64(&w, "signature", outcome.signature);
	json_close(&w);
	return json_end(&w, err);
}
