/* Requests built as a card would sign them, read with proof of possession, and refused; PEM. */
#include "csr.h"
#include "pem.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct name subject = {.common_name = BYTES_LITERAL("HF00000001")};
static struct sm2_private *key;

static int make_key(void **state)
{
	return sm2_private_generate(&key, NULL);
}

static int free_key(void **state)
{
	sm2_private_free(&key);
	return 0;
}

/* As the card does it: only the digest leaves the host. */
static struct buf sign(struct bytes tbs)
{
	uint8_t e[32], rs[64];
	struct buf der;

	buf_init(&der, CSR_DER_MAX + 100);
	assert_int_equal(sm2_digest(sm2_private_public(key), tbs, e, NULL), 0);
	assert_int_equal(sm2_sign_digest(key, e, rs, NULL), 0);
	assert_int_equal(csr_assemble(tbs, rs, &der, NULL), 0);
	return der;
}

static struct buf build(void)
{
	struct buf tbs;

	buf_init(&tbs, CSR_DER_MAX);
	assert_int_equal(csr_build(&subject, sm2_private_public(key), &tbs, NULL), 0);
	return tbs;
}

static void expect_refused(struct bytes der, enum err_code code)
{
	struct csr csr;
	struct err err;

	err_clear(&err);
	assert_int_equal(csr_read(&csr, der, &err), -1);
	assert_int_equal(err.code, code);
	assert_null(csr.key);
	csr_free(&csr);
}

/* What is verified with many others is read without its proof, which stands beside the key. */
static void the_proof_may_be_looked_at_later(void **state)
{
	struct buf tbs = build(), der = sign(buf_get(&tbs));
	struct csr csr;

	(void)state;
	assert_int_equal(csr_parse(&csr, buf_get(&der), NULL), 0);
	assert_true(bytes_equal(csr.tbs, buf_get(&tbs)));
	assert_int_equal(sm2_verify(csr.key, csr.tbs, csr.signature, NULL), 0);
	csr_free(&csr);
	der.data[der.size - 1] ^= 1;
	assert_int_equal(csr_parse(&csr, buf_get(&der), NULL), 0);
	assert_int_equal(sm2_verify(csr.key, csr.tbs, csr.signature, NULL), -1);
	csr_free(&csr);
	buf_free(&tbs);
	buf_free(&der);
}

static void reads_what_it_built(void **state)
{
	struct buf tbs = build(), der = sign(buf_get(&tbs));
	struct csr csr;
	struct name name;

	assert_int_equal(csr_read(&csr, buf_get(&der), NULL), 0);
	assert_true(sm2_public_equal(csr.key, sm2_private_public(key)));
	assert_true(bytes_is_text(csr.subject.common_name, "HF00000001"));
	assert_int_equal(csr_read_name(&name, buf_get(&der), NULL), 0);
	assert_true(bytes_is_text(name.common_name, "HF00000001"));
	csr_free(&csr);
	csr_free(&csr);
	buf_free(&tbs);
	buf_free(&der);
}

/* One place of the to-be-signed bytes exchanged, then signed. */
static void expect_forged(const char *from, const char *to, enum err_code code)
{
	struct buf tbs = build(), old = vector(from), new = vector(to), der;
	uint8_t *at = memmem(tbs.data, tbs.size, old.data, old.size);

	assert_non_null(at);
	memcpy(at, new.data, new.size);
	der = sign(buf_get(&tbs));
	expect_refused(buf_get(&der), code);
	buf_free(&tbs);
	buf_free(&old);
	buf_free(&new);
	buf_free(&der);
}

static void refuses_other_forms(void **state)
{
	uint8_t point[SM2_POINT_SIZE];
	char from[9] = "", to[9] = "";

	expect_forged("020100", "020101", HF_CSR_FORMAT);                               /* version 2 */
	expect_forged("020100", "020000", HF_CSR_FORMAT);                               /* an empty INTEGER */
	expect_forged("06082a811ccf5501822d", "06082a8648ce3d030107", HF_CSR_KEY_TYPE); /* P-256 */
	expect_forged("0603550403", "0603550483", HF_CSR_FORMAT);                       /* an OID that does not end */
	sm2_public_point(sm2_private_public(key), point);
	snprintf(from, sizeof(from), "%02x%02x%02x%02x", point[61], point[62], point[63], point[64]);
	snprintf(to, sizeof(to), "%02x%02x%02x%02x", point[61], point[62], point[63], point[64] ^ 1);
	expect_forged(from, to, HF_CSR_KEY_TYPE); /* off the curve */
}

