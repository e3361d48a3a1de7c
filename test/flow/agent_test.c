/* A page, the real agent, keydoor, key library and virtual key; windows are answered from a plan. */
#include "client_machine.h"
#include "clock.h"
#include "csr.h"
#include "digest.h"
#include "envelope.h"
#include "json_write.h"
#include "receipt.h"
#include "signed_text.h"
#include "text_code.h"
#include "web_client.h"
#include "window_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIN "cheval-7"
#define APPLICATION "000102030405060708090a0b0c0d0e0f"
#define CANCEL "{\"application\":\"" APPLICATION "\",\"order\":\"cancel\"}"

struct world {
	struct client_machine machine;
	struct virtual_key key;
	struct pool *pool;
	struct json *reply; /* of the last request */
	/* of the enrolled container */
	char container[65];
	struct cert *sign, *encryption;
	struct buf envelope;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	machine_begin(&w->machine);
	virtual_key_make(&w->key, w->machine.slots, "one");
	virtual_key_plug(&w->key);
	w->pool = pool_new(16 << 20);
	buf_init(&w->envelope, 1024);
	machine_start(&w->machine);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	machine_stop(&w->machine);
	if (w->key.process != 0)
		virtual_key_pull(&w->key);
	json_free(&w->reply);
	cert_free(&w->sign);
	cert_free(&w->encryption);
	buf_free(&w->envelope);
	pool_free(&w->pool);
	machine_end(&w->machine);
	free(w);
	return 0;
}

/* ---- asking ---- */

static int ask_as(struct world *w, const char *origin, const char *path, const char *body)
{
	json_free(&w->reply);
	return machine_ask(&w->machine, origin, path, body, &w->reply);
}

static int ask(struct world *w, const char *path, const char *body)
{
	return ask_as(w, MACHINE_ORIGIN, path, body);
}

static const char *text_of(const struct world *w, const struct json *object, const char *name)
{
	struct bytes text = BYTES_NONE;
	struct err err;

	if (object == NULL || json_get_text(object, name, &text, &err) != 0)
		fail_msg("no text %s in the reply", name);
	return pool_text(w->pool, text);
}

static struct bytes data_of(const struct world *w, const char *name)
{
	struct bytes kept = BYTES_NONE;
	struct buf data;
	struct err err;

	buf_init(&data, 65536);
	if (w->reply == NULL || json_get_base64(w->reply, name, &data, &err) != 0 || pool_bytes(w->pool, buf_get(&data), &kept, &err) != 0)
		fail_msg("no data %s in the reply", name);
	buf_free(&data);
	return kept;
}

static void expect_fault(struct world *w, int status, int wanted_status, const char *code)
{
	const char *told = text_of(w, w->reply, "code");

	if (status != wanted_status || strcmp(told, code) != 0)
		fail_msg("%d %s instead of %d %s", status, told, wanted_status, code);
	assert_true(strlen(text_of(w, w->reply, "text")) > 0);
}

static void expect_done(struct world *w, int status)
{
	if (status != 200)
		fail_msg("%d %s", status, text_of(w, w->reply, "code"));
}

static const char *body(struct world *w, const char *more)
{
	return pool_format(w->pool, "{\"key\":\"%s\"%s%s}", w->key.serial, *more ? "," : "", more);
}

static const char *in_container(struct world *w, const char *more)
{
	return body(w, pool_format(w->pool, "\"container\":\"%s\",%s", w->container, more));
}

static void plan_pin(struct world *w, const char *more)
{
	window_plan_set(w->machine.windows, "pin %s %s\n%s", w->key.serial, PIN, more);
}

static size_t windows(struct world *w)
{
	return window_plan_count(w->machine.windows, " answered\n") + window_plan_count(w->machine.windows, " refused\n");
}

/* ---- steps of a key's life ---- */

static struct cert *certify(struct world *w, enum profile profile, const struct sm2_public *key)
{
	struct cert_plan plan = authority_plan(&w->machine.authority, profile, w->machine.release_key);

	plan.key = key;
	plan.not_before = clock_now() - 60;
	plan.not_after = profile_end(profile, plan.not_before, w->machine.authority.issuing->not_after);
	return authority_issue(&w->machine.authority, &plan);
}

/* A further container, and certificates and envelope for it; the world goes on with them. */
static void make_pair(struct world *w)
{
	struct sm2_private *pair = NULL;
	struct csr csr;
	struct err err;

	expect_done(w, ask(w, "/v1/enroll/key", body(w, "")));
	(void)snprintf(w->container, sizeof(w->container), "%s", text_of(w, w->reply, "container"));
	assert_int_equal(csr_read(&csr, data_of(w, "csr"), &err), 0);
	w->sign = certify(w, PROFILE_EVALUATION_SIGN, csr.key);
	assert_int_equal(sm2_private_generate(&pair, &err), 0);
	w->encryption = certify(w, PROFILE_EVALUATION_ENCRYPTION, sm2_private_public(pair));
	buf_clear(&w->envelope);
	assert_int_equal(envelope_seal(csr.key, pair, &w->envelope, &err), 0);
	sm2_private_free(&pair);
	csr_free(&csr);
}

