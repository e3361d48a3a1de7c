/* Keydoor's deeds with the real library, the real virtual key and planned windows: what is asked of the person, and what he refuses. */
#include "authority.h"
#include "clock.h"
#include "csr.h"
#include "digest.h"
#include "envelope.h"
#include "keydoor.h"
#include "order_build.h"
#include "signed_text.h"
#include "text_code.h"
#include "virtual_key.h"
#include "visit.h"
#include "window_plan.h"
#include "words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <pthread.h>

#define ORIGIN "http://127.0.0.1:8080"
#define PIN "cheval-7"
#define ASKED 7
#define CARD_CONTAINERS 16 /* of a virtual key: doc/protocol/virtual-key.md */

struct world {
	char slots[64], windows[64];
	struct virtual_key key;
	struct authority authority;
	struct patience patience;
	struct recall recall;
	struct keydoor keydoor;
	struct pool *pool;
	struct err err;
	/* of the enrolled container */
	struct bytes container;
	struct cert *sign, *encryption;
	struct buf envelope;
};

static const char *const no_env[] = {NULL};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	static char variable[128];
	static const char *env[] = {variable, NULL};

	slots_begin(w->slots);
	window_plan_begin(w->windows);
	(void)snprintf(variable, sizeof(variable), "XDG_RUNTIME_DIR=%s", w->windows);
	virtual_key_make(&w->key, w->slots, "one");
	virtual_key_plug(&w->key);
	authority_make(&w->authority, true);
	w->pool = pool_new(16 << 20);
	buf_init(&w->envelope, 1024);
	w->keydoor = (struct keydoor){
	    .place = {.pinentry = getenv("HUFU_TEST_PINENTRY"), .env = env, .patience = &w->patience, .recall = &w->recall},
	    .root = w->authority.root,
	    .issuing = w->authority.issuing,
	};
	sm2_public_id(w->authority.issuing->key, w->keydoor.ca);
	assert_int_equal(recall_init(&w->recall, &w->err), 0);
	assert_int_equal(order_shelf_new(&w->keydoor.shelf, &w->err), 0);
	if (token_library_open(&w->keydoor.library, getenv("HUFU_TEST_SKF"), &w->err) != 0)
		fail_msg("%s", w->err.text);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	if (w->key.process != 0)
		virtual_key_pull(&w->key);
	token_library_free(&w->keydoor.library);
	order_shelf_free(&w->keydoor.shelf);
	recall_free(&w->recall);
	cert_free(&w->sign);
	cert_free(&w->encryption);
	buf_free(&w->envelope);
	authority_free(&w->authority);
	pool_free(&w->pool);
	window_plan_end(w->windows);
	slots_end(w->slots);
	free(w);
	return 0;
}

static struct keydoor_asker asker(const struct world *w)
{
	return (struct keydoor_asker){bytes_text(ORIGIN), bytes_text("zh"), bytes_text(w->key.serial), ASKED};
}

/* Does a deed without a window. */
static int ask(struct world *w, uint16_t type, const void *request, void *reply)
{
	const struct deed *deed = deed_find(type);

	assert_non_null(deed);
	assert_false(deed->window);
	memset(reply, 0, deed->reply->struct_size);
	err_clear(&w->err);
	return deed->run(&w->keydoor, request, w->pool, reply, &w->err);
}

/* Does a deed with its window; the outcome's tries are KEYDOOR_NO_TRIES before. */
static int run(struct world *w, uint16_t type, const void *request, struct keydoor_outcome_reply *reply)
{
	const struct deed *deed = deed_find(type);

	assert_non_null(deed);
	assert_true(deed->window);
	*reply = (struct keydoor_outcome_reply){.tries = KEYDOOR_NO_TRIES};
	err_clear(&w->err);
	return deed->run(&w->keydoor, request, w->pool, reply, &w->err);
}

static void must(struct world *w, int rc)
{
	if (rc != 0)
		fail_msg("HF-%d %s", w->err.code, w->err.text);
}

static void must_not(struct world *w, int rc, enum err_code code)
{
	assert_int_equal(rc, -1);
	if (w->err.code != code)
		fail_msg("HF-%d instead of HF-%d: %s", w->err.code, code, w->err.text);
}

/* ---- steps of a key's life ---- */

static struct keydoor_outcome_reply make(struct world *w)
{
	struct keydoor_make_key_request request = {asker(w)};
	struct keydoor_outcome_reply made;

	must(w, run(w, KEYDOOR_MAKE_KEY, &request, &made));
	return made;
}

static struct cert *certify(struct world *w, enum profile profile, const struct sm2_public *key)
{
	struct cert_plan plan = authority_plan(&w->authority, profile, w->authority.root_key);

	plan.key = key;
	plan.not_before = clock_now() - 60;
	plan.not_after = profile_end(profile, plan.not_before, w->authority.issuing->not_after);
	return authority_issue(&w->authority, &plan);
}

