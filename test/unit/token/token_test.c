/* The token layer through the real library and the real virtual key: the whole life of a key, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "envelope.h"
#include "token.h"
#include "virtual_key.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONTAINER "hufu-1"
#define NEW_PIN "cheval-7"

struct world {
	char slots[64];
	struct virtual_key key;
	struct token_library *library;
	struct err err;
};

static int verify(struct token *t, const char *pin, uint32_t *tries, struct err *err)
{
	struct secret s;
	int result;

	assert_int_equal(secret_copy(&s, bytes_text(pin), err), 0);
	result = token_verify_pin(t, &s, tries, err);
	secret_free(&s);
	return result;
}

static int change(struct token *t, const char *from, const char *to, uint32_t *tries, struct err *err)
{
	struct secret a, b;
	int result;

	assert_int_equal(secret_copy(&a, bytes_text(from), err), 0);
	assert_int_equal(secret_copy(&b, bytes_text(to), err), 0);
	result = token_change_pin(t, &a, &b, tries, err);
	secret_free(&a);
	secret_free(&b);
	return result;
}

static struct token *open_key(struct world *w)
{
	struct token *t = NULL;

	if (token_open(&t, w->library, w->key.serial, "", &w->err) != 0)
		fail_msg("%s", w->err.text);
	return t;
}

/* Two keys made once, which the tests have copies of: one as it is when made, one whose holder has set his PIN. */
struct first {
	char slots[64];
	struct virtual_key fresh, ready;
};

static int make_first(void **state)
{
	struct first *f = calloc(1, sizeof(*f));
	struct world w = {0};
	struct token *t;
	uint32_t tries;

	slots_begin(f->slots);
	virtual_key_make(&f->fresh, f->slots, "one");
	virtual_key_make(&w.key, f->slots, "two");
	virtual_key_plug(&w.key);
	assert_int_equal(token_library_open(&w.library, getenv("HUFU_TEST_SKF"), &w.err), 0);
	t = open_key(&w);
	assert_int_equal(change(t, w.key.pin, NEW_PIN, &tries, &w.err), 0);
	token_close(&t);
	token_library_free(&w.library);
	virtual_key_pull(&w.key);
	f->ready = w.key;
	*state = f;
	return 0;
}

static int end_first(void **state)
{
	struct first *f = *state;

	slots_end(f->slots);
	free(f);
	return 0;
}

static int set_up_copy(void **state, const struct virtual_key *of)
{
	struct world *w = calloc(1, sizeof(*w));

	slots_begin(w->slots);
	virtual_key_copy(&w->key, of, w->slots);
	virtual_key_plug(&w->key);
	assert_int_equal(token_library_open(&w->library, getenv("HUFU_TEST_SKF"), &w->err), 0);
	*state = w;
	return 0;
}

static int set_up(void **state)
{
	return set_up_copy(state, &((const struct first *)*state)->fresh);
}

static int set_up_ready(void **state)
{
	return set_up_copy(state, &((const struct first *)*state)->ready);
}

static int tear_down(void **state)
{
	struct world *w = *state;

	if (w->key.process != 0)
		virtual_key_pull(&w->key);
	token_library_free(&w->library);
	slots_end(w->slots);
	free(w);
	return 0;
}

/* A key whose holder has given his PIN. */
static struct token *open_ready(struct world *w)
{
	struct token *t = open_key(w);
	uint32_t tries;

	assert_int_equal(verify(t, NEW_PIN, &tries, &w->err), 0);
	return t;
}

struct seen {
	struct token_info keys[TOKEN_LIST_MAX];
	size_t count;
};

static int see(void *ctx, const struct token_info *info, struct token *token, struct err *err)
{
	struct seen *seen = ctx;

	assert_int_equal(token == NULL, info->pin == TOKEN_PIN_UNKNOWN);
	seen->keys[seen->count++] = *info;
	return 0;
}