static void enrol(struct world *w)
{
	window_plan_set(w->machine.windows, "pin %s %s\nnew %s %s\n", w->key.serial, w->key.pin, w->key.serial, PIN);
	make_pair(w);
}

static const char *base64(struct world *w, struct bytes data)
{
	const char *text;
	struct buf out;

	buf_init(&out, 65536);
	assert_int_equal(base64_write(&out, data, NULL), 0);
	text = pool_text(w->pool, buf_get(&out));
	buf_free(&out);
	return text;
}

static void install(struct world *w)
{
	plan_pin(w, "");
	expect_done(
	    w,
	    ask(w, "/v1/enroll/install",
	        in_container(w, pool_format(w->pool,
	                                    "\"application\":\"" APPLICATION "\",\"sign\":\"%s\",\"encryption\":\"%s\",\"envelope\":\"%s\"",
	                                    base64(w, w->sign->der), base64(w, w->encryption->der), base64(w, buf_get(&w->envelope))))));
}

static const char *login_body(struct world *w)
{
	return in_container(w, pool_format(w->pool, "\"challenge\":\"%064d\"", 7));
}

/* ---- tests ---- */

static void a_page_asks_who_is_there(void **state)
{
	struct world *w = *state;
	char reply[4096], hex[41];
	uint8_t id[20];
	const char *text;

	expect_done(w, ask(w, "/v1/status", NULL));
	sm2_public_id(w->machine.authority.issuing->key, id);
	hex_write(hex, id, sizeof(id));
	assert_string_equal(text_of(w, w->reply, "ca"), hex);

	text = pool_format(w->pool,
	                   "OPTIONS /v1/keys HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: " MACHINE_ORIGIN
	                   "\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Private-Network: true\r\n\r\n",
	                   w->machine.port);
	assert_int_equal(web_ask(w->machine.port, text, reply, sizeof(reply)), 204);
	assert_non_null(strstr(reply, "Access-Control-Allow-Origin: " MACHINE_ORIGIN "\r\n"));
	assert_non_null(strstr(reply, "Access-Control-Allow-Headers: content-type, x-hufu-agent\r\n"));
	assert_non_null(strstr(reply, "Access-Control-Allow-Private-Network: true\r\n"));
}

static void a_key_lives_through_enrolment_login_and_order(void **state)
{
	struct world *w = *state;
	const struct json *keys, *key, *pin;
	struct bytes text;
	struct buf login;
	struct order order;
	struct err err;
	int64_t tries;
	char hash[65], serial[33];

	expect_done(w, ask(w, "/v1/keys", "{}"));
	assert_int_equal(json_get_array(w->reply, "keys", &keys, &err), 0);
	key = json_item(keys, 0);
	assert_string_equal(text_of(w, key, "key"), w->key.serial);
	assert_int_equal(json_get_object(key, "pin", &pin, &err), 0);
	assert_string_equal(text_of(w, pin, "state"), "initial");

	enrol(w);
	assert_int_equal(windows(w), 3);
	install(w);
	text = bytes_text(text_of(w, w->reply, "order"));
	assert_int_equal(signed_text_verify(SIGNED_ORDER, w->sign->key, text, data_of(w, "signature"), &err), 0);
	assert_int_equal(order_parse(&order, text, w->pool, &err), 0);
	assert_int_equal(order.deed, ORDER_INSTALLED);

	plan_pin(w, "");
	expect_done(w, ask(w, "/v1/sign/login", login_body(w)));
	hex_write(serial, w->sign->serial.data, 16);
	assert_string_equal(text_of(w, w->reply, "serial"), serial);
	assert_true(bytes_equal(data_of(w, "certificate"), w->sign->der));
	buf_init(&login, 1024);
	assert_int_equal(buf_append_format(&login, &err, "hufu-login-v1\n" MACHINE_ORIGIN "\n%064d\n%s", 7, serial), 0);
	assert_int_equal(sm2_verify(w->sign->key, buf_get(&login), data_of(w, "signature"), &err), 0);
	buf_free(&login);

	expect_done(w, ask(w, "/v1/sign/order", in_container(w, "\"draft\":" CANCEL)));
	text = bytes_text(text_of(w, w->reply, "order"));
	assert_int_equal(signed_text_verify(SIGNED_ORDER, w->sign->key, text, data_of(w, "signature"), &err), 0);
	assert_int_equal(order_parse(&order, text, w->pool, &err), 0);
	hex_write(hash, order.hash, 4);
	assert_string_equal(text_of(w, w->reply, "fingerprint"), hash);

	window_plan_set(w->machine.windows, "pin %s %s\nnew %s other-pin-1\n", w->key.serial, PIN, w->key.serial);
	expect_done(w, ask(w, "/v1/pin/change", body(w, "")));
	assert_int_equal(json_get_integer(w->reply, "tries", &tries, &err), 0);
	assert_int_equal(tries, 10);
}