/* Certificates and envelope for the container that was made, which the world goes on with. */
static void certify_made(struct world *w, const struct keydoor_outcome_reply *made)
{
	struct sm2_private *pair = NULL;
	struct csr csr;

	w->container = made->container;
	must(w, csr_read(&csr, made->csr, &w->err));
	w->sign = certify(w, PROFILE_EVALUATION_SIGN, csr.key);
	must(w, sm2_private_generate(&pair, &w->err));
	w->encryption = certify(w, PROFILE_EVALUATION_ENCRYPTION, sm2_private_public(pair));
	buf_clear(&w->envelope);
	must(w, envelope_seal(csr.key, pair, &w->envelope, &w->err));
	sm2_private_free(&pair);
	csr_free(&csr);
}

/* PIN changed, key made, certificates and envelope at hand, not installed. */
static void enrol(struct world *w)
{
	struct keydoor_outcome_reply made;

	window_plan_set(w->windows, "pin %s %s\nnew %s %s\n", w->key.serial, w->key.pin, w->key.serial, PIN);
	made = make(w);
	certify_made(w, &made);
}

static struct keydoor_install_request install_request(const struct world *w)
{
	static const uint8_t application[16] = {1, 2, 3};

	return (struct keydoor_install_request){.asker = asker(w),
	                                        .container = w->container,
	                                        .application = BYTES_ARRAY(application),
	                                        .sign = w->sign->der,
	                                        .encryption = w->encryption->der,
	                                        .envelope = buf_get(&w->envelope)};
}

static void install(struct world *w, struct keydoor_outcome_reply *done)
{
	struct keydoor_install_request request = install_request(w);

	must(w, run(w, KEYDOOR_INSTALL, &request, done));
}

/* A pair that is in the key, beside the one that the world goes on with. */
struct pair {
	struct bytes container;
	struct cert *sign, *encryption;
};

static void pair_free(struct pair *p)
{
	cert_free(&p->sign);
	cert_free(&p->encryption);
}

/* Installs certificates for the container that was made; the pair before it is the caller's. */
static struct pair install_next(struct world *w, const struct keydoor_outcome_reply *made)
{
	struct pair old = {w->container, w->sign, w->encryption};
	struct keydoor_outcome_reply done;

	certify_made(w, made);
	install(w, &done);
	return old;
}

static struct token *open_key(struct world *w)
{
	struct secret pin;
	struct token *token;
	uint32_t tries;

	must(w, token_open(&token, w->keydoor.library, w->key.serial, "", &w->err));
	must(w, secret_copy(&pin, bytes_text(PIN), &w->err));
	must(w, token_verify_pin(token, &pin, &tries, &w->err));
	secret_free(&pin);
	return token;
}

static int login(struct world *w, struct keydoor_outcome_reply *done)
{
	static const uint8_t challenge[32] = {7};
	struct keydoor_login_request request = {asker(w), w->container, BYTES_ARRAY(challenge)};

	return run(w, KEYDOOR_SIGN_LOGIN, &request, done);
}

/* ---- tests ---- */

static void an_initial_pin_is_changed_before_anything_else(void **state)
{
	struct world *w = *state;
	struct keydoor_outcome_reply made;
	struct csr csr;
	uint8_t hash[32];

	window_plan_set(w->windows, "pin %s %s\nnew %s %s\n", w->key.serial, w->key.pin, w->key.serial, PIN);
	made = make(w);
	assert_int_equal(made.tries, 10);
	assert_int_equal(window_plan_count(w->windows, "answered"), 3); /* initial PIN, new PIN, consent */
	assert_int_equal(window_plan_count(w->windows, "GETPIN twice answered"), 1);
	assert_int_equal(window_plan_count(w->windows, "这是首次使用"), 1);
	assert_int_equal(window_plan_count(w->windows, ORIGIN), 3); /* in every window */
	must(w, csr_read(&csr, made.csr, &w->err));
	sm2_public_hash(csr.key, hash);
	assert_true(bytes_equal(made.key_hash, BYTES_ARRAY(hash)));
	csr_free(&csr);
}

static struct keydoor_key look(struct world *w)
{
	struct keydoor_list_reply list;
	struct keydoor_key key;

	must(w, ask(w, KEYDOOR_LIST, NULL, &list));
	assert_int_equal(list.keys.count, 1);
	must(w, body_decode(&keydoor_key_body, list.keys.items[0], w->pool, &key, &w->err));
	return key;
}

static struct keydoor_container container_at(struct world *w, const struct keydoor_key *key, size_t i)
{
	struct keydoor_container container;

	assert_true(i < key->containers.count);
	must(w, body_decode(&keydoor_container_body, key->containers.items[i], w->pool, &container, &w->err));
	return container;
}

