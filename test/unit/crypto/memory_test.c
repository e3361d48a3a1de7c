/* After a key was made, read, sealed, opened and used by the crypto door, no word of it is left in the process. */
#include "envelope.h"
#include "secret_search.h"
#include "sm2.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>

#include <cmocka.h>

static void *note_scalar(void *arg)
{
	const struct secret *scalar = arg;

	search_begin();
	search_add_key(scalar->data);
	return NULL;
}

/* One key made, read, sealed, opened, used; the needles are noted as soon as it is there. */
static void *use_door(void *arg)
{
	const struct bytes text = BYTES_LITERAL("a message");
	struct secret *scalar = arg, opened;
	struct sm2_private *key, *again, *other, *received;
	struct buf signature, cipher, envelope;
	struct err err;

	buf_init(&signature, SM2_SIGNATURE_MAX);
	buf_init(&cipher, 1024);
	buf_init(&envelope, 1024);
	assert_int_equal(sm2_private_generate(&key, &err), 0);
	assert_int_equal(sm2_private_generate(&other, &err), 0);
	assert_int_equal(sm2_private_scalar(key, scalar, &err), 0);
	search_apart(note_scalar, scalar);
	assert_int_equal(sm2_private_from_scalar(&again, scalar, &err), 0);
	assert_int_equal(sm2_sign(again, text, &signature, &err), 0);
	assert_int_equal(sm2_encrypt(sm2_private_public(key), text, &cipher, &err), 0);
	assert_int_equal(sm2_decrypt(key, buf_get(&cipher), &opened, &err), 0);
	assert_int_equal(envelope_seal(sm2_private_public(other), key, &envelope, &err), 0);
	assert_int_equal(envelope_open(other, buf_get(&envelope), &received, &err), 0);
	secret_free(&opened);
	sm2_private_free(&received);
	sm2_private_free(&again);
	sm2_private_free(&other);
	sm2_private_free(&key);
	buf_free(&signature);
	buf_free(&cipher);
	buf_free(&envelope);
	return NULL;
}

static void the_door_leaves_nothing(void **state)
{
	struct secret *scalar = search_map(sizeof(*scalar));
	void *stack = search_on_stack(use_door, scalar);

	assert_true(search(false) > 0); /* what was read */
	secret_free(scalar);
	assert_int_equal(search(true), 0);
	assert_int_equal(munmap(stack, SEARCH_STACK_SIZE), 0);
	assert_int_equal(munmap(scalar, sizeof(*scalar)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_door_leaves_nothing)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