static void list_tells_serial_label_and_pin_state(void **state)
{
	struct world *w = *state;
	struct seen seen = {.count = 0};
	const struct token_info *list = seen.keys;

	assert_int_equal(token_look(w->library, see, &seen, &w->err), 0);
	assert_int_equal(seen.count, 1);
	assert_string_equal(list[0].device, "one");
	assert_string_equal(list[0].serial, w->key.serial);
	assert_string_equal(list[0].label, "测试");
	assert_string_equal(list[0].maker, "hufu");
	assert_int_equal(list[0].pin, TOKEN_PIN_CHANGE_FIRST);
	assert_int_equal(list[0].tries_left, 10);
	assert_int_equal(list[0].tries_max, 10);
}

static void a_key_that_another_program_holds_is_told_and_keeps_no_other_away(void **state)
{
	struct world *w = *state;
	struct seen seen = {.count = 0};
	struct virtual_key second;
	struct token *t = NULL;
	int held;

	virtual_key_make(&second, w->slots, "two");
	virtual_key_plug(&second);
	held = virtual_key_hold(&w->key);
	assert_int_equal(token_look(w->library, see, &seen, &w->err), 0);
	assert_int_equal(seen.count, 2);
	assert_string_equal(seen.keys[0].device, "one");
	assert_string_equal(seen.keys[0].serial, "");
	assert_int_equal(seen.keys[0].pin, TOKEN_PIN_UNKNOWN);
	assert_string_equal(seen.keys[1].serial, second.serial);
	assert_int_equal(token_open(&t, w->library, w->key.serial, "", &w->err), -1);
	assert_int_equal(w->err.code, HF_KEY_BUSY);
	assert_int_equal(token_open(&t, w->library, second.serial, "", &w->err), 0);
	token_close(&t);
	(void)close(held);
	virtual_key_pull(&second);
}

static void unknown_serial_is_absent(void **state)
{
	struct world *w = *state;
	struct token *t = NULL;

	assert_int_equal(token_open(&t, w->library, "HUFUV0", "", &w->err), -1);
	assert_int_equal(w->err.code, HF_KEY_ABSENT);
}

static void initial_pin_only_changes(void **state)
{
	struct world *w = *state;
	struct token *t = open_key(w);
	struct sm2_public *key = NULL;
	struct token_info info;
	uint32_t tries;

	assert_int_equal(token_container_make(t, CONTAINER, &key, &w->err), -1);
	assert_int_equal(w->err.code, HF_PIN_NEEDED);
	assert_int_equal(verify(t, w->key.pin, &tries, &w->err), 0);
	assert_int_equal(token_container_make(t, CONTAINER, &key, &w->err), -1);
	assert_int_equal(w->err.code, HF_PIN_CHANGE_FIRST);
	assert_int_equal(change(t, w->key.pin, w->key.pin, &tries, &w->err), -1);
	assert_int_equal(w->err.code, HF_PIN_SAME);
	assert_int_equal(change(t, w->key.pin, "short", &tries, &w->err), -1);
	assert_int_equal(w->err.code, HF_PIN_LENGTH);
	assert_int_equal(tries, 10);
	assert_int_equal(change(t, w->key.pin, NEW_PIN, &tries, &w->err), 0);
	assert_int_equal(token_container_make(t, CONTAINER, &key, &w->err), -1);
	assert_int_equal(w->err.code, HF_PIN_NEEDED);
	assert_int_equal(token_info_get(t, &info, &w->err), 0);
	assert_int_equal(info.pin, TOKEN_PIN_SET);
	token_close(&t);
}

static void tries_survive_pulling_and_killing(void **state)
{
	struct world *w = *state;
	struct token *t = open_key(w);
	uint32_t tries;

	assert_int_equal(verify(t, "wrong-pin", &tries, &w->err), -1);
	assert_int_equal(w->err.code, HF_PIN_WRONG);
	assert_int_equal(tries, 9);
	token_close(&t);
	virtual_key_pull(&w->key);
	virtual_key_plug(&w->key);
	t = open_key(w);
	assert_int_equal(verify(t, "wrong-pin", &tries, &w->err), -1);
	assert_int_equal(tries, 8);
	virtual_key_kill(&w->key);
	assert_int_equal(verify(t, "wrong-pin", &tries, &w->err), -1);
	assert_int_equal(w->err.code, HF_KEY_ABSENT);
	virtual_key_plug(&w->key);
	for (uint32_t left = 7; left > 0; left--) {
		assert_int_equal(verify(t, "wrong-pin", &tries, &w->err), -1);
		assert_int_equal(tries, left);
	}
	assert_int_equal(verify(t, "wrong-pin", &tries, &w->err), -1);
	assert_int_equal(w->err.code, HF_PIN_LOCKED);
	assert_int_equal(tries, 0);
	assert_int_equal(verify(t, w->key.pin, &tries, &w->err), -1);
	assert_int_equal(w->err.code, HF_PIN_LOCKED);
	token_close(&t);
}