static void refuses_without_proof(void **state)
{
	struct buf tbs = build(), der = sign(buf_get(&tbs));
	struct sm2_private *other, *mine = key;

	der.data[der.size - 1] ^= 1;
	expect_refused(buf_get(&der), HF_CSR_PROOF);
	buf_free(&der);
	assert_int_equal(sm2_private_generate(&other, NULL), 0);
	key = other; /* signs the request that names the first key */
	der = sign(buf_get(&tbs));
	key = mine;
	expect_refused(buf_get(&der), HF_CSR_PROOF);
	sm2_private_free(&other);
	buf_free(&tbs);
	buf_free(&der);
}

static void refuses_every_truncation_and_flip(void **state)
{
	struct buf tbs = build(), der = sign(buf_get(&tbs));
	struct csr csr;

	for (size_t size = 0; size < der.size; size++)
		expect_refused((struct bytes){der.data, size}, HF_CSR_FORMAT);
	for (size_t at = 0; at < der.size; at++) {
		der.data[at] ^= 0x08;
		assert_int_equal(csr_read(&csr, buf_get(&der), NULL), -1);
		der.data[at] ^= 0x08;
	}
	assert_int_equal(buf_append_u8(&der, 0, NULL), 0);
	expect_refused(buf_get(&der), HF_CSR_FORMAT);
	static const uint8_t large[CSR_DER_MAX + 1];
	expect_refused(BYTES_ARRAY(large), HF_CSR_FORMAT);
	buf_free(&tbs);
	buf_free(&der);
}

static void reads_a_request_with_attributes(void **state)
{
	struct buf tbs, der;
	struct csr csr;
	struct der_writer w;
	uint8_t spki[SM2_SPKI_SIZE];

	buf_init(&tbs, CSR_DER_MAX);
	sm2_public_spki(sm2_private_public(key), spki);
	der_start(&w, &tbs);
	der_open(&w, DER_SEQUENCE);
	der_put_small(&w, DER_INTEGER, 0);
	name_write(&w, &subject);
	der_put_element(&w, BYTES_ARRAY(spki));
	der_open(&w, DER_CONTEXT_CONSTRUCTED(0));
	der_open(&w, DER_SEQUENCE);
	der_put(&w, DER_OID, BYTES_LITERAL("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x07"));
	der_open(&w, DER_SET);
	der_put(&w, DER_UTF8_STRING, BYTES_LITERAL("challenge"));
	der_close(&w);
	der_close(&w);
	der_close(&w);
	der_close(&w);
	assert_int_equal(der_finish(&w, NULL), 0);
	der = sign(buf_get(&tbs));
	assert_int_equal(csr_read(&csr, buf_get(&der), NULL), 0);
	csr_free(&csr);
	buf_free(&tbs);
	buf_free(&der);
}

static void pem_goes_round(void **state)
{
	static uint8_t data[100];
	struct buf text, der;

	buf_init(&text, 4096);
	buf_init(&der, 4096);
	for (size_t size = 0; size <= sizeof(data); size += 25) {
		memset(data, (int)size, sizeof(data));
		buf_clear(&text);
		assert_int_equal(buf_append_text(&text, "a word before\n", NULL), 0);
		assert_int_equal(pem_write(&text, PEM_REQUEST, BYTES_LITERAL("other"), NULL), 0);
		assert_int_equal(pem_write(&text, PEM_CERTIFICATE, (struct bytes){data, size}, NULL), 0);
		assert_int_equal(pem_write(&text, PEM_CERTIFICATE, BYTES_LITERAL("second"), NULL), 0);
		struct bytes in = buf_get(&text);
		buf_clear(&der);
		assert_int_equal(pem_read(&in, PEM_CERTIFICATE, &der, NULL), 0);
		assert_true(bytes_equal(buf_get(&der), (struct bytes){data, size}));
		buf_clear(&der);
		assert_int_equal(pem_read(&in, PEM_CERTIFICATE, &der, NULL), 0);
		assert_true(bytes_is_text(buf_get(&der), "second"));
		assert_int_equal(pem_read(&in, PEM_CERTIFICATE, &der, NULL), -1);
	}
	buf_free(&text);
	buf_free(&der);
}