static void a_receipt_is_believed_only_from_the_journal_key(void **state)
{
	struct world *w = *state;
	struct receipt receipt = {.deed = ORDER_CANCEL, .made = 1, .number = 42, .v = 1};
	struct order order;
	struct buf text, signature;
	const char *order_text, *ask_body;
	struct json_writer out;
	struct buf json;
	struct err err;
	int64_t number;

	enrol(w);
	install(w);
	plan_pin(w, "");
	expect_done(w, ask(w, "/v1/sign/order", in_container(w, "\"draft\":" CANCEL)));
	order_text = text_of(w, w->reply, "order");
	assert_int_equal(order_parse(&order, bytes_text(order_text), w->pool, &err), 0);
	memcpy(receipt.application, order.application, 16);
	memcpy(receipt.ca, order.ca, 20);
	memcpy(receipt.order, order.hash, 32);
	for (int i = 0; i < 2; i++) {
		buf_init(&text, ORDER_TEXT_MAX);
		buf_init(&signature, SM2_SIGNATURE_MAX);
		buf_init(&json, 65536);
		assert_int_equal(receipt_write(&receipt, &text, &err), 0);
		assert_int_equal(signed_text_sign(SIGNED_RECEIPT, i == 0 ? w->machine.journal_key : w->machine.release_key, buf_get(&text),
		                                  &signature, &err),
		                 0);
		json_begin(&out, &json);
		json_open_object(&out, NULL);
		json_put_text(&out, "receipt", buf_get(&text));
		json_put_base64(&out, "signature", buf_get(&signature));
		json_put_string(&out, "order", order_text);
		json_close(&out);
		assert_int_equal(json_end(&out, &err), 0);
		ask_body = pool_text(w->pool, buf_get(&json));
		if (i == 0) {
			expect_done(w, ask(w, "/v1/receipt", ask_body));
			assert_int_equal(json_get_integer(w->reply, "number", &number, &err), 0);
			assert_int_equal(number, 42);
		} else {
			expect_fault(w, ask(w, "/v1/receipt", ask_body), 422, "HF-2004");
		}
		buf_free(&json);
		buf_free(&signature);
		buf_free(&text);
	}
}

static void a_foreign_page_reaches_no_key(void **state)
{
	static const char *const origins[] = {"http://evil.example",
	                                      "null",
	                                      "http://127.0.0.1:8081",
	                                      "https://127.0.0.1:8080",
	                                      "http://127.0.0.1:8080.evil.example",
	                                      "HTTP://127.0.0.1:8080",
	                                      "http://localhost:8080"};
	struct world *w = *state;

	window_plan_set(w->machine.windows, "pin %s %s\nnew %s %s\n", w->key.serial, w->key.pin, w->key.serial, PIN);
	for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++)
		expect_fault(w, ask_as(w, origins[i], "/v1/enroll/key", body(w, "")), 403, "HF-4020");
	expect_fault(w, ask_as(w, MACHINE_LOGIN_ONLY, "/v1/enroll/key", body(w, "")), 403, "HF-4020");
	assert_int_equal(windows(w), 0);
	expect_done(w, ask_as(w, MACHINE_LOGIN_ONLY, "/v1/keys", "{}"));
	window_plan_set(w->machine.windows, "refuse 1\n"); /* where there is a login, the first PIN can be changed */
	expect_fault(w, ask_as(w, MACHINE_LOGIN_ONLY, "/v1/pin/change", body(w, "")), 422, "HF-4010");
}

static void wrong_pins_count_down_and_two_refusals_silence(void **state)
{
	struct world *w = *state;
	struct err err;
	int64_t tries;

	enrol(w);
	install(w);
	window_plan_set(w->machine.windows, "wrong %s 1\n", w->key.serial);
	expect_fault(w, ask(w, "/v1/sign/login", login_body(w)), 422, "HF-4010"); /* a wrong PIN, then refused */
	assert_int_equal(json_get_integer(w->reply, "tries", &tries, &err), 0);
	assert_int_equal(tries, 9);
	assert_int_equal(windows(w), 2);

	plan_pin(w, "refuse 1\n");
	expect_fault(w, ask(w, "/v1/sign/login", login_body(w)), 422, "HF-4010");
	assert_int_equal(windows(w), 1);
	expect_fault(w, ask(w, "/v1/sign/login", login_body(w)), 429, "HF-4021");
	expect_fault(w, ask(w, "/v1/keys", "{}"), 429, "HF-4021");
	assert_int_equal(windows(w), 1);
	expect_done(w, ask_as(w, MACHINE_LOGIN_ONLY, "/v1/keys", "{}")); /* another origin is heard */
}

