/* What keys are there, and changing a PIN. */
#include "agent_routes.h"
#include "ask.h"
#include "json_write.h"
#include "log.h"
#include "text_code.h"

int status_get(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct agent *agent = agent_of(r);
	struct json_writer w;

	reply_set_kind(reply, REPLY_JSON, "application/json");
	json_begin(&w, reply_body(reply));
	json_open_object(&w, NULL);
	json_put_string(&w, "agent", HUFU_VERSION);
	json_put_hex(&w, "ca", BYTES_ARRAY(agent->trust.ca));
	json_put_integer(&w, "evaluation", agent->trust.issuing->test_policy);
	json_close(&w);
	return json_end(&w, err);
}

/* A certificate that is none of ours to read (another maker's, another algorithm) is null: it stands for nothing here. */
static void put_certificate(struct json_writer *w, const char *name, struct bytes der)
{
	struct cert *cert = NULL;
	struct serial serial;
	char text[SERIAL_TEXT_SIZE];

	if (der.size == 0 || cert_parse(&cert, der, NULL) != 0 || cert_serial(cert, &serial, NULL) != 0 ||
	    text_check(cert->subject_name.common_name) != TEXT_FINE) {
		json_put_null(w, name);
		cert_free(&cert);
		return;
	}
	serial_text(&serial, text);
	json_open_object(w, name);
	json_put_base64(w, "certificate", der);
	json_put_string(w, "serial", text);
	json_put_text(w, "name", cert->subject_name.common_name);
	json_put_integer(w, "notafter", cert->not_after);
	json_close(w);
	cert_free(&cert);
}

static int put_container(struct json_writer *w, struct bytes body, struct err *err)
{
	struct keydoor_container c;

	if (body_decode(&keydoor_container_body, body, NULL, &c, err) != 0)
		return -1;
	json_open_object(w, NULL);
	json_put_text(w, "container", c.name);
	json_put_hex(w, "key_hash", c.key_hash);
	put_certificate(w, "sign", c.sign);
	put_certificate(w, "encryption", c.encryption);
	json_close(w);
	return 0;
}

static void put_pin(struct json_writer *w, const struct keydoor_key *key)
{
	static const char *const states[] = {
	    [KEYDOOR_PIN_SET] = "set", [KEYDOOR_PIN_INITIAL] = "initial", [KEYDOOR_PIN_BLOCKED] = "blocked", [KEYDOOR_PIN_BUSY] = "busy"};

	json_open_object(w, "pin");
	json_put_string(w, "state", states[key->pin <= KEYDOOR_PIN_BUSY ? key->pin : KEYDOOR_PIN_BUSY]);
	json_put_integer(w, "tries", key->tries);
	json_put_integer(w, "max", key->tries_max);
	json_close(w);
}

static int put_key(struct json_writer *w, struct bytes body, struct pool *pool, struct err *err)
{
	struct keydoor_key key;

	if (body_decode(&keydoor_key_body, body, pool, &key, err) != 0)
		return -1;
	json_open_object(w, NULL);
	json_put_text(w, "key", key.serial);
	json_put_text(w, "label", key.label);
	json_put_text(w, "maker", key.maker);
	put_pin(w, &key);
	json_open_array(w, "containers");
	for (size_t i = 0; i < key.containers.count; i++)
		if (put_container(w, key.containers.items[i], err) != 0)
			return -1;
	json_close(w);
	json_close(w);
	return 0;
}

int keys_post(struct web_request *r, struct reply *reply, struct err *err)
{
	char nothing;
	struct keydoor_list_reply list;
	struct json_writer w;

	if (agent_request_read(&agent_nothing_table, request_body(r), request_pool(r), &nothing, err) != 0 ||
	    ask_keydoor(r, KEYDOOR_LIST, NULL, NULL, &keydoor_list_reply_body, &list, err) != 0)
		return -1;
	reply_set_kind(reply, REPLY_JSON, "application/json");
	json_begin(&w, reply_body(reply));
	json_open_object(&w, NULL);
	json_open_array(&w, "keys");
	for (size_t i = 0; i < list.keys.count; i++)
		if (put_key(&w, list.keys.items[i], request_pool(r), err) != 0)
			return -1;
	json_close(&w);
	json_close(&w);
	return json_end(&w, err);
}

int pin_change_post(struct web_request *r, struct reply *reply, struct err *err)
{
	struct agent_key_request asked;
	struct keydoor_pin_request request;
	struct keydoor_outcome_reply outcome;
	struct json_writer w;

	if (agent_request_read(&agent_key_table, request_body(r), request_pool(r), &asked, err) != 0)
		return -1;
	request.asker = ask_as(r, asked.key);
	if (ask_window(r, KEYDOOR_CHANGE_PIN, &keydoor_pin_request_body, &request, &outcome, err) != 0)
		return -1;
	reply_set_kind(reply, REPLY_JSON, "application/json");
	json_begin(&w, reply_body(reply));
	json_open_object(&w, NULL);
	json_put_integer(&w, "tries", outcome.tries);
	json_close(&w);
	return json_end(&w, err);
}