static void right_pin_gives_tries_back(void **state)
{
	struct world *w = *state;
	struct token *t = open_key(w);
	struct token_info info;
	uint32_t tries;

	assert_int_equal(verify(t, "wrong-pin", &tries, &w->err), -1);
	assert_int_equal(verify(t, w->key.pin, &tries, &w->err), 0);
	assert_int_equal(tries, 10);
	assert_int_equal(token_info_get(t, &info, &w->err), 0);
	assert_int_equal(info.tries_left, 10);
	token_close(&t);
}

static void key_signs_and_forgets_the_pin(void **state)
{
	struct world *w = *state;
	struct token *t = open_ready(w);
	struct sm2_public *key = NULL, *same = NULL;
	struct buf signature;

	buf_init(&signature, SM2_SIGNATURE_MAX);
	assert_int_equal(token_container_make(t, CONTAINER, &key, &w->err), 0);
	assert_int_equal(token_sign(t, CONTAINER, BYTES_LITERAL("hufu-order-v1\n{}"), &signature, &w->err), 0);
	assert_int_equal(sm2_verify(key, BYTES_LITERAL("hufu-order-v1\n{}"), buf_get(&signature), &w->err), 0);
	assert_int_equal(sm2_verify(key, BYTES_LITERAL("hufu-order-v1\n{ }"), buf_get(&signature), &w->err), -1);
	token_forget_pin(t);
	buf_clear(&signature);
	assert_int_equal(token_sign(t, CONTAINER, BYTES_LITERAL("x"), &signature, &w->err), -1);
	assert_int_equal(w->err.code, HF_PIN_NEEDED);
	assert_int_equal(token_sign(t, "other", BYTES_LITERAL("x"), &signature, &w->err), -1);
	assert_int_equal(w->err.code, HF_CONTAINER);
	token_close(&t);

	virtual_key_kill(&w->key);
	virtual_key_plug(&w->key);
	t = open_key(w);
	assert_int_equal(token_public_key(t, CONTAINER, TOKEN_SIGN, &same, &w->err), 0);
	assert_true(sm2_public_equal(key, same));
	token_close(&t);
	sm2_public_free(&key);
	sm2_public_free(&same);
	buf_free(&signature);
}

static void container_names_are_taken_once(void **state)
{
	struct world *w = *state;
	struct token *t = open_ready(w);
	struct token_container list[TOKEN_CONTAINERS_MAX];
	struct sm2_public *key = NULL;
	size_t count;

	assert_int_equal(token_container_make(t, CONTAINER, &key, &w->err), 0);
	sm2_public_free(&key);
	assert_int_equal(token_container_make(t, CONTAINER, &key, &w->err), -1);
	assert_int_equal(w->err.code, HF_EXISTS);
	assert_int_equal(token_containers(t, list, &count, &w->err), 0);
	assert_int_equal(count, 1);
	assert_string_equal(list[0].name, CONTAINER);
	assert_true(list[0].key[TOKEN_SIGN] && !list[0].key[TOKEN_ENCRYPT]);
	assert_true(!list[0].certificate[TOKEN_SIGN] && !list[0].certificate[TOKEN_ENCRYPT]);
	assert_int_equal(token_container_delete(t, CONTAINER, &w->err), 0);
	assert_int_equal(token_container_delete(t, CONTAINER, &w->err), -1);
	assert_int_equal(w->err.code, HF_CONTAINER);
	token_close(&t);
}