static void a_full_key_gives_up_what_came_to_nothing_and_no_pair(void **state)
{
	struct world *w = *state;
	struct keydoor_outcome_reply made, first, last;
	struct keydoor_key key;
	struct pair old;

	enrol(w);
	install(w, &made);
	window_plan_set(w->windows, "pin %s %s\n", w->key.serial, PIN);
	first = make(w); /* older than the second pair */
	made = make(w);
	old = install_next(w, &made);
	for (int i = 0; i < CARD_CONTAINERS - 3; i++)
		last = make(w);
	made = make(w);
	key = look(w);
	assert_int_equal(key.containers.count, CARD_CONTAINERS);
	for (size_t i = 0; i < key.containers.count; i++)
		assert_false(bytes_equal(container_at(w, &key, i).name, first.container));
	assert_true(bytes_equal(container_at(w, &key, 0).sign, old.sign->der));
	assert_true(bytes_equal(container_at(w, &key, 1).encryption, w->encryption->der));
	assert_true(bytes_equal(container_at(w, &key, CARD_CONTAINERS - 2).name, last.container)); /* what was made last gives way last */
	assert_true(bytes_equal(container_at(w, &key, CARD_CONTAINERS - 1).name, made.container));
	pair_free(&old);
}

static void a_full_key_of_which_nothing_may_go_takes_no_more(void **state)
{
	struct world *w = *state;
	struct keydoor_make_key_request request = {asker(w)};
	struct keydoor_outcome_reply made;
	struct sm2_public *public = NULL;
	struct keydoor_key key;
	struct token *token;
	struct pair old;

	enrol(w);
	install(w, &made);
	window_plan_set(w->windows, "pin %s %s\n", w->key.serial, PIN);
	made = make(w);
	old = install_next(w, &made);
	token = open_key(w);
	for (int i = 2; i < CARD_CONTAINERS; i++) { /* of another program */
		must(w, token_container_make(token, pool_format(w->pool, "other-%d", i), &public, &w->err));
		sm2_public_free(&public);
	}
	token_close(&token);
	must_not(w, run(w, KEYDOOR_MAKE_KEY, &request, &made), HF_KEY_FULL);
	key = look(w);
	assert_int_equal(key.containers.count, CARD_CONTAINERS);
	assert_true(bytes_equal(container_at(w, &key, 0).sign, old.sign->der));
	assert_true(bytes_equal(container_at(w, &key, 1).sign, w->sign->der));
	pair_free(&old);
}

static void list_tells_what_is_on_the_key(void **state)
{
	struct world *w = *state;
	struct keydoor_key key = look(w);
	struct keydoor_container container;
	struct keydoor_outcome_reply done;

	assert_true(bytes_is_text(key.serial, w->key.serial));
	assert_int_equal(key.pin, KEYDOOR_PIN_INITIAL);
	assert_int_equal(key.containers.count, 0);

	enrol(w);
	install(w, &done);
	key = look(w);
	assert_int_equal(key.pin, KEYDOOR_PIN_SET);
	assert_int_equal(key.containers.count, 1);
	container = container_at(w, &key, 0);
	assert_true(bytes_equal(container.name, w->container));
	assert_true(bytes_equal(container.sign, w->sign->der));
	assert_true(bytes_equal(container.encryption, w->encryption->der));
}

static void installing_proves_and_signs(void **state)
{
	struct world *w = *state;
	struct keydoor_outcome_reply done;
	struct order order;

	enrol(w);
	install(w, &done);
	must(w, signed_text_verify(SIGNED_ORDER, w->sign->key, done.text, done.signature, &w->err));
	must(w, order_parse(&order, done.text, w->pool, &w->err));
	assert_int_equal(order.deed, ORDER_INSTALLED);
	assert_int_equal(order.serials.count, 2);
	assert_memory_equal(order.by, w->sign->serial.data, 16);
	assert_memory_equal(order.ca, w->keydoor.ca, 20);
}

