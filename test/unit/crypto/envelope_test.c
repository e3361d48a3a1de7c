/* SM2EnvelopedKey: vectors in both parameter forms, round trips, and every damaged form refused. */
#include "envelope.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SIGN_D "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
#define ENC_D "785129917D45A9EA5437A59356B82338EAADDA6CEB199088F14AE10DEFA229B5"
#define CIPHER \
	"3079022004EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73022100E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99" \
	"283AFF767E124DF004204423B448D18B4A1A86B0E264E928007803243A5A8D9D0B0E8953BFE4E928ADCF041045C54ABC791125FBC9BAE9ECC8A65559"
#define POINT \
	"03420004" \
	"6AE848C57C53C7B1B5FA99EB2286AF078BA64C64591B8B566F7357D576F16DFBEE489D771621A27B36C5C7992062E9CD09A9264386F3FBEA54DFF69305621C4D"
#define OTHER_POINT \
	"03420004" \
	"09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
#define ENCRYPTED "032100CC497521A3ED157B988F0F696B7C379FBFE7FDFA3B80B7D0A3681A3C74A7FBBF"
#define ENVELOPE "3081EE300A06082A811CCF55016801" CIPHER POINT ENCRYPTED
#define ENVELOPE_NULL "3081F0300C06082A811CCF550168010500" CIPHER POINT ENCRYPTED
#define ENVELOPE_SM4 "3081ED300906072A811CCF550168" CIPHER POINT ENCRYPTED

static struct sm2_private *private_of(const char *scalar)
{
	struct secret d = vector_secret(scalar);
	struct sm2_private *key;

	assert_int_equal(sm2_private_from_scalar(&key, &d, NULL), 0);
	secret_free(&d);
	return key;
}

static void opens_the_vectors(void **state)
{
	static const char *const forms[] = {ENVELOPE, ENVELOPE_NULL, ENVELOPE_SM4};
	struct sm2_private *with = private_of(SIGN_D);

	for (size_t i = 0; i < 3; i++) {
		struct buf der = vector(forms[i]);
		struct sm2_private *key;
		struct secret scalar;
		struct envelope e;

		assert_int_equal(envelope_open(with, buf_get(&der), &key, NULL), 0);
		assert_int_equal(sm2_private_scalar(key, &scalar, NULL), 0);
		assert_vector(secret_get(&scalar), ENC_D);
		assert_int_equal(envelope_read(&e, buf_get(&der), NULL), 0);
		assert_vector(e.cipher, CIPHER);
		secret_free(&scalar);
		sm2_private_free(&key);
		buf_free(&der);
	}
	sm2_private_free(&with);
}

static void refuses(void **state)
{
	static const char *const bad[] = {
	    "3081EE300A06082A811CCF55016802" CIPHER POINT ENCRYPTED,       /* SM4-CBC */
	    "3081F1300D06082A811CCF55016801040100" CIPHER POINT ENCRYPTED, /* odd parameters */
	    "3081EE300A06082A811CCF55016801" CIPHER OTHER_POINT ENCRYPTED, /* no pair */
	    "3081EE300A06082A811CCF55016801" CIPHER ENCRYPTED POINT,       ENVELOPE "00", "3000", "",
	};
	struct sm2_private *with = private_of(SIGN_D), *other = private_of(ENC_D), *key;
	struct err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buf der = vector(bad[i]);
		assert_int_equal(envelope_open(with, buf_get(&der), &key, &err), -1);
		assert_int_equal(err.code, HF_ENVELOPE);
		assert_null(key);
		buf_free(&der);
	}
	struct buf der = vector(ENVELOPE);
	assert_int_equal(envelope_open(other, buf_get(&der), &key, &err), -1);
	for (size_t at = 0; at < der.size; at++) {
		der.data[at] ^= 0x04;
		assert_int_equal(envelope_open(with, buf_get(&der), &key, &err), -1);
		der.data[at] ^= 0x04;
	}
	for (size_t size = 0; size < der.size; size++)
		assert_int_equal(envelope_open(with, (struct bytes){der.data, size}, &key, &err), -1);
	buf_free(&der);
	sm2_private_free(&with);
	sm2_private_free(&other);
}

static void seals(void **state)
{
	struct sm2_private *with, *key, *opened;
	struct buf der;

	buf_init(&der, 512);
	assert_int_equal(sm2_private_generate(&with, NULL), 0);
	assert_int_equal(sm2_private_generate(&key, NULL), 0);
	assert_int_equal(envelope_seal(sm2_private_public(with), key, &der, NULL), 0);
	assert_int_equal(envelope_open(with, buf_get(&der), &opened, NULL), 0);
	assert_true(sm2_public_equal(sm2_private_public(opened), sm2_private_public(key)));
	sm2_private_free(&opened);
	assert_int_equal(envelope_open(key, buf_get(&der), &opened, NULL), -1);
	buf_free(&der);
	sm2_private_free(&with);
	sm2_private_free(&key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(opens_the_vectors),
	    cmocka_unit_test(refuses),
	    cmocka_unit_test(seals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