static void windows_that_nobody_answers_count_as_refused(void **state)
{
	struct world *w = *state;

	enrol(w);
	install(w);
	plan_pin(w, "late 2\n");
	expect_fault(w, ask(w, "/v1/sign/login", login_body(w)), 422, "HF-4013");
	expect_fault(w, ask(w, "/v1/sign/login", login_body(w)), 422, "HF-4013");
	expect_fault(w, ask(w, "/v1/sign/login", login_body(w)), 429, "HF-4021");
	assert_int_equal(windows(w), 2);
}

#define DRAFT(members) "{" members "}"
#define OF_CANCEL(more) DRAFT("\"application\":\"" APPLICATION "\",\"order\":\"cancel\"" more)
#define OF_REVOKE(name) \
	DRAFT("\"application\":\"" APPLICATION "\",\"holder\":{\"code\":\"91110108MA01C8JQ0K\",\"name\":\"" name \
	      "\"},\"order\":\"revoke\",\"reason\":\"unspecified\",\"serials\":[\"" APPLICATION "\"]")

static void a_draft_that_says_too_much_opens_no_window(void **state)
{
	static const struct {
		const char *draft;
		int status;
		const char *code;
	} bad[] = {
	    {OF_CANCEL(",\"by\":\"" APPLICATION "\""), 400, "HF-2002"},
	    {OF_CANCEL(",\"ca\":\"000102030405060708090a0b0c0d0e0f10111213\""), 400, "HF-2002"},
	    {OF_CANCEL(",\"made\":1"), 400, "HF-2002"},
	    {OF_CANCEL(",\"nonce\":\"" APPLICATION "\""), 400, "HF-2002"},
	    {OF_CANCEL(",\"v\":1"), 400, "HF-2002"},
	    {OF_CANCEL(",\"more\":1"), 400, "HF-2002"},
	    {DRAFT("\"order\":\"cancel\""), 400, "HF-2002"},
	    {DRAFT("\"application\":\"" APPLICATION "\",\"order\":\"nothing\""), 400, "HF-2015"},
	    {OF_REVOKE("\u202e"), 400, "HF-2003"},
	    {OF_REVOKE("a\\u202eb"), 400, "HF-2003"},
	    {OF_REVOKE("a\\u0007b"), 400, "HF-2003"},
	    {DRAFT("\"application\":\"" APPLICATION "\",\"order\":\"installed\",\"proof\":\"opened\",\"serials\":[\"" APPLICATION
	           "\",\"ff0102030405060708090a0b0c0d0e0f\"]"),
	     422, "HF-4040"},
	    {"[]", 400, "HF-9011"},
	    {"\"" APPLICATION "\"", 400, "HF-9011"},
	};
	struct world *w = *state;

	enrol(w);
	install(w);
	plan_pin(w, "");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_fault(w, ask(w, "/v1/sign/order", in_container(w, pool_format(w->pool, "\"draft\":%s", bad[i].draft))),
		             bad[i].status, bad[i].code);
	assert_int_equal(windows(w), 0);
	expect_done(w, ask(w, "/v1/sign/order", in_container(w, "\"draft\":" OF_REVOKE("北京"))));
	assert_true(windows(w) > 0);
}

static void a_key_pulled_out_while_the_window_is_open_is_told(void **state)
{
	struct world *w = *state;
	int fd;

	enrol(w);
	install(w);
	plan_pin(w, "wait 700\n");
	fd = machine_send(&w->machine, MACHINE_ORIGIN, "/v1/sign/login", login_body(w));
	for (int i = 0; i < 200 && windows(w) == 0; i++)
		(void)poll(NULL, 0, 10);
	virtual_key_pull(&w->key);
	json_free(&w->reply);
	expect_fault(w, machine_receive(fd, &w->reply), 404, "HF-4001");

	virtual_key_plug(&w->key);
	plan_pin(w, "");
	expect_done(w, ask(w, "/v1/sign/login", login_body(w)));
}

static void only_one_window_is_open(void **state)
{
	struct world *w = *state;
	int fd;

	enrol(w);
	install(w);
	plan_pin(w, "wait 700\n");
	fd = machine_send(&w->machine, MACHINE_ORIGIN, "/v1/sign/login", login_body(w));
	for (int i = 0; i < 200 && windows(w) == 0; i++)
		(void)poll(NULL, 0, 10);
	expect_fault(w, ask(w, "/v1/sign/login", login_body(w)), 503, "HF-4012");
	expect_done(w, ask(w, "/v1/keys", "{}")); /* looking goes on meanwhile */
	json_free(&w->reply);
	expect_done(w, machine_receive(fd, &w->reply));
}

static void a_key_that_another_program_holds_is_told_as_busy(void **state)
{
	struct world *w = *state;
	const struct json *keys, *pin;
	struct virtual_key second;
	struct err err;
	int held;

	virtual_key_make(&second, w->machine.slots, "two");
	virtual_key_plug(&second);
	held = virtual_key_hold(&w->key);
	expect_done(w, ask(w, "/v1/keys", "{}"));
	assert_int_equal(json_get_array(w->reply, "keys", &keys, &err), 0);
	assert_int_equal(json_get_object(json_item(keys, 0), "pin", &pin, &err), 0);
	assert_string_equal(text_of(w, pin, "state"), "busy");
	assert_string_equal(text_of(w, json_item(keys, 0), "label"), "one");
	assert_string_equal(text_of(w, json_item(keys, 1), "key"), second.serial);
	(void)close(held);
	virtual_key_pull(&second);
}