static void what_does_not_belong_together_is_not_installed(void **state)
{
	struct world *w = *state;
	struct keydoor_install_request request;
	struct keydoor_outcome_reply done;
	struct authority foreign;
	struct cert *other;
	struct sm2_private *pair = NULL;
	struct buf envelope;

	enrol(w);
	window_plan_set(w->windows, "pin %s %s\n", w->key.serial, PIN);

	authority_make(&foreign, true);
	struct cert_plan plan = authority_plan(&foreign, PROFILE_EVALUATION_SIGN, foreign.root_key);
	plan.key = w->sign->key;
	other = authority_issue(&foreign, &plan);
	request = install_request(w);
	request.sign = other->der;
	must_not(w, run(w, KEYDOOR_INSTALL, &request, &done), HF_INSTALL_CHAIN);
	cert_free(&other);
	authority_free(&foreign);

	must(w, sm2_private_generate(&pair, &w->err));
	other = certify(w, PROFILE_EVALUATION_SIGN, sm2_private_public(pair));
	request = install_request(w);
	request.sign = other->der; /* of another key */
	must_not(w, run(w, KEYDOOR_INSTALL, &request, &done), HF_INSTALL_PAIR);
	cert_free(&other);

	request = install_request(w);
	request.sign = w->encryption->der;
	must_not(w, run(w, KEYDOOR_INSTALL, &request, &done), HF_INSTALL_PAIR);

	buf_init(&envelope, 1024);
	must(w, envelope_seal(w->sign->key, pair, &envelope, &w->err)); /* another encryption key */
	request = install_request(w);
	request.envelope = buf_get(&envelope);
	must_not(w, run(w, KEYDOOR_INSTALL, &request, &done), HF_INSTALL_ENVELOPE);
	buf_free(&envelope);
	request.envelope = BYTES_LITERAL("not an envelope");
	must_not(w, run(w, KEYDOOR_INSTALL, &request, &done), HF_INSTALL_ENVELOPE);
	sm2_private_free(&pair);

	assert_int_equal(window_plan_count(w->windows, "GETPIN"), 0); /* all before the person is asked */
}

static void a_login_is_signed_for_its_origin(void **state)
{
	struct world *w = *state;
	struct keydoor_outcome_reply done;
	struct buf text;
	char serial[33];

	enrol(w);
	install(w, &done);
	window_plan_set(w->windows, "pin %s %s\n", w->key.serial, PIN);
	must(w, login(w, &done));
	assert_true(bytes_equal(done.certificate, w->sign->der));
	assert_true(bytes_equal(done.serial, w->sign->serial));
	hex_write(serial, done.serial.data, 16);
	buf_init(&text, 1024);
	must(w, buf_append_format(&text, &w->err, "hufu-login-v1\n%s\n07%062d\n%s", ORIGIN, 0, serial));
	must(w, sm2_verify(w->sign->key, buf_get(&text), done.signature, &w->err));
	buf_free(&text);
	assert_int_equal(window_plan_count(w->windows, "answered"), 1);
	assert_int_equal(window_plan_count(w->windows, "核对数字："), 1);
}

static void wrong_pins_are_counted_and_told(void **state)
{
	struct world *w = *state;
	struct keydoor_outcome_reply done;

	enrol(w);
	install(w, &done);
	window_plan_set(w->windows, "pin %s %s\nwrong %s 2\n", w->key.serial, PIN, w->key.serial);
	must(w, login(w, &done));
	assert_int_equal(done.tries, 10); /* the right one set it back */
	assert_int_equal(window_plan_count(w->windows, "口令不正确，还可试9次"), 1);
	assert_int_equal(window_plan_count(w->windows, "口令不正确，还可试8次"), 1);

	window_plan_set(w->windows, "wrong %s 9\nrefuse 0\n", w->key.serial);
	must_not(w, login(w, &done), HF_WINDOW_REFUSED); /* nothing more is planned */
	assert_int_equal(done.tries, 1);
	assert_int_equal(window_plan_count(w->windows, "CONFIRM answered"), 2); /* before the last two */
	assert_int_equal(window_plan_count(w->windows, "网站：" ORIGIN), window_plan_count(w->windows, "GETPIN") + 2);

	window_plan_set(w->windows, "wrong %s 9\n", w->key.serial);
	must_not(w, login(w, &done), HF_PIN_LOCKED);
	assert_int_equal(done.tries, 0);
	must_not(w, login(w, &done), HF_PIN_LOCKED);
	assert_int_equal(done.tries, KEYDOOR_NO_TRIES);
}

static void a_refused_window_signs_nothing(void **state)
{
	struct world *w = *state;
	struct keydoor_outcome_reply done;

	enrol(w);
	install(w, &done);
	window_plan_set(w->windows, "pin %s %s\nrefuse 1\n", w->key.serial, PIN);
	must_not(w, login(w, &done), HF_WINDOW_REFUSED);
	assert_int_equal(done.signature.size, 0);
	assert_int_equal(done.tries, KEYDOOR_NO_TRIES);
}

static void a_window_that_nobody_answers_signs_nothing(void **state)
{
	struct world *w = *state;
	struct keydoor_outcome_reply done;

	enrol(w);
	install(w, &done);
	window_plan_set(w->windows, "pin %s %s\nlate 1\n", w->key.serial, PIN);
	must_not(w, login(w, &done), HF_WINDOW_TIME_OUT);
	assert_int_equal(done.signature.size, 0);
}

/* Waits for the window, then calls off what asked for it. */
static void *leave(void *ctx)
{
	struct world *w = ctx;

	while (window_plan_count(w->windows, "answered") == 0)
		(void)poll(NULL, 0, 10);
	recall_tell(&w->recall, ASKED);
	return NULL;
}