static void certificates_are_kept(void **state)
{
	struct world *w = *state;
	struct token *t = open_ready(w);
	const uint8_t der[] = {0x30, 0x03, 0x02, 0x01, 0x07};
	const uint8_t not_der[] = {0x30, 0x04, 0x02, 0x01, 0x07};
	struct sm2_public *key = NULL;
	struct buf found;

	buf_init(&found, TOKEN_CERTIFICATE_MAX);
	assert_int_equal(token_container_make(t, CONTAINER, &key, &w->err), 0);
	assert_int_equal(token_certificate(t, CONTAINER, TOKEN_SIGN, &found, &w->err), -1);
	assert_int_equal(w->err.code, HF_CONTAINER);
	assert_int_equal(token_import_certificate(t, CONTAINER, TOKEN_ENCRYPT, BYTES_ARRAY(not_der), &w->err), -1);
	assert_int_equal(token_import_certificate(t, CONTAINER, TOKEN_ENCRYPT, BYTES_ARRAY(der), &w->err), 0);
	assert_int_equal(token_certificate(t, CONTAINER, TOKEN_ENCRYPT, &found, &w->err), 0);
	assert_true(bytes_equal(buf_get(&found), BYTES_ARRAY(der)));
	buf_clear(&found);
	assert_int_equal(token_certificate(t, CONTAINER, TOKEN_SIGN, &found, &w->err), -1);
	token_close(&t);
	sm2_public_free(&key);
	buf_free(&found);
}

/* An envelope of a fresh encryption key for the container's signature key. */
static void make_envelope(const struct sm2_public *to, struct sm2_private **key, struct buf *der, struct err *err)
{
	assert_int_equal(sm2_private_generate(key, err), 0);
	buf_init(der, 512);
	assert_int_equal(envelope_seal(to, *key, der, err), 0);
}

static void envelope_is_imported_and_decryption_proved(void **state)
{
	struct world *w = *state;
	struct token *t = open_ready(w);
	struct sm2_public *sign_key = NULL, *found = NULL;
	struct sm2_private *key = NULL, *second = NULL;
	struct buf envelope, other;

	assert_int_equal(token_container_make(t, CONTAINER, &sign_key, &w->err), 0);
	make_envelope(sign_key, &key, &envelope, &w->err);
	make_envelope(sign_key, &second, &other, &w->err);
	assert_int_equal(token_prove_decryption(t, CONTAINER, sm2_private_public(key), &w->err), -1);
	assert_int_equal(w->err.code, HF_CONTAINER);
	assert_int_equal(token_import_envelope(t, CONTAINER, buf_get(&envelope), &w->err), 0);
	assert_int_equal(token_import_envelope(t, CONTAINER, buf_get(&envelope), &w->err), 0);
	assert_int_equal(token_import_envelope(t, CONTAINER, buf_get(&other), &w->err), -1);
	assert_int_equal(w->err.code, HF_EXISTS);
	assert_int_equal(token_public_key(t, CONTAINER, TOKEN_ENCRYPT, &found, &w->err), 0);
	assert_true(sm2_public_equal(found, sm2_private_public(key)));
	assert_int_equal(token_prove_decryption(t, CONTAINER, sm2_private_public(key), &w->err), 0);
	assert_int_equal(token_prove_decryption(t, CONTAINER, sm2_private_public(second), &w->err), -1);
	assert_int_equal(w->err.code, HF_INSTALL_PROOF);
	token_close(&t);
	sm2_public_free(&sign_key);
	sm2_public_free(&found);
	sm2_private_free(&key);
	sm2_private_free(&second);
	buf_free(&envelope);
	buf_free(&other);
}

static void changed_envelope_is_refused(void **state)
{
	struct world *w = *state;
	struct token *t = open_ready(w);
	struct sm2_public *sign_key = NULL, *found = NULL;
	struct sm2_private *key = NULL;
	struct buf envelope;

	assert_int_equal(token_container_make(t, CONTAINER, &sign_key, &w->err), 0);
	make_envelope(sign_key, &key, &envelope, &w->err);
	for (size_t i = 0; i < envelope.size; i++) {
		envelope.data[i] ^= 0x01;
		assert_int_equal(token_import_envelope(t, CONTAINER, buf_get(&envelope), &w->err), -1);
		assert_true(w->err.code == HF_INSTALL_ENVELOPE || w->err.code == HF_ENVELOPE);
		envelope.data[i] ^= 0x01;
	}
	assert_int_equal(token_public_key(t, CONTAINER, TOKEN_ENCRYPT, &found, &w->err), -1);
	assert_int_equal(token_import_envelope(t, CONTAINER, buf_get(&envelope), &w->err), 0);
	token_close(&t);
	sm2_public_free(&sign_key);
	sm2_private_free(&key);
	buf_free(&envelope);
}