static void a_page_that_leaves_takes_its_window_along(void **state)
{
	struct world *w = *state;
	int fd, status = 503;

	enrol(w);
	install(w);
	plan_pin(w, "wait 600000\n");
	fd = machine_send(&w->machine, MACHINE_ORIGIN, "/v1/sign/login", login_body(w));
	for (int i = 0; i < 200 && windows(w) == 0; i++)
		(void)poll(NULL, 0, 10);
	close(fd);
	plan_pin(w, "");
	for (int i = 0; i < 300 && status == 503; i++) {
		(void)poll(NULL, 0, 50);
		status = ask(w, "/v1/sign/login", login_body(w));
	}
	expect_done(w, status);
	assert_int_equal(windows(w), 1);
}

/* ---- renewal ---- */

/* A container with its pair; the certificates are its own. */
struct pair {
	char container[65];
	struct cert *sign, *encryption;
};

static struct pair take_pair(struct world *w)
{
	struct pair p = {.sign = w->sign, .encryption = w->encryption};

	memcpy(p.container, w->container, sizeof(p.container));
	w->sign = w->encryption = NULL;
	return p;
}

static void pair_free(struct pair *p)
{
	cert_free(&p->sign);
	cert_free(&p->encryption);
}

/* What a page asks for: signed with the old pair's container, for the key with this hash. */
static const char *renewal(struct world *w, const struct pair *old, const char *key, const uint8_t hash[32])
{
	char hex[65], a[33], b[33];
	bool sorted;

	hex_write(hex, hash, 32);
	hex_write(a, old->sign->serial.data, 16);
	hex_write(b, old->encryption->serial.data, 16);
	sorted = strcmp(a, b) < 0;
	return body(
	    w, pool_format(w->pool,
	                   "\"container\":\"%s\",\"draft\":{\"application\":\"" APPLICATION
	                   "\",\"holder\":{\"code\":\"91110108MA01C8JQ0K\",\"name\":\"北京\"},\"key\":{\"hash\":\"%s\",\"serial\":\"%s\"},"
	                   "\"notafter\":1900000000,\"order\":\"renew\",\"profile\":\"enterprise\",\"serials\":[\"%s\",\"%s\"],"
	                   "\"subject\":{\"cn\":\"北京\",\"o\":\"北京\"}}",
	                   old->container, hex, key, sorted ? a : b, sorted ? b : a));
}

static void expect_login(struct world *w, const struct pair *p)
{
	plan_pin(w, "");
	expect_done(
	    w, ask(w, "/v1/sign/login", body(w, pool_format(w->pool, "\"container\":\"%s\",\"challenge\":\"%064d\"", p->container, 7))));
	assert_true(bytes_equal(data_of(w, "certificate"), p->sign->der));
}

/* The container in the list of the only key: its certificates are these. */
static void expect_listed(struct world *w, size_t at, const struct pair *p)
{
	const struct json *keys, *containers, *container, *sign, *encryption;
	struct err err;

	expect_done(w, ask(w, "/v1/keys", "{}"));
	assert_int_equal(json_get_array(w->reply, "keys", &keys, &err), 0);
	assert_int_equal(json_get_array(json_item(keys, 0), "containers", &containers, &err), 0);
	container = json_item(containers, at);
	assert_string_equal(text_of(w, container, "container"), p->container);
	assert_int_equal(json_get_object(container, "sign", &sign, &err), 0);
	assert_string_equal(text_of(w, sign, "certificate"), base64(w, p->sign->der));
	assert_int_equal(json_get_object(container, "encryption", &encryption, &err), 0);
	assert_string_equal(text_of(w, encryption, "certificate"), base64(w, p->encryption->der));
}

static void a_pair_is_renewed_in_the_same_key(void **state)
{
	struct world *w = *state;
	struct pair old, new;
	struct order order;
	struct bytes text;
	struct err err;
	uint8_t hash[32];

	enrol(w);
	install(w);
	old = take_pair(w);
	plan_pin(w, "");
	make_pair(w);
	sm2_public_hash(w->sign->key, hash);
	plan_pin(w, "");
	expect_done(w, ask(w, "/v1/sign/order", renewal(w, &old, w->key.serial, hash)));
	assert_int_equal(windows(w), 1);
	text = bytes_text(text_of(w, w->reply, "order"));
	assert_int_equal(signed_text_verify(SIGNED_ORDER, old.sign->key, text, data_of(w, "signature"), &err), 0);
	assert_int_equal(order_parse(&order, text, w->pool, &err), 0);
	assert_int_equal(order.deed, ORDER_RENEW);
	assert_memory_equal(order.key.hash, hash, sizeof(hash));

	install(w); /* with the proof that the key decrypts with the new pair */
	text = bytes_text(text_of(w, w->reply, "order"));
	assert_int_equal(signed_text_verify(SIGNED_ORDER, w->sign->key, text, data_of(w, "signature"), &err), 0);
	new = take_pair(w);
	expect_listed(w, 0, &old);
	expect_listed(w, 1, &new);
	expect_login(w, &old);
	expect_login(w, &new);
	pair_free(&new);
	pair_free(&old);
}