static void a_page_that_leaves_closes_the_window_and_the_key_is_not_touched(void **state)
{
	struct world *w = *state;
	struct keydoor_outcome_reply done;
	pthread_t thread;

	enrol(w);
	install(w, &done);
	window_plan_set(w->windows, "pin %s %s\nwait 600000\n", w->key.serial, PIN);
	assert_int_equal(pthread_create(&thread, NULL, leave, w), 0);
	must_not(w, login(w, &done), HF_ASKER_GONE);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(done.signature.size, 0);
	assert_int_equal(done.tries, KEYDOOR_NO_TRIES); /* no PIN was tried */

	window_plan_set(w->windows, "pin %s %s\n", w->key.serial, PIN);
	must(w, login(w, &done));
}

static void a_key_pulled_out_is_absent(void **state)
{
	struct world *w = *state;
	struct keydoor_outcome_reply done;

	enrol(w);
	install(w, &done);
	virtual_key_pull(&w->key);
	must_not(w, login(w, &done), HF_KEY_ABSENT);
}

static void a_new_pin_must_do(void **state)
{
	struct world *w = *state;
	struct keydoor_pin_request request = {asker(w)};
	struct keydoor_outcome_reply done;

	enrol(w);
	window_plan_set(w->windows, "pin %s %s\nnew %s short\nnew %s 密码密码密\nnew %s %s\nnew %s other-pin-1\n", w->key.serial, PIN,
	                w->key.serial, w->key.serial, w->key.serial, PIN, w->key.serial);
	must(w, run(w, KEYDOOR_CHANGE_PIN, &request, &done));
	assert_int_equal(window_plan_count(w->windows, "GETPIN twice answered"), 4);
	assert_int_equal(window_plan_count(w->windows, "口令应为6至16位"), 2);
	assert_int_equal(window_plan_count(w->windows, "新口令不能与原口令相同"), 1);
}

static void a_pin_is_changed(void **state)
{
	struct world *w = *state;
	struct keydoor_pin_request request = {asker(w)};
	struct keydoor_outcome_reply done;

	enrol(w);
	window_plan_set(w->windows, "pin %s %s\nnew %s %s\n", w->key.serial, PIN, w->key.serial, "other-pin-1");
	must(w, run(w, KEYDOOR_CHANGE_PIN, &request, &done));
	assert_int_equal(window_plan_count(w->windows, "answered"), 2);
	window_plan_set(w->windows, "pin %s %s\n", w->key.serial, "other-pin-1");
	install(w, &done);
}

/* ---- orders ---- */

#define APPLICATION "000102030405060708090a0b0c0d0e0f"
#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define HASH_HALF "00112233445566778899aabbccddeeff"
#define HOLDER "{\"code\":\"91110108MA01C8JQ0K\",\"name\":\"北京示例科技有限公司\"}"
#define SUBJECT "{\"cn\":\"北京示例科技有限公司\",\"o\":\"北京示例科技有限公司\"}"
#define CANCEL "{\"application\":\"" APPLICATION "\",\"order\":\"cancel\"}"
#define APPROVE \
	"{\"accept\":\"" HASH "\",\"application\":\"" APPLICATION "\",\"ends\":[],\"holder\":" HOLDER ",\"key\":{\"hash\":\"" HASH \
	"\",\"serial\":\"HUFUV1\"},\"kind\":\"new\",\"notafter\":1900000000,\"order\":\"approve\",\"papers\":[\"" HASH \
	"\"],\"profile\":\"enterprise\",\"subject\":" SUBJECT "}"

static int complete(struct world *w, const char *draft, struct keydoor_complete_reply *completed)
{
	struct keydoor_complete_request request = {bytes_text(w->key.serial), w->container, bytes_text(draft)};

	return ask(w, KEYDOOR_COMPLETE_ORDER, &request, completed);
}

static int sign_shown_in(struct world *w, const char *language, struct bytes text, struct keydoor_outcome_reply *done)
{
	static uint8_t hash[32];
	struct keydoor_order_request request = {asker(w), w->container, BYTES_ARRAY(hash)};

	request.asker.language = bytes_text(language);
	sm3(text, hash);
	return run(w, KEYDOOR_SIGN_ORDER, &request, done);
}

static int sign(struct world *w, struct bytes text, struct keydoor_outcome_reply *done)
{
	return sign_shown_in(w, "zh", text, done);
}

static void an_order_is_completed_and_signed_once(void **state)
{
	struct world *w = *state;
	struct keydoor_complete_reply completed;
	struct keydoor_outcome_reply done;
	struct order order;
	char fingerprint[32] = "指纹：";

	enrol(w);
	install(w, &done);
	window_plan_set(w->windows, "pin %s %s\n", w->key.serial, PIN);
	must(w, complete(w, CANCEL, &completed));
	must(w, order_parse(&order, completed.text, w->pool, &w->err));
	assert_memory_equal(order.by, w->sign->serial.data, 16);
	must(w, sign(w, completed.text, &done));
	assert_true(bytes_equal(done.text, completed.text));
	must(w, signed_text_verify(SIGNED_ORDER, w->sign->key, done.text, done.signature, &w->err));
	hex_write(fingerprint + strlen(fingerprint), order.hash, 4);
	assert_int_equal(window_plan_count(w->windows, fingerprint), 1);
	must_not(w, sign(w, completed.text, &done), HF_ORDER_MISMATCH);
}