static void listing_leaves_the_pin_of_another_token_alone(void **state)
{
	struct world *w = *state;
	struct token *t = open_ready(w);
	struct seen seen = {.count = 0};
	struct sm2_public *key = NULL;

	assert_int_equal(token_look(w->library, see, &seen, &w->err), 0);
	assert_int_equal(seen.count, 1);
	assert_int_equal(token_container_make(t, CONTAINER, &key, &w->err), 0);
	token_close(&t);
	sm2_public_free(&key);
}

struct waiter {
	struct token_library *library;
	struct token_event events[2];
	struct err err;
	atomic_int seen;
	atomic_bool ended;
};

static void *wait_until_cancelled(void *argument)
{
	struct waiter *w = argument;
	struct token_event event;

	while (token_wait(w->library, &event, &w->err) == 0) {
		int at = w->seen;

		if (at == 2)
			continue;
		w->events[at] = event;
		w->seen = at + 1; /* only now it may be looked at */
	}
	w->ended = true;
	return NULL;
}

static void wait_for_events(struct waiter *w, int count)
{
	for (int i = 0; w->seen < count && i < 500; i++)
		usleep(10000);
	assert_int_equal(w->seen, count);
}

static void events_of_pulling_and_killing(void **state)
{
	struct world *w = *state;
	struct waiter waiter = {.library = w->library};
	struct virtual_key second;
	pthread_t thread;

	virtual_key_make(&second, w->slots, "two");
	assert_int_equal(pthread_create(&thread, NULL, wait_until_cancelled, &waiter), 0);
	usleep(300000); /* what is there when the wait begins gives no event */
	virtual_key_kill(&w->key);
	wait_for_events(&waiter, 1);
	assert_false(waiter.events[0].plugged);
	assert_string_equal(waiter.events[0].device, "one");
	virtual_key_plug(&second);
	wait_for_events(&waiter, 2);
	assert_true(waiter.events[1].plugged);
	assert_string_equal(waiter.events[1].device, "two");
	while (!waiter.ended) {
		token_wait_cancel(w->library);
		usleep(10000);
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(waiter.err.code, HF_KEY_TIME_OUT);
	virtual_key_pull(&second);
}

static void library_without_the_functions_is_refused(void **state)
{
	struct token_library *library = NULL;
	struct err err = {0};

	assert_int_equal(token_library_open(&library, "libc.so.6", &err), -1);
	assert_int_equal(err.code, HF_KEY_READER);
	assert_int_equal(token_library_open(&library, "/nowhere/libskf.so", &err), -1);
	assert_int_equal(err.code, HF_KEY_READER);
	assert_null(library);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(list_tells_serial_label_and_pin_state, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(unknown_serial_is_absent, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_key_that_another_program_holds_is_told_and_keeps_no_other_away, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(initial_pin_only_changes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(tries_survive_pulling_and_killing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(right_pin_gives_tries_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(key_signs_and_forgets_the_pin, set_up_ready, tear_down),
	    cmocka_unit_test_setup_teardown(container_names_are_taken_once, set_up_ready, tear_down),
	    cmocka_unit_test_setup_teardown(certificates_are_kept, set_up_ready, tear_down),
	    cmocka_unit_test_setup_teardown(envelope_is_imported_and_decryption_proved, set_up_ready, tear_down),
	    cmocka_unit_test_setup_teardown(changed_envelope_is_refused, set_up_ready, tear_down),
	    cmocka_unit_test_setup_teardown(listing_leaves_the_pin_of_another_token_alone, set_up_ready, tear_down),
	    cmocka_unit_test_setup_teardown(events_of_pulling_and_killing, set_up, tear_down),
	    cmocka_unit_test(library_without_the_functions_is_refused),
	};

	return cmocka_run_group_tests(tests, make_first, end_first);
}
