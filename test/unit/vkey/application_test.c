/* The card application in this process: what each command needs, what it answers, and that nothing else gets through. */
#include "apdu.h"
#include "application.h"
#include "envelope.h"
#include "file.h"
#include "make.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIN "cheval-7"

struct card {
	char path[64];
	char initial_pin[17];
	struct application *application;
	struct buf answer;
	struct err err;
};

/* Sends a command, keeps the answer's data, gives its word. */
static uint16_t ask(struct card *c, uint8_t cla, uint8_t ins, uint16_t p1p2, struct bytes data, uint32_t le)
{
	const struct apdu command = {cla, ins, (uint8_t)(p1p2 >> 8), (uint8_t)(p1p2 & 0xFF), data, le};
	struct buf raw;
	struct bytes rest;
	uint16_t word;

	buf_init(&raw, CARD_FRAME_MAX);
	assert_int_equal(apdu_build(&command, &raw, &c->err), 0);
	assert_int_equal(application_answer(c->application, buf_get(&raw), &c->answer, &c->err), 0);
	buf_free(&raw);
	assert_int_equal(apdu_split_answer(buf_get(&c->answer), &rest, &word, &c->err), 0);
	c->answer.size -= 2;
	return word;
}

static uint16_t tell(struct card *c, uint8_t cla, uint8_t ins, uint16_t p1p2, struct bytes data)
{
	return ask(c, cla, ins, p1p2, data, 0);
}

static uint16_t get(struct card *c, uint16_t object)
{
	return ask(c, 0x00, CARD_GET_DATA, object, BYTES_NONE, APDU_LE_MAX);
}

static uint16_t select_application(struct card *c)
{
	return tell(c, 0x00, CARD_SELECT, 0x040C, (struct bytes){(const uint8_t *)CARD_AID, CARD_AID_SIZE});
}

static uint16_t verify(struct card *c, const char *pin)
{
	return tell(c, 0x00, CARD_VERIFY, 0x0081, bytes_text(pin));
}

static uint16_t change(struct card *c, const char *from, const char *to)
{
	char data[64];
	int n = snprintf(data, sizeof(data), "%c%s%s", (int)strlen(from), from, to);

	return tell(c, 0x00, CARD_CHANGE_PIN, 0x0081, (struct bytes){(const uint8_t *)data, (size_t)n});
}

static void plug(struct card *c)
{
	struct memory_file *file = NULL;

	assert_int_equal(memory_file_open(&file, c->path, &c->err), 0);
	assert_int_equal(application_new(&c->application, file, &c->err), 0);
}

static int set_up(void **state)
{
	struct card *c = calloc(1, sizeof(*c));
	char lines[64] = "", serial[33];
	int out[2];

	buf_init(&c->answer, CARD_FRAME_MAX);
	(void)snprintf(c->path, sizeof(c->path), "/tmp/hufu-card-%d.key", (int)getpid());
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(make_key(c->path, &(struct make_plan){.label = "label"}, out[1], &c->err), 0);
	assert_true(read(out[0], lines, sizeof(lines) - 1) > 0);
	assert_int_equal(sscanf(lines, "%32s %16s", serial, c->initial_pin), 2);
	(void)close(out[0]);
	(void)close(out[1]);
	plug(c);
	*state = c;
	return 0;
}

static int tear_down(void **state)
{
	struct card *c = *state;
	char lock[80];

	application_free(&c->application);
	(void)snprintf(lock, sizeof(lock), "%s.lock", c->path);
	(void)unlink(lock);
	assert_int_equal(unlink(c->path), 0);
	buf_free(&c->answer);
	free(c);
	return 0;
}

/* Application selected, PIN of the holder verified, one container selected. */
static void make_ready(struct card *c)
{
	assert_int_equal(select_application(c), CARD_DONE);
	assert_int_equal(change(c, c->initial_pin, PIN), CARD_DONE);
	assert_int_equal(verify(c, PIN), CARD_DONE);
	assert_int_equal(ask(c, 0x80, CARD_CREATE_CONTAINER, 0, bytes_text("one"), 2), CARD_DONE);
	assert_vector(buf_get(&c->answer), "0001");
}