static void a_draft_cannot_say_what_the_client_says(void **state)
{
	static const struct {
		const char *text;
		enum err_code code;
	} drafts[] = {
	    {"{\"application\":\"" APPLICATION "\",\"by\":\"" APPLICATION "\",\"order\":\"cancel\"}", HF_ORDER_MEMBER},
	    {"{\"application\":\"" APPLICATION "\",\"ca\":\"0001020304050607080910111213141516171819\",\"order\":\"cancel\"}",
	     HF_ORDER_MEMBER},
	    {"{\"application\":\"" APPLICATION "\",\"made\":1,\"order\":\"cancel\"}", HF_ORDER_MEMBER},
	    {"{\"application\":\"" APPLICATION "\",\"nonce\":\"" APPLICATION "\",\"order\":\"cancel\"}", HF_ORDER_MEMBER},
	    {"{\"application\":\"" APPLICATION "\",\"order\":\"cancel\",\"v\":1}", HF_ORDER_MEMBER},
	    {"{\"application\":\"" APPLICATION "\",\"more\":1,\"order\":\"cancel\"}", HF_ORDER_MEMBER},
	    {"{\"order\":\"cancel\"}", HF_ORDER_MEMBER},
	    {"{\"application\":\"" APPLICATION "\",\"order\":\"nothing\"}", HF_ORDER_UNKNOWN_KIND},
	    {"[]", HF_ORDER_MEMBER},
	    {"", HF_JSON},
	};
	struct world *w = *state;
	struct keydoor_complete_reply completed;
	struct keydoor_outcome_reply done;

	enrol(w);
	must(w, complete(w, CANCEL, &completed) == -1 ? 0 : -1); /* no certificate yet: nobody to sign as */
	install(w, &done);
	for (size_t i = 0; i < sizeof(drafts) / sizeof(drafts[0]); i++)
		must_not(w, complete(w, drafts[i].text, &completed), drafts[i].code);
	must_not(w,
	         complete(w,
	                  "{\"application\":\"" APPLICATION "\",\"order\":\"installed\",\"proof\":\"opened\",\"serials\":[\"" APPLICATION
	                  "\",\"" HASH_HALF "\"]}",
	                  &completed),
	         HF_NOT_SUPPORTED);
}

static void an_approval_asks_for_the_code_on_the_paper(void **state)
{
	struct world *w = *state;
	struct keydoor_complete_reply completed;
	struct keydoor_outcome_reply done;

	enrol(w);
	install(w, &done);
	window_plan_set(w->windows, "pin %s %s\ncode c8jq0k\n", w->key.serial, PIN);
	must(w, complete(w, APPROVE, &completed));
	must(w, sign(w, completed.text, &done));
	assert_int_equal(window_plan_count(w->windows, "GETPIN answered"), 2);
	assert_int_equal(window_plan_count(w->windows, "C8JQ0K"), 1); /* only after it was typed */

	window_plan_set(w->windows, "pin %s %s\ncode C8JQ0X\n", w->key.serial, PIN);
	must(w, complete(w, APPROVE, &completed));
	must_not(w, sign(w, completed.text, &done), HF_CODE_FROM_PAPER);
	assert_int_equal(window_plan_count(w->windows, "GETPIN answered"), 1);
}

/* ---- renewal ---- */

#define RENEWED_UNTIL "1900000000"

static const char *hex(struct world *w, struct bytes octets)
{
	char *text = pool_alloc(w->pool, 2 * octets.size + 1);

	assert_non_null(text);
	hex_write(text, octets.data, octets.size);
	return text;
}

/* Both serial numbers of the pair, in their order, from the given digit on. */
static const char *serials(struct world *w, const char *between, size_t from)
{
	const char *a = hex(w, w->sign->serial), *b = hex(w, w->encryption->serial);
	bool sorted = strcmp(a, b) < 0;

	return pool_format(w->pool, "%s%s%s", (sorted ? a : b) + from, between, (sorted ? b : a) + from);
}

/* What a page has signed to renew the pair that the world is at. */
static const char *renewal(struct world *w, const char *key, struct bytes hash)
{
	return pool_format(w->pool,
	                   "{\"application\":\"" APPLICATION "\",\"holder\":" HOLDER
	                   ",\"key\":{\"hash\":\"%s\",\"serial\":\"%s\"},\"notafter\":" RENEWED_UNTIL
	                   ",\"order\":\"renew\",\"profile\":\"enterprise\",\"serials\":[\"%s\"],\"subject\":" SUBJECT "}",
	                   hex(w, hash), key, serials(w, "\",\"", 0));
}