static void pem_is_refused(void **state)
{
	static const struct {
		const char *text;
		enum err_code code;
	} bad[] = {
	    {"", HF_NOT_FOUND},
	    {"-----BEGIN CERTIFICATE-----", HF_DER},
	    {"-----BEGIN CERTIFICATE-----\nAAAA\n", HF_DER},
	    {"-----BEGIN CERTIFICATE-----\nAA*A\n-----END CERTIFICATE-----\n", HF_DER},
	    {"-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n", HF_DER},
	    {"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n", HF_NOT_FOUND},
	    {" -----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", HF_NOT_FOUND},
	};
	struct buf der;
	struct err err;

	buf_init(&der, 64);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct bytes in = bytes_text(bad[i].text);
		err_clear(&err);
		assert_int_equal(pem_read(&in, PEM_CERTIFICATE, &der, &err), -1);
		assert_int_equal(err.code, bad[i].code);
	}
	struct bytes crlf = bytes_text("-----BEGIN CERTIFICATE-----\r\nAAAA\r\n-----END CERTIFICATE-----\r\n");
	buf_clear(&der);
	assert_int_equal(pem_read(&crlf, PEM_CERTIFICATE, &der, NULL), 0);
	assert_vector(buf_get(&der), "000000");
	buf_free(&der);
}

static enum err_code check(struct name asked)
{
	const struct name certified = {.country = BYTES_LITERAL("CN"),
	                               .state = BYTES_LITERAL("北京市"),
	                               .organisation = BYTES_LITERAL("甲公司"),
	                               .common_name = BYTES_LITERAL("甲公司")};
	struct err err = {0};

	return csr_check_name(&asked, &certified, BYTES_LITERAL("3K0001"), &err) == 0 ? HF_NONE : err.code;
}

static void only_the_names_of_the_certificate(void **state)
{
	assert_int_equal(check((struct name){0}), HF_NONE);
	assert_int_equal(check((struct name){.common_name = BYTES_LITERAL("3K0001")}), HF_NONE);
	assert_int_equal(check((struct name){.common_name = BYTES_LITERAL("甲公司")}), HF_NONE);
	assert_int_equal(check((struct name){.state = BYTES_LITERAL("北京市"), .organisation = BYTES_LITERAL("甲公司")}), HF_NONE);
	assert_int_equal(check((struct name){.common_name = BYTES_LITERAL("乙公司")}), HF_CSR_NAME);
	assert_int_equal(check((struct name){.common_name = BYTES_LITERAL("3K0002")}), HF_CSR_NAME);
	assert_int_equal(check((struct name){.organisation = BYTES_LITERAL("3K0001")}), HF_CSR_NAME);
	assert_int_equal(check((struct name){.country = BYTES_LITERAL("US")}), HF_CSR_NAME);
	assert_int_equal(check((struct name){.unit = BYTES_LITERAL("财务部")}), HF_CSR_NAME); /* the certificate has none */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_it_built),
	    cmocka_unit_test(refuses_other_forms),
	    cmocka_unit_test(refuses_without_proof),
	    cmocka_unit_test(the_proof_may_be_looked_at_later),
	    cmocka_unit_test(refuses_every_truncation_and_flip),
	    cmocka_unit_test(reads_a_request_with_attributes),
	    cmocka_unit_test(only_the_names_of_the_certificate),
	    cmocka_unit_test(pem_goes_round),
	    cmocka_unit_test(pem_is_refused),
	};
	return cmocka_run_group_tests(tests, make_key, free_key);
}