static void nothing_without_selection(void **state)
{
	struct card *c = *state;

	assert_int_equal(get(c, CARD_OBJECT_SERIAL), CARD_NOT_SELECTED);
	assert_int_equal(verify(c, c->initial_pin), CARD_NOT_SELECTED);
	assert_int_equal(tell(c, 0x00, CARD_SELECT, 0x040C, BYTES_LITERAL("other")), CARD_NOT_FOUND);
	assert_int_equal(select_application(c), CARD_DONE);
	assert_int_equal(get(c, CARD_OBJECT_SERIAL), CARD_DONE);
	assert_memory_equal(c->answer.data, CARD_SERIAL_PREFIX, strlen(CARD_SERIAL_PREFIX));
	assert_int_equal(get(c, CARD_OBJECT_SIGN_POINT), CARD_NOT_SELECTED);
	application_reset(c->application);
	assert_int_equal(get(c, CARD_OBJECT_SERIAL), CARD_NOT_SELECTED);
}

static void classes_and_parameters_are_looked_at_first(void **state)
{
	struct card *c = *state;

	assert_int_equal(tell(c, 0x01, CARD_GET_DATA, 0x0101, BYTES_NONE), CARD_NO_CHANNEL);
	assert_int_equal(tell(c, 0x0C, CARD_GET_DATA, 0x0101, BYTES_NONE), CARD_NO_SECURE_MESSAGING);
	assert_int_equal(tell(c, 0x10, CARD_GET_DATA, 0x0101, BYTES_NONE), CARD_NO_CHAINING);
	assert_int_equal(tell(c, 0xA0, CARD_GET_DATA, 0x0101, BYTES_NONE), CARD_UNKNOWN_CLASS);
	assert_int_equal(tell(c, 0x80, CARD_GET_DATA, 0x0101, BYTES_NONE), CARD_UNKNOWN_CLASS);
	assert_int_equal(tell(c, 0x00, 0xB0, 0, BYTES_NONE), CARD_UNKNOWN_INS);
	assert_int_equal(tell(c, 0x00, CARD_GET_DATA, 0x0999, BYTES_NONE), CARD_WRONG_PARAMETERS);
	assert_int_equal(tell(c, 0x00, CARD_GET_DATA, 0x0101, BYTES_NONE), CARD_WRONG_LENGTH);
}

static void unblocking_is_reserved(void **state)
{
	struct card *c = *state;

	assert_int_equal(select_application(c), CARD_DONE);
	assert_int_equal(tell(c, 0x80, CARD_RESET_RETRY_COUNTER, 0x0081, BYTES_LITERAL("0123456789abcdefcheval-8")), CARD_NOT_SUPPORTED);
	assert_int_equal(verify(c, c->initial_pin), CARD_DONE);
}

static void pin_is_counted(void **state)
{
	struct card *c = *state;

	assert_int_equal(select_application(c), CARD_DONE);
	assert_int_equal(verify(c, ""), 0x63CA);
	assert_int_equal(verify(c, "short"), CARD_WRONG_DATA);
	assert_int_equal(verify(c, "seventeen-is-more"), CARD_WRONG_DATA);
	assert_int_equal(verify(c, "with space"), CARD_WRONG_DATA);
	assert_int_equal(verify(c, ""), 0x63CA);
	assert_int_equal(verify(c, "wrong-1"), 0x63C9);
	assert_int_equal(change(c, "wrong-1", "wrong-2"), 0x63C8);
	assert_int_equal(change(c, c->initial_pin, c->initial_pin), CARD_PIN_SAME);
	assert_int_equal(change(c, c->initial_pin, "short"), CARD_WRONG_DATA);
	assert_int_equal(verify(c, ""), 0x63C8);
	application_free(&c->application);
	plug(c);
	assert_int_equal(select_application(c), CARD_DONE);
	assert_int_equal(verify(c, ""), 0x63C8);
	assert_int_equal(verify(c, c->initial_pin), CARD_DONE);
	assert_int_equal(verify(c, ""), CARD_DONE);
	assert_int_equal(get(c, CARD_OBJECT_STATUS), CARD_DONE);
	assert_vector(buf_get(&c->answer), "010A0A010010");
	assert_int_equal(tell(c, 0x00, CARD_VERIFY, 0xFF81, BYTES_NONE), CARD_DONE);
	assert_int_equal(verify(c, ""), 0x63CA);
}