static void a_renewal_for_another_key_opens_no_window(void **state)
{
	struct world *w = *state;
	struct pair first, old;
	uint8_t own[32], certified[32], new[32];
	const struct json *keys, *pin;
	struct err err;
	int64_t tries;

	enrol(w);
	install(w);
	first = take_pair(w);
	plan_pin(w, "");
	make_pair(w);
	install(w);
	old = take_pair(w);
	plan_pin(w, "");
	make_pair(w);
	sm2_public_hash(first.sign->key, certified);
	sm2_public_hash(old.sign->key, own);
	sm2_public_hash(w->sign->key, new);

	const struct {
		const char *key;
		const uint8_t *hash;
	} refused[] = {
	    {w->key.serial, (const uint8_t *)"a key that the portal has in it."},
	    {w->key.serial, own},
	    {w->key.serial, certified},
	    {"HUFUVANOTHER", new},
	};
	window_plan_set(w->machine.windows, "wrong %s 9\n", w->key.serial);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		expect_fault(w, ask(w, "/v1/sign/order", renewal(w, &old, refused[i].key, refused[i].hash)), 422, "HF-2035");
	assert_int_equal(windows(w), 0);
	expect_done(w, ask(w, "/v1/keys", "{}"));
	assert_int_equal(json_get_array(w->reply, "keys", &keys, &err), 0);
	assert_int_equal(json_get_object(json_item(keys, 0), "pin", &pin, &err), 0);
	assert_int_equal(json_get_integer(pin, "tries", &tries, &err), 0);
	assert_int_equal(tries, 10);
	plan_pin(w, "");
	expect_done(w, ask(w, "/v1/sign/order", renewal(w, &old, w->key.serial, new)));
	assert_int_equal(windows(w), 1);
	pair_free(&old);
	pair_free(&first);
}

/* ---- events ---- */

static bool stream_tells(int fd, const char *wanted, int ms)
{
	static char text[65536];
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	int64_t until = clock_monotonic_ms() + ms;
	size_t have = 0;

	while (clock_monotonic_ms() < until && have < sizeof(text) - 1) {
		ssize_t n;

		if (poll(&wait, 1, 50) != 1)
			continue;
		n = read(fd, text + have, sizeof(text) - 1 - have);
		if (n <= 0)
			return false;
		have += (size_t)n;
		text[have] = '\0';
		if (strstr(text, wanted) != NULL)
			return true;
	}
	return false;
}

static void plugging_and_pulling_is_told(void **state)
{
	struct world *w = *state;
	int fd = machine_send(&w->machine, MACHINE_ORIGIN, "/v1/events", "{}");

	assert_true(stream_tells(fd, "{\"event\":\"alive\"}", 3000));
	(void)poll(NULL, 0, 300); /* let keydoor's watch begin */
	virtual_key_pull(&w->key);
	assert_true(stream_tells(fd, "{\"event\":\"keys\"}", 5000));
	virtual_key_plug(&w->key);
	assert_true(stream_tells(fd, "{\"event\":\"keys\"}", 5000));
	close(fd);
}

/* ---- keydoor's end ---- */

/* The process with this name among the agent's children. */
static pid_t find_child(pid_t parent, const char *name)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	pid_t found = 0;

	assert_non_null(proc);
	while (found == 0 && (entry = readdir(proc)) != NULL) {
		char path[300], comm[32];
		int pid, ppid;
		FILE *stat;

		(void)snprintf(path, sizeof(path), "/proc/%s/stat", entry->d_name);
		stat = entry->d_name[0] >= '1' && entry->d_name[0] <= '9' ? fopen(path, "re") : NULL;
		if (stat == NULL)
			continue;
		if (fscanf(stat, "%d (%31[^)]) %*c %d", &pid, comm, &ppid) == 3 && ppid == parent && strcmp(comm, name) == 0)
			found = pid;
		(void)fclose(stat);
	}
	(void)closedir(proc);
	return found;
}

static void keydoor_is_started_again(void **state)
{
	struct world *w = *state;
	pid_t keydoor, next = 0;

	expect_done(w, ask(w, "/v1/keys", "{}"));
	keydoor = find_child(w->machine.agent, "keydoor");
	assert_true(keydoor > 0);
	assert_int_equal(kill(keydoor, SIGKILL), 0);
	for (int i = 0; i < 300 && (next == 0 || next == keydoor); i++) {
		(void)poll(NULL, 0, 10);
		next = find_child(w->machine.agent, "keydoor");
	}
	expect_done(w, ask(w, "/v1/keys", "{}"));
}

