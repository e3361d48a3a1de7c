/* SM2 keys, signatures and encryption: the standard's examples, round trips, and what must be refused; by the arithmetic that the first
 * argument names. */
#include "crypto_load.h"
#include "sm2.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* GB/T 32918.5, the signature and the encryption example */
#define D "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
#define PX "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
#define PY "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
#define SPKI "3059301306072A8648CE3D020106082A811CCF5501822D03420004" PX PY
#define E "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"
#define R "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
#define S "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
#define SIGNATURE "3046022100" R "022100" S
#define SIGNATURE_OF_EMPTY_ID \
	"3045022027F1BA35327863638AFCE55EA5560734B20DC6F4AA21B74217BCAE759F2EB983022100" \
	"9815B803017B841EE27BC729B026A72FABDF588D3E7041E03E6A1DD43485497B"
#define CIPHER \
	"307C022004EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73022100E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99" \
	"283AFF767E124DF0042059983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766041321886CA989CA9C7D58087307CA93092D651EFA"
#define N "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123"
#define N_MINUS_1 "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54122"
#define N_MINUS_2 "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54121"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define TWO_TO_256 "01" ZERO
#define ONE "0000000000000000000000000000000000000000000000000000000000000001"

static struct sm2_public *example_public(void)
{
	struct buf spki = vector(SPKI);
	struct sm2_public *key;

	assert_int_equal(sm2_public_from_spki(&key, buf_get(&spki), NULL), 0);
	buf_free(&spki);
	return key;
}

static struct sm2_private *private_of(const char *scalar)
{
	struct secret d = vector_secret(scalar);
	struct sm2_private *key;

	assert_int_equal(sm2_private_from_scalar(&key, &d, NULL), 0);
	secret_free(&d);
	return key;
}

static int verify(const char *message, const char *signature, struct err *err)
{
	struct sm2_public *key = example_public();
	struct buf der = vector(signature);
	int result = sm2_verify(key, bytes_text(message), buf_get(&der), err);

	buf_free(&der);
	sm2_public_free(&key);
	return result;
}

static void verifies_the_example(void **state)
{
	struct sm2_public *key = example_public();
	uint8_t e[32];

	assert_int_equal(sm2_digest(key, BYTES_LITERAL("message digest"), e, NULL), 0);
	assert_vector(BYTES_ARRAY(e), E);
	sm2_public_free(&key);
	assert_int_equal(verify("message digest", SIGNATURE, NULL), 0);
}

static void refuses_signatures(void **state)
{
	static const char *const bad[] = {
	    SIGNATURE_OF_EMPTY_ID,
	    SIGNATURE "00",                   /* trailing byte */
	    "3047022100" R "022100" S "00",   /* trailing byte inside */
	    "308146022100" R "022100" S,      /* length not minimal */
	    "304702220000" R "022100" S,      /* integer not minimal */
	    "30450220" R "022100" S,          /* negative r */
	    "3046022100" S "022100" R,        /* exchanged */
	    "3025020100022100" S,             /* r = 0 */
	    "3026022100" R "020100",          /* s = 0 */
	    "3046022100" N "022100" S,        /* r = n */
	    "3046022100" R "022100" N,        /* s = n */
	    "3026022100" N_MINUS_1 "020101",  /* r + s = n */
	    "3047022201" ZERO "00022100" S,   /* r of 264 bits */
	    "3080022100" R "022100" S "0000", /* indefinite length */
	    "3023022100" R,                   /* no s */
	    "3000",
	    "",
	};
	struct err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err_clear(&err);
		assert_int_equal(verify("message digest", bad[i], &err), -1);
		assert_int_equal(err.code, HF_CERT_SIGNATURE);
	}
	assert_int_equal(verify("message digesT", SIGNATURE, &err), -1);
	assert_int_equal(verify("", SIGNATURE, &err), -1);
}