static void tenth_wrong_pin_blocks(void **state)
{
	struct card *c = *state;

	assert_int_equal(select_application(c), CARD_DONE);
	for (unsigned left = 9; left > 0; left--)
		assert_int_equal(verify(c, "wrong-1"), CARD_TRIES_LEFT | left);
	assert_int_equal(verify(c, "wrong-1"), CARD_PIN_BLOCKED);
	assert_int_equal(verify(c, c->initial_pin), CARD_PIN_BLOCKED);
	assert_int_equal(change(c, c->initial_pin, PIN), CARD_PIN_BLOCKED);
	assert_int_equal(verify(c, ""), CARD_PIN_BLOCKED);
}

static void initial_pin_gives_nothing_but_its_change(void **state)
{
	struct card *c = *state;

	assert_int_equal(select_application(c), CARD_DONE);
	assert_int_equal(ask(c, 0x80, CARD_CREATE_CONTAINER, 0, bytes_text("one"), 2), CARD_PIN_NEEDED);
	assert_int_equal(verify(c, c->initial_pin), CARD_DONE);
	assert_int_equal(ask(c, 0x80, CARD_CREATE_CONTAINER, 0, bytes_text("one"), 2), CARD_PIN_CHANGE_FIRST);
	assert_int_equal(tell(c, 0x00, CARD_PUT_DATA, CARD_OBJECT_LABEL, bytes_text("x")), CARD_PIN_CHANGE_FIRST);
	assert_int_equal(change(c, c->initial_pin, PIN), CARD_DONE);
	assert_int_equal(ask(c, 0x80, CARD_CREATE_CONTAINER, 0, bytes_text("one"), 2), CARD_PIN_NEEDED);
	assert_int_equal(verify(c, c->initial_pin), 0x63C9);
	assert_int_equal(verify(c, PIN), CARD_DONE);
	assert_int_equal(ask(c, 0x80, CARD_CREATE_CONTAINER, 0, bytes_text("one"), 2), CARD_DONE);
}

static struct sm2_public *generate(struct card *c)
{
	struct sm2_public *key = NULL;

	assert_int_equal(ask(c, 0x00, CARD_GENERATE, 0x8000, BYTES_NONE, SM2_POINT_SIZE), CARD_DONE);
	assert_int_equal(c->answer.size, SM2_POINT_SIZE);
	assert_int_equal(sm2_public_from_point(&key, c->answer.data, &c->err), 0);
	return key;
}

static void signature_key_signs_and_survives_a_change_of_pin(void **state)
{
	static const uint8_t e[32] = {0xF0, 0xB4, 0x3E};
	struct card *c = *state;
	struct sm2_public *key;

	make_ready(c);
	assert_int_equal(ask(c, 0x00, CARD_SECURITY_OPERATION, 0x9E9A, BYTES_ARRAY(e), 64), CARD_NOT_SELECTED);
	key = generate(c);
	assert_int_equal(ask(c, 0x00, CARD_GENERATE, 0x8000, BYTES_NONE, SM2_POINT_SIZE), CARD_EXISTS);
	assert_int_equal(ask(c, 0x00, CARD_SECURITY_OPERATION, 0x9E9A, (struct bytes){e, 31}, 64), CARD_WRONG_LENGTH);
	assert_int_equal(ask(c, 0x00, CARD_SECURITY_OPERATION, 0x9E9A, BYTES_ARRAY(e), 63), CARD_WRONG_LENGTH);
	assert_int_equal(ask(c, 0x00, CARD_SECURITY_OPERATION, 0x9E9A, BYTES_ARRAY(e), 64), CARD_DONE);
	assert_int_equal(sm2_verify_digest(key, e, c->answer.data, &c->err), 0);
	assert_int_equal(change(c, PIN, "another-9"), CARD_DONE);
	assert_int_equal(ask(c, 0x00, CARD_SECURITY_OPERATION, 0x9E9A, BYTES_ARRAY(e), 64), CARD_PIN_NEEDED);
	assert_int_equal(verify(c, "another-9"), CARD_DONE);
	assert_int_equal(ask(c, 0x00, CARD_SECURITY_OPERATION, 0x9E9A, BYTES_ARRAY(e), 64), CARD_DONE);
	assert_int_equal(sm2_verify_digest(key, e, c->answer.data, &c->err), 0);
	sm2_public_free(&key);
}