static void expect_words(struct world *w, const struct order *order, const char *language)
{
	bool english = strcmp(language, "en") == 0;
	const char *words = pool_format(
	    w->pool,
	    english
	        ? "Renew certificates\nEnterprise: 北京示例科技有限公司\nCredit code: 91110108MA01C8JQ0K\n"
	          "Old certificates (last 8 digits): %s\nKey serial number: %s\nNew certificates valid until: 2030-03-18\nFingerprint: %s\n"
	        : "更新证书\n单位：北京示例科技有限公司\n统一社会信用代码：91110108MA01C8JQ0K\n"
	          "原证书序列号（末八位）：%s\n钥匙序列号：%s\n新证书有效期至：2030年3月18日\n指纹：%s\n",
	    serials(w, " ", 24), w->key.serial, hex(w, (struct bytes){order->hash, 4}));

	if (window_plan_count(w->windows, words) != 1)
		fail_msg("%s\nand not\n%s", window_plan_log(w->windows), words);
	assert_int_equal(window_plan_count(w->windows, " answered\n"), 1);
}

static void a_renewal_is_signed_in_words_of_both_languages(void **state)
{
	static const char *const languages[] = {"zh", "en"};
	struct world *w = *state;
	struct keydoor_complete_reply completed;
	struct keydoor_outcome_reply made, done;
	struct order order;

	enrol(w);
	install(w, &done);
	window_plan_set(w->windows, "pin %s %s\n", w->key.serial, PIN);
	made = make(w);
	for (size_t i = 0; i < 2; i++) {
		must(w, complete(w, renewal(w, w->key.serial, made.key_hash), &completed));
		must(w, order_parse(&order, completed.text, w->pool, &w->err));
		assert_int_equal(order.deed, ORDER_RENEW);
		assert_memory_equal(order.by, w->sign->serial.data, 16);
		window_plan_set(w->windows, "pin %s %s\n", w->key.serial, PIN);
		must(w, sign_shown_in(w, languages[i], completed.text, &done));
		must(w, signed_text_verify(SIGNED_ORDER, w->sign->key, done.text, done.signature, &w->err));
		expect_words(w, &order, languages[i]);
	}
}

/* A portal in wrong hands names keys of its own, or none that is new. */
static void a_renewal_is_only_for_a_new_key_in_the_same_usb_key(void **state)
{
	struct world *w = *state;
	struct keydoor_complete_reply completed;
	struct keydoor_outcome_reply made, done, elsewhere;
	struct keydoor_make_key_request request = {asker(w)};
	struct virtual_key second;
	uint8_t own[32], certified[32];
	struct keydoor_key key;
	struct pair old;

	virtual_key_make(&second, w->key.directory, "two");
	virtual_key_plug(&second);
	window_plan_set(w->windows, "pin %s %s\nnew %s %s\n", second.serial, second.pin, second.serial, PIN);
	request.asker.key = bytes_text(second.serial);
	must(w, run(w, KEYDOOR_MAKE_KEY, &request, &elsewhere));
	enrol(w);
	install(w, &done);
	window_plan_set(w->windows, "pin %s %s\n", w->key.serial, PIN);
	made = make(w);
	old = install_next(w, &made);
	made = make(w);
	sm2_public_hash(w->sign->key, own);
	sm2_public_hash(old.sign->key, certified);

	const struct {
		const char *key;
		struct bytes hash;
	} refused[] = {
	    {w->key.serial, BYTES_LITERAL("a key that the portal has in it.")},
	    {w->key.serial, BYTES_ARRAY(own)},
	    {w->key.serial, BYTES_ARRAY(certified)},
	    {w->key.serial, elsewhere.key_hash},
	    {second.serial, elsewhere.key_hash},
	    {second.serial, made.key_hash},
	};
	window_plan_set(w->windows, "pin %s %s\n", w->key.serial, PIN);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		must_not(w, complete(w, renewal(w, refused[i].key, refused[i].hash), &completed), HF_KEY_OTHER);
		assert_int_equal(completed.text.size, 0);
	}
	assert_int_equal(window_plan_count(w->windows, "\n"), 0);
	must(w, complete(w, renewal(w, w->key.serial, made.key_hash), &completed));

	virtual_key_pull(&second);
	key = look(w);
	assert_int_equal(key.tries, key.tries_max);
	pair_free(&old);
}