static void refuses_any_flipped_bit(void **state)
{
	struct sm2_public *key = example_public();
	struct buf der = vector(SIGNATURE);

	for (size_t bit = 0; bit < der.size * 8; bit += 7) {
		der.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(sm2_verify(key, BYTES_LITERAL("message digest"), buf_get(&der), NULL), -1);
		der.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	buf_free(&der);
	sm2_public_free(&key);
}

static void verifies_digests(void **state)
{
	struct sm2_public *key = example_public();
	struct buf e = vector(E), rs = vector(R S), bad = vector(R N);

	assert_int_equal(sm2_verify_digest(key, e.data, rs.data, NULL), 0);
	assert_int_equal(sm2_verify_digest(key, e.data, bad.data, NULL), -1);
	e.data[31] ^= 1;
	assert_int_equal(sm2_verify_digest(key, e.data, rs.data, NULL), -1);
	buf_free(&bad);
	buf_free(&rs);
	buf_free(&e);
	sm2_public_free(&key);
}

static void signs(void **state)
{
	struct sm2_private *key = private_of(D);
	struct buf der, again;
	uint8_t e[32], rs[64];

	buf_init(&der, SM2_SIGNATURE_MAX);
	buf_init(&again, SM2_SIGNATURE_MAX);
	assert_int_equal(sm2_sign(key, BYTES_LITERAL("text"), &der, NULL), 0);
	assert_int_equal(sm2_verify(sm2_private_public(key), BYTES_LITERAL("text"), buf_get(&der), NULL), 0);
	assert_int_equal(sm2_verify(sm2_private_public(key), BYTES_LITERAL("texT"), buf_get(&der), NULL), -1);
	assert_int_equal(sm2_signature_from_der(buf_get(&der), rs, NULL), 0);
	assert_int_equal(sm2_signature_to_der(rs, &again, NULL), 0);
	assert_true(bytes_equal(buf_get(&der), buf_get(&again)));

	assert_int_equal(sm2_digest(sm2_private_public(key), BYTES_LITERAL("other"), e, NULL), 0);
	assert_int_equal(sm2_sign_digest(key, e, rs, NULL), 0);
	buf_clear(&der);
	assert_int_equal(sm2_signature_to_der(rs, &der, NULL), 0);
	assert_int_equal(sm2_verify(sm2_private_public(key), BYTES_LITERAL("other"), buf_get(&der), NULL), 0);
	buf_free(&der);
	buf_free(&again);
	sm2_private_free(&key);
}

static void keys_in_all_forms(void **state)
{
	struct sm2_private *d = private_of(D);
	struct sm2_public *key = example_public(), *other;
	uint8_t point[SM2_POINT_SIZE], spki[SM2_SPKI_SIZE], id[SM2_KEY_ID_SIZE], hash[32];
	struct secret scalar;

	assert_true(sm2_public_equal(key, sm2_private_public(d)));
	sm2_public_point(key, point);
	assert_vector(BYTES_ARRAY(point), "04" PX PY);
	sm2_public_spki(key, spki);
	assert_vector(BYTES_ARRAY(spki), SPKI);
	memset(spki, 0, sizeof(spki));
	sm2_point_to_spki(point, spki);
	assert_vector(BYTES_ARRAY(spki), SPKI);
	assert_int_equal(sm2_public_from_point(&other, point, NULL), 0);
	assert_true(sm2_public_equal(key, other));
	sm2_public_id(key, id);
	sm2_public_hash(key, hash);
	assert_memory_not_equal(id, hash, SM2_KEY_ID_SIZE); /* of the point, and of the SPKI */
	assert_int_equal(sm2_private_scalar(d, &scalar, NULL), 0);
	assert_vector(secret_get(&scalar), D);
	secret_free(&scalar);
	sm2_public_free(&other);
	sm2_public_free(&key);
	sm2_private_free(&d);
	assert_null(key);
	sm2_public_free(&key);
}

static void refuses_public_keys(void **state)
{
	static const struct {
		const char *spki;
		enum err_code code;
	} bad[] = {
	    {"3059301306072A8648CE3D020106082A811CCF5501822D03420004" PY PX, HF_DER}, /* off the curve */
	    {"3059301306072A8648CE3D020106082A811CCF5501822D03420004" ZERO ZERO, HF_DER},
	    {"3059301306072A8648CE3D020106082A811CCF5501822D03420006" PX PY, HF_DER},          /* hybrid form */
	    {"3059301306072A8648CE3D020106082A8648CE3D03010703420004" PX PY, HF_CSR_KEY_TYPE}, /* P-256 */
	    {"305A301406082A811CCF5501822D0106082A811CCF5501822D03420004" PX PY, HF_DER},
	    {SPKI "00", HF_DER},
	    {"300030", HF_DER},
	    {"", HF_DER},
	};
	struct sm2_public *key;
	struct err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buf spki = vector(bad[i].spki);
		err_clear(&err);
		assert_int_equal(sm2_public_from_spki(&key, buf_get(&spki), &err), -1);
		assert_int_equal(err.code, bad[i].code);
		assert_null(key);
		buf_free(&spki);
	}
}

static void refuses_private_keys(void **state)
{
	static const char *const bad[] = {ZERO, N, N_MINUS_1, TWO_TO_256, "01"};
	struct sm2_private *key;
	struct err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct secret d = vector_secret(bad[i]);
		assert_int_equal(sm2_private_from_scalar(&key, &d, &err), -1);
		assert_int_equal(err.code, HF_DER);
		assert_null(key);
		secret_free(&d);
	}
	key = private_of(ONE);
	sm2_private_free(&key);
	key = private_of(N_MINUS_2);
	sm2_private_free(&key);
}

static void decrypts_the_example(void **state)
{
	struct sm2_private *key = private_of(D);
	struct buf cipher = vector(CIPHER);
	struct secret plain;
	struct err err;

	assert_int_equal(sm2_decrypt(key, buf_get(&cipher), &plain, NULL), 0);
	assert_true(bytes_is_text(secret_get(&plain), "encryption standard"));
	secret_free(&plain);
	for (size_t at = 0; at < cipher.size; at += 3) {
		cipher.data[at] ^= 0x10;
		assert_int_equal(sm2_decrypt(key, buf_get(&cipher), &plain, &err), -1);
		assert_int_equal(err.code, HF_ENVELOPE);
		assert_null(plain.data);
		cipher.data[at] ^= 0x10;
	}
	for (size_t size = 0; size < cipher.size; size += 5)
		assert_int_equal(sm2_decrypt(key, (struct bytes){cipher.data, size}, &plain, &err), -1);
	buf_free(&cipher);
	sm2_private_free(&key);
}