/* What stands in the key's file. */
static struct buf key_file(struct card *c)
{
	struct buf content;

	buf_init(&content, 1u << 20);
	assert_int_equal(file_read(&content, AT_FDCWD, c->path, &c->err), 0);
	return content;
}

/* Each octet of the envelope changed in turn; the card refuses, and its file is as it was. */
static void refuses_every_change(struct card *c, struct buf *envelope)
{
	struct buf before = key_file(c), after;

	for (size_t i = 0; i < envelope->size; i++) {
		envelope->data[i] ^= 0x80;
		assert_int_equal(tell(c, 0x80, CARD_IMPORT_KEY, 0, buf_get(envelope)), CARD_WRONG_DATA);
		envelope->data[i] ^= 0x80;
	}
	after = key_file(c);
	assert_true(bytes_equal(buf_get(&before), buf_get(&after)));
	buf_free(&before);
	buf_free(&after);
}

static void envelope_changed_anywhere_is_refused(void **state)
{
	struct card *c = *state;
	struct sm2_public *sign_key;
	struct sm2_private *key = NULL;
	struct buf envelope, cipher;

	buf_init(&envelope, 512);
	buf_init(&cipher, 512);
	make_ready(c);
	assert_int_equal(tell(c, 0x80, CARD_IMPORT_KEY, 0, BYTES_LITERAL("x")), CARD_NOT_SELECTED);
	sign_key = generate(c);
	assert_int_equal(sm2_private_generate(&key, &c->err), 0);
	assert_int_equal(envelope_seal(sign_key, key, &envelope, &c->err), 0);
	refuses_every_change(c, &envelope);
	assert_int_equal(get(c, CARD_OBJECT_ENCRYPT_POINT), CARD_NO_OBJECT);
	assert_int_equal(sm2_encrypt(sm2_private_public(key), BYTES_LITERAL("nonce"), &cipher, &c->err), 0);
	assert_int_equal(ask(c, 0x00, CARD_SECURITY_OPERATION, 0x8084, buf_get(&cipher), APDU_LE_MAX), CARD_NO_OBJECT);
	assert_int_equal(tell(c, 0x80, CARD_IMPORT_KEY, 0, buf_get(&envelope)), CARD_DONE);
	refuses_every_change(c, &envelope); /* also of the pair that is there */
	assert_int_equal(ask(c, 0x00, CARD_SECURITY_OPERATION, 0x8084, buf_get(&cipher), APDU_LE_MAX), CARD_DONE);
	assert_true(bytes_is_text(buf_get(&c->answer), "nonce"));
	assert_int_equal(ask(c, 0x00, CARD_SECURITY_OPERATION, 0x8084, buf_get(&cipher), 4), CARD_WRONG_LENGTH);
	assert_int_equal(c->answer.size, 0);
	cipher.data[cipher.size - 1] ^= 1;
	assert_int_equal(ask(c, 0x00, CARD_SECURITY_OPERATION, 0x8084, buf_get(&cipher), APDU_LE_MAX), CARD_WRONG_DATA);
	buf_free(&envelope);
	buf_free(&cipher);
	sm2_public_free(&sign_key);
	sm2_private_free(&key);
}