static void a_renewed_key_signs_and_decrypts_with_both_pairs(void **state)
{
	struct world *w = *state;
	struct keydoor_outcome_reply made, done;
	struct keydoor_key key;
	struct pair old;
	struct token *token;

	enrol(w);
	install(w, &done);
	window_plan_set(w->windows, "pin %s %s\n", w->key.serial, PIN);
	made = make(w);
	old = install_next(w, &made);
	key = look(w);
	assert_int_equal(key.containers.count, 2);
	assert_true(bytes_equal(container_at(w, &key, 0).name, old.container));
	assert_true(bytes_equal(container_at(w, &key, 0).sign, old.sign->der));
	assert_true(bytes_equal(container_at(w, &key, 0).encryption, old.encryption->der));
	assert_true(bytes_equal(container_at(w, &key, 1).name, w->container));

	must(w, login(w, &done));
	assert_true(bytes_equal(done.certificate, w->sign->der));
	w->container = old.container;
	must(w, login(w, &done));
	assert_true(bytes_equal(done.certificate, old.sign->der));

	token = open_key(w);
	must(w, token_prove_decryption(token, pool_text(w->pool, old.container), old.encryption->key, &w->err));
	must(w, token_prove_decryption(token, pool_text(w->pool, made.container), w->encryption->key, &w->err));
	token_close(&token);
	pair_free(&old);
}

static void long_words_get_a_window_of_their_own(void **state)
{
	struct world *w = *state;
	struct keydoor_asker who = asker(w);
	struct act act = {"登录", NULL, "见上一个窗口\n"};
	char detail[WORDS_MAX];
	uint32_t tries;
	struct visit v;

	enrol(w);
	window_plan_set(w->windows, "pin %s %s\n", w->key.serial, PIN);
	memset(detail, 'x', sizeof(detail));
	detail[sizeof(detail) - 1] = '\0';
	act.detail = detail;
	must(w, visit_begin(&v, &w->keydoor, &who, w->pool, &tries, &w->err));
	must(w, visit_open(&v, &w->err));
	must(w, visit_consent(&v, &act, &w->err));
	visit_close(&v);
	assert_int_equal(window_plan_count(w->windows, "CONFIRM answered"), 1);
	assert_int_equal(window_plan_count(w->windows, "GETPIN answered"), 1);
	assert_int_equal(window_plan_count(w->windows, detail), 1);
	assert_int_equal(window_plan_count(w->windows, "网站：" ORIGIN), 2);
	assert_int_equal(window_plan_count(w->windows, "见上一个窗口"), 1); /* over the PIN */
}

static void a_pinentry_that_is_not_there_is_told(void **state)
{
	struct world *w = *state;
	struct keydoor_outcome_reply done;
	struct keydoor_make_key_request request = {asker(w)};

	w->keydoor.place.pinentry = "/nowhere/pinentry";
	must_not(w, run(w, KEYDOOR_MAKE_KEY, &request, &done), HF_WINDOW_FAILED);
	w->keydoor.place.pinentry = "/bin/true";
	w->keydoor.place.env = no_env;
	must_not(w, run(w, KEYDOOR_MAKE_KEY, &request, &done), HF_WINDOW_FAILED);
}

static void a_request_that_is_none_is_refused(void **state)
{
	struct world *w = *state;
	struct keydoor_make_key_request request = {asker(w)};
	struct keydoor_outcome_reply done;

	request.asker.origin = bytes_text("http://a\n事项：登录");
	must_not(w, run(w, KEYDOOR_MAKE_KEY, &request, &done), HF_MESSAGE_FORMAT);
	request = (struct keydoor_make_key_request){asker(w)};
	request.asker.language = bytes_text("fr");
	must_not(w, run(w, KEYDOOR_MAKE_KEY, &request, &done), HF_MESSAGE_FORMAT);
	request = (struct keydoor_make_key_request){asker(w)};
	request.asker.key = bytes_text("HUFUVNOTHERE");
	must_not(w, run(w, KEYDOOR_MAKE_KEY, &request, &done), HF_KEY_ABSENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(an_initial_pin_is_changed_before_anything_else, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_full_key_gives_up_what_came_to_nothing_and_no_pair, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_full_key_of_which_nothing_may_go_takes_no_more, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(list_tells_what_is_on_the_key, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(installing_proves_and_signs, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_does_not_belong_together_is_not_installed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_login_is_signed_for_its_origin, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(wrong_pins_are_counted_and_told, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_refused_window_signs_nothing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_window_that_nobody_answers_signs_nothing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_page_that_leaves_closes_the_window_and_the_key_is_not_touched, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_key_pulled_out_is_absent, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_new_pin_must_do, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_pin_is_changed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(an_order_is_completed_and_signed_once, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_draft_cannot_say_what_the_client_says, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(an_approval_asks_for_the_code_on_the_paper, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_renewal_is_signed_in_words_of_both_languages, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_renewal_is_only_for_a_new_key_in_the_same_usb_key, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_renewed_key_signs_and_decrypts_with_both_pairs, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(long_words_get_a_window_of_their_own, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_pinentry_that_is_not_there_is_told, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_request_that_is_none_is_refused, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