static void encrypts(void **state)
{
	struct sm2_private *key, *other;
	struct secret plain;
	struct buf cipher;
	struct err err;

	assert_int_equal(sm2_private_generate(&key, NULL), 0);
	assert_int_equal(sm2_private_generate(&other, NULL), 0);
	assert_false(sm2_public_equal(sm2_private_public(key), sm2_private_public(other)));
	buf_init(&cipher, 1024);
	assert_int_equal(sm2_encrypt(sm2_private_public(key), BYTES_LITERAL("a"), &cipher, NULL), 0);
	assert_true(cipher.size <= 1 + SM2_CIPHER_OVERHEAD);
	assert_int_equal(sm2_decrypt(key, buf_get(&cipher), &plain, NULL), 0);
	assert_true(bytes_is_text(secret_get(&plain), "a"));
	secret_free(&plain);
	assert_int_equal(sm2_decrypt(other, buf_get(&cipher), &plain, &err), -1);
	assert_int_equal(sm2_encrypt(sm2_private_public(key), BYTES_NONE, &cipher, &err), -1);
	buf_free(&cipher);
	sm2_private_free(&other);
	sm2_private_free(&key);
}

static void batches(void **state)
{
	struct sm2_private *key = private_of(D);
	struct sm2_sign_item sign[3] = {{key, BYTES_LITERAL("0")}, {key, BYTES_LITERAL("1")}, {key, BYTES_LITERAL("2")}};
	struct sm2_verify_item check[3];
	struct crypto_account before = crypto_account_get();

	assert_int_equal(sm2_sign_many(sign, 3, NULL), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(sign[i].result, 0);
		check[i] = (struct sm2_verify_item){sm2_private_public(key), sign[i].message, buf_get(&sign[i].signature), -1};
	}
	check[1].message = BYTES_LITERAL("x");
	assert_int_equal(sm2_verify_many(check, 3, NULL), 0);
	assert_int_equal(check[0].result, 0);
	assert_int_equal(check[1].result, -1);
	assert_int_equal(check[2].result, 0);

	struct crypto_account after = crypto_account_get();
	assert_int_equal(after.signs - before.signs, 3);
	assert_int_equal(after.verifies - before.verifies, 3);
	assert_true(after.ns > before.ns);
	for (size_t i = 0; i < 3; i++)
		buf_free(&sign[i].signature);
	sm2_private_free(&key);
}

/* More than one group, and a table for one of the keys. */
static void large_batches(void **state)
{
	enum { MANY = 75 };
	static struct sm2_private *key[MANY];
	static struct sm2_sign_item sign[MANY];
	static struct sm2_verify_item check[MANY];
	struct sm2_public *known;
	uint8_t text[MANY], point[SM2_POINT_SIZE];

	assert_int_equal(sm2_private_generate_many(key, MANY, NULL), 0);
	sm2_public_point(sm2_private_public(key[7]), point);
	assert_int_equal(sm2_public_from_point(&known, point, NULL), 0);
	assert_int_equal(sm2_public_prepare(known, NULL), 0);
	assert_int_equal(sm2_public_prepare(known, NULL), 0);
	for (size_t i = 0; i < MANY; i++) {
		text[i] = (uint8_t)i;
		sign[i] = (struct sm2_sign_item){.key = key[i], .message = {text + i, 1}};
	}
	assert_int_equal(sm2_sign_many(sign, MANY, NULL), 0);
	for (size_t i = 0; i < MANY; i++)
		check[i] = (struct sm2_verify_item){
		    .key = i == 7 ? known : sm2_private_public(key[i]), .message = {text + i, 1}, .signature = buf_get(&sign[i].signature)};
	text[40] ^= 1;
	check[50].signature.size--;
	assert_int_equal(sm2_verify_many(check, MANY, NULL), 0);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(check[i].result, i == 40 || i == 50 ? -1 : 0);
		assert_int_equal(sm2_verify(check[i].key, check[i].message, check[i].signature, NULL), check[i].result);
	}
	for (size_t i = 0; i < MANY; i++) {
		buf_free(&sign[i].signature);
		sm2_private_free(&key[i]);
	}
	sm2_public_free(&known);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(verifies_the_example),
	    cmocka_unit_test(refuses_signatures),
	    cmocka_unit_test(refuses_any_flipped_bit),
	    cmocka_unit_test(verifies_digests),
	    cmocka_unit_test(signs),
	    cmocka_unit_test(keys_in_all_forms),
	    cmocka_unit_test(refuses_public_keys),
	    cmocka_unit_test(refuses_private_keys),
	    cmocka_unit_test(decrypts_the_example),
	    cmocka_unit_test(encrypts),
	    cmocka_unit_test(batches),
	    cmocka_unit_test(large_batches),
	};

	if (argc != 2 || crypto_use("gmssl", NULL) == 0 || crypto_use(argv[1], NULL) != 0)
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