/* ---- the agent's own page ---- */

static int get_page(struct world *w, const char *path, const char *headers, char *reply, size_t max)
{
	const char *text = pool_format(w->pool, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n", path, w->machine.port, headers);

	return web_ask(w->machine.port, text, reply, max);
}

static void expect_no_page(struct world *w, const char *path, const char *headers)
{
	char reply[4096];

	assert_int_equal(get_page(w, path, headers, reply, sizeof(reply)), 403);
	assert_non_null(strstr(reply, "\"code\":\"HF-4020\""));
}

static void the_agents_own_page_shows_the_orders_once(void **state)
{
	struct world *w = *state;
	char reply[32768];
	const char *fingerprint;

	enrol(w);
	install(w);
	plan_pin(w, "");
	expect_done(w, ask(w, "/v1/sign/order", in_container(w, "\"draft\":" CANCEL)));
	fingerprint = text_of(w, w->reply, "fingerprint");

	expect_no_page(w, "/assistant", "");
	expect_no_page(w, "/assistant?token=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "");
	expect_no_page(w, w->machine.page, "Origin: " MACHINE_ORIGIN "\r\n");
	expect_no_page(w, w->machine.page, "Sec-Fetch-Site: cross-site\r\n");
	expect_no_page(w, w->machine.page, "Sec-Fetch-Site: same-site\r\n");
	assert_int_equal(get_page(w, w->machine.page, "", reply, sizeof(reply)), 200);
	assert_non_null(strstr(reply, fingerprint));
	assert_non_null(strstr(reply, "&quot;application&quot;:&quot;" APPLICATION "&quot;"));
	assert_non_null(strstr(reply, "作废申请"));
	assert_null(strstr(reply, "Access-Control-Allow-Origin"));
	expect_no_page(w, w->machine.page, ""); /* once */
}

/* ---- starting ---- */

static int machine_only(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	machine_begin(&w->machine);
	*state = w;
	return 0;
}

static int machine_gone(void **state)
{
	struct world *w = *state;

	machine_end(&w->machine);
	free(w);
	return 0;
}

static void an_older_or_foreign_list_starts_no_agent(void **state)
{
	struct world *w = *state;
	struct client_machine *m = &w->machine;

	machine_write_list(m, 5, clock_now() + 86400, m->journal_key);
	assert_int_equal(machine_try_start(m), 69);
	machine_write_list(m, 5, clock_now() - 1, m->release_key);
	assert_int_equal(machine_try_start(m), 69);
	machine_write_list(m, 5, clock_now() + 86400, m->release_key);
	machine_start(m);
	machine_stop(m);
	machine_write_list(m, 4, clock_now() + 86400, m->release_key);
	assert_int_equal(machine_try_start(m), 69); /* 5 was seen */
	machine_write_list(m, 5, clock_now() + 86400, m->release_key);
	machine_start(m);
}

static void a_new_list_is_taken_up(void **state)
{
	struct world *w = *state;
	struct client_machine *m = &w->machine;
	char reply[4096], page[sizeof(m->page)];
	int port;

	w->pool = pool_new(64u << 10);
	machine_start(m);
	port = m->port;
	memcpy(page, m->page, sizeof(page));
	machine_write_list(m, 6, clock_now() + 86400, m->journal_key); /* forged: it goes on with the one it has */
	assert_int_equal(kill(m->agent, SIGUSR1), 0);
	(void)poll(NULL, 0, 500);
	assert_int_equal(get_page(w, page, "", reply, sizeof(reply)), 200);
	machine_write_list(m, 7, clock_now() + 86400, m->release_key);
	machine_renew(m);
	assert_int_equal(m->port, port);
	assert_string_not_equal(m->page, page);
	assert_int_equal(get_page(w, m->page, "", reply, sizeof(reply)), 200);
	machine_stop(m);
	machine_write_list(m, 6, clock_now() + 86400, m->release_key);
	assert_int_equal(machine_try_start(m), 69); /* 7 was seen */
	machine_write_list(m, 7, clock_now() + 86400, m->release_key);
	machine_start(m);
	pool_free(&w->pool);
}

static int connect_v6(int port)
{
	struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT, .sin6_port = htons((uint16_t)port)};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool has_ipv6(void)
{
	struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool has = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;

	if (fd >= 0)
		close(fd);
	return has;
}

static void a_page_reaches_the_agent_by_ipv6(void **state)
{
	struct world *w = *state;
	char text[512], reply[4096];
	int fd;

	if (!has_ipv6())
		skip();
	machine_start(&w->machine);
	fd = connect_v6(w->machine.port);
	assert_true(fd >= 0);
	(void)snprintf(text, sizeof(text),
	               "GET /v1/status HTTP/1.1\r\nHost: [::1]:%d\r\nOrigin: " MACHINE_ORIGIN "\r\nX-Hufu-Agent: 1\r\n\r\n",
	               w->machine.port);
	web_send(fd, text);
	assert_int_equal(web_receive(fd, reply, sizeof(reply)), 200);
	close(fd);
}

static void a_port_that_is_taken_gives_way_to_the_next(void **state)
{
	struct world *w = *state;
	int port, taken = web_listen(&port);

	w->machine.port = port;
	machine_start(&w->machine);
	assert_true(w->machine.port > port && w->machine.port <= port + 2);
	close(taken);
}

/* ---- a library that hangs: hanging_skf.c ---- */

static const char *in_slots(const struct client_machine *m, const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", m->slots, name);
	return path;
}

static void hang(const struct client_machine *m)
{
	int fd = open(in_slots(m, "hang"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	(void)close(fd);
}

static void a_look_that_hangs_takes_no_window_with_it(void **state)
{
	struct world *w = *state;
	struct client_machine *m = &w->machine;
	struct pollfd window = {.events = POLLIN}, look = {.events = POLLIN};

	machine_stop(m);
	m->library = getenv("HUFU_TEST_HANGING_SKF");
	machine_start(m);
	enrol(w);
	install(w);
	plan_pin(w, "wait 13000\n"); /* longer than keydoor waits for a look */
	window.fd = machine_send(m, MACHINE_ORIGIN, "/v1/sign/login", login_body(w));
	for (int i = 0; i < 200 && windows(w) == 0; i++)
		(void)poll(NULL, 0, 10);
	hang(m);
	look.fd = machine_send(m, MACHINE_ORIGIN, "/v1/keys", "{}");
	for (int i = 0; i < 1000 && access(in_slots(m, "hangs"), F_OK) != 0; i++)
		(void)poll(NULL, 0, 10);
	assert_int_equal(unlink(in_slots(m, "hang")), 0);
	assert_int_equal(poll(&window, 1, 60000), 1);
	json_free(&w->reply);
	expect_done(w, machine_receive(window.fd, &w->reply));
	assert_int_equal(poll(&look, 1, 60000), 1);
	json_free(&w->reply);
	expect_fault(w, machine_receive(look.fd, &w->reply), 503, "HF-4037"); /* then keydoor ends */
}

static void a_key_that_hangs_is_given_up(void **state)
{
	struct world *w = *state;
	struct json *reply = NULL;
	struct pollfd wait = {.events = POLLIN};
	pid_t first, next;

	w->machine.library = getenv("HUFU_TEST_HANGING_SKF");
	hang(&w->machine);
	machine_start(&w->machine);
	wait.fd = machine_send(&w->machine, MACHINE_ORIGIN, "/v1/keys", "{}");
	(void)poll(NULL, 0, 1000);
	first = find_child(w->machine.agent, "keydoor");
	assert_int_equal(poll(&wait, 1, 20000), 1);
	assert_int_equal(machine_receive(wait.fd, &reply), 503);
	assert_non_null(json_member(reply, "code"));
	json_free(&reply);
	next = first;
	for (int i = 0; i < 1000 && (next == 0 || next == first); i++) {
		(void)poll(NULL, 0, 10);
		next = find_child(w->machine.agent, "keydoor");
	}
	assert_true(first > 0 && next > 0 && first != next);
}

#define WITH_KEY(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
#define WITHOUT_KEY(f) cmocka_unit_test_setup_teardown(f, machine_only, machine_gone)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_KEY(a_page_asks_who_is_there),
	    WITH_KEY(a_key_lives_through_enrolment_login_and_order),
	    WITH_KEY(a_receipt_is_believed_only_from_the_journal_key),
	    WITH_KEY(a_foreign_page_reaches_no_key),
	    WITH_KEY(wrong_pins_count_down_and_two_refusals_silence),
	    WITH_KEY(windows_that_nobody_answers_count_as_refused),
	    WITH_KEY(a_draft_that_says_too_much_opens_no_window),
	    WITH_KEY(a_key_pulled_out_while_the_window_is_open_is_told),
	    WITH_KEY(only_one_window_is_open),
	    WITH_KEY(a_key_that_another_program_holds_is_told_as_busy),
	    WITH_KEY(a_page_that_leaves_takes_its_window_along),
	    WITH_KEY(a_pair_is_renewed_in_the_same_key),
	    WITH_KEY(a_renewal_for_another_key_opens_no_window),
	    WITH_KEY(plugging_and_pulling_is_told),
	    WITH_KEY(keydoor_is_started_again),
	    WITH_KEY(the_agents_own_page_shows_the_orders_once),
	    WITHOUT_KEY(an_older_or_foreign_list_starts_no_agent),
	    WITHOUT_KEY(a_new_list_is_taken_up),
	    WITHOUT_KEY(a_page_reaches_the_agent_by_ipv6),
	    WITHOUT_KEY(a_port_that_is_taken_gives_way_to_the_next),
	    WITH_KEY(a_look_that_hangs_takes_no_window_with_it),
	    WITHOUT_KEY(a_key_that_hangs_is_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