static void containers_come_and_go(void **state)
{
	struct card *c = *state;
	const uint8_t der[] = {0x30, 0x81, 0x80};
	const uint8_t one[] = {0x00, 0x01};
	char name[2] = "a";

	make_ready(c);
	assert_int_equal(tell(c, 0x00, CARD_PUT_DATA, CARD_OBJECT_SIGN_CERTIFICATE, BYTES_ARRAY(der)), CARD_WRONG_DATA);
	assert_int_equal(ask(c, 0x80, CARD_CREATE_CONTAINER, 0, bytes_text("one"), 2), CARD_EXISTS);
	assert_int_equal(ask(c, 0x80, CARD_CREATE_CONTAINER, 0, BYTES_LITERAL("a\nb"), 2), CARD_WRONG_DATA);
	assert_int_equal(ask(c, 0x80, CARD_CREATE_CONTAINER, 0, bytes_text("two"), 1), CARD_WRONG_LENGTH);
	for (int i = 1; i < CARD_CONTAINERS_MAX; i++, name[0]++)
		assert_int_equal(ask(c, 0x80, CARD_CREATE_CONTAINER, 0, bytes_text(name), 2), CARD_DONE);
	assert_int_equal(ask(c, 0x80, CARD_CREATE_CONTAINER, 0, bytes_text("full"), 2), CARD_NO_ROOM);
	assert_int_equal(tell(c, 0x00, CARD_SELECT, 0x010C, BYTES_ARRAY(one)), CARD_DONE);
	assert_int_equal(tell(c, 0x00, CARD_DELETE_CONTAINER, 0, BYTES_NONE), CARD_DONE);
	assert_int_equal(tell(c, 0x00, CARD_DELETE_CONTAINER, 0, BYTES_NONE), CARD_NOT_SELECTED);
	assert_int_equal(tell(c, 0x00, CARD_SELECT, 0x010C, BYTES_ARRAY(one)), CARD_NOT_FOUND);
	assert_int_equal(ask(c, 0x80, CARD_CREATE_CONTAINER, 0, bytes_text("one"), 2), CARD_DONE);
	assert_vector(buf_get(&c->answer), "0011");
}

static void failed_write_changes_nothing(void **state)
{
	struct card *c = *state;
	char blocked[80];

	make_ready(c);
	(void)snprintf(blocked, sizeof(blocked), "%s.new", c->path);
	assert_int_equal(mkdir(blocked, 0700), 0);
	assert_int_equal(tell(c, 0x00, CARD_PUT_DATA, CARD_OBJECT_LABEL, bytes_text("new")), CARD_MEMORY_FAILED);
	assert_int_equal(get(c, CARD_OBJECT_LABEL), CARD_DONE);
	assert_true(bytes_is_text(buf_get(&c->answer), "label"));
	assert_int_equal(ask(c, 0x80, CARD_CREATE_CONTAINER, 0, bytes_text("two"), 2), CARD_MEMORY_FAILED);
	assert_int_equal(verify(c, PIN), CARD_MEMORY_FAILED);
	assert_int_equal(verify(c, ""), 0x63CA);
	assert_int_equal(rmdir(blocked), 0);
	assert_int_equal(verify(c, PIN), CARD_DONE);
	assert_int_equal(get(c, CARD_OBJECT_CONTAINERS), CARD_DONE);
	assert_int_equal(c->answer.size, 4 + 3);
	assert_int_equal(tell(c, 0x00, CARD_PUT_DATA, CARD_OBJECT_LABEL, bytes_text("new")), CARD_DONE);
}

static void file_is_plugged_in_once(void **state)
{
	struct card *c = *state;
	struct memory_file *file = NULL;

	assert_int_equal(memory_file_open(&file, c->path, &c->err), -1);
	assert_int_equal(c->err.code, HF_EXISTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(nothing_without_selection, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(classes_and_parameters_are_looked_at_first, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(unblocking_is_reserved, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(pin_is_counted, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(tenth_wrong_pin_blocks, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(initial_pin_gives_nothing_but_its_change, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(signature_key_signs_and_survives_a_change_of_pin, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(envelope_changed_anywhere_is_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(containers_come_and_go, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(failed_write_changes_nothing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(file_is_plugged_in_once, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
