/* Writes into a directory what a whole run of the service leaves behind, made by the libraries alone: the judge is tried on it, and the
 * fuzz targets got their first inputs from it. Usage: samples DIRECTORY */
#include "cert_build.h"
#include "clock.h"
#include "crl_build.h"
#include "csr.h"
#include "digest.h"
#include "envelope.h"
#include "file.h"
#include "keyring.h"
#include "ocsp_client.h"
#include "pem.h"
#include "random.h"
#include "text_code.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(s) BYTES_LITERAL(s)
#define NAME "北京示例科技有限公司"

static int folder;
static int64_t now;

/* A key with its certificate. */
struct holder {
	struct sm2_private *key;
	struct cert *cert;
};
static struct holder root, issuing, journal, ocsp, sign, encryption, revoked, soft_sign, soft_encryption, operator_sign, reviewer_sign;

static void check(int result, const struct err *err)
{
	if (result == 0)
		return;
	fprintf(stderr, "samples: %s\n", err->text);
	exit(1);
}

static void keep(const char *name, struct bytes content)
{
	struct err err;

	check(file_replace(folder, name, content, 0644, &err), &err);
}

static void keep_pem(const char *name, const char *label, struct bytes der)
{
	struct buf text;
	struct err err;

	buf_init(&text, 3 * CERT_DER_MAX);
	check(pem_write(&text, label, der, &err), &err);
	keep(name, buf_get(&text));
	buf_free(&text);
}

static void certify(struct holder *h, enum profile profile, struct bytes common_name, const struct holder *by)
{
	struct buf der;
	struct err err;

	check(sm2_private_generate(&h->key, &err), &err);
	struct cert_plan plan = {
	    .profile = profile,
	    .subject = {.country = TEXT("CN"), .organisation = TEXT("虎符"), .common_name = common_name},
	    .not_before = now - 3600,
	    .not_after = profile_end(profile, now - 3600, by != NULL ? by->cert->not_after : INT64_MAX),
	    .key = sm2_private_public(h->key),
	    .issuer = by != NULL ? by->cert : NULL,
	    .urls = {TEXT("http://127.0.0.1:8081/issuing.crl"), TEXT("http://127.0.0.1:8081/ocsp"),
	             TEXT("http://127.0.0.1:8081/issuing.crt")},
	    .evaluation = true,
	};
	if (profile_get(profile)->holder) {
		plan.code = TEXT("91110108123456788E");
		plan.subject.organisation = common_name;
		plan.subject.state = TEXT("北京市");
	}
	serial_draw(&plan.serial);
	buf_init(&der, CERT_DER_MAX);
	check(cert_issue(&plan, by != NULL ? by->key : h->key, &der, &err), &err);
	check(cert_parse(&h->cert, buf_get(&der), &err), &err);
	buf_free(&der);
}

static void certify_all(void)
{
	certify(&root, PROFILE_ROOT, TEXT("虎符根证书"), NULL);
	certify(&issuing, PROFILE_ISSUING, TEXT("虎符签发证书"), &root);
	certify(&journal, PROFILE_JOURNAL, TEXT("虎符日志"), &issuing);
	certify(&ocsp, PROFILE_OCSP, TEXT("虎符状态查询"), &issuing);
	certify(&sign, PROFILE_ENTERPRISE_SIGN, TEXT(NAME), &issuing);
	certify(&encryption, PROFILE_ENTERPRISE_ENCRYPTION, TEXT(NAME), &issuing);
	certify(&revoked, PROFILE_ENTERPRISE_SIGN, TEXT("上海示例贸易有限公司"), &issuing);
	certify(&soft_sign, PROFILE_EVALUATION_SIGN, TEXT("广州示例软件有限公司"), &issuing);
	certify(&soft_encryption, PROFILE_EVALUATION_ENCRYPTION, TEXT("广州示例软件有限公司"), &issuing);
	certify(&operator_sign, PROFILE_STAFF_SIGN, TEXT("受理员"), &issuing);
	certify(&reviewer_sign, PROFILE_STAFF_SIGN, TEXT("审核员"), &issuing);
	keep_pem("root.crt", PEM_CERTIFICATE, root.cert->der);
	keep_pem("issuing.crt", PEM_CERTIFICATE, issuing.cert->der);
	keep_pem("ocsp.crt", PEM_CERTIFICATE, ocsp.cert->der);
	keep_pem("sign.crt", PEM_CERTIFICATE, sign.cert->der);
	keep_pem("enc.crt", PEM_CERTIFICATE, encryption.cert->der);
	keep_pem("revoked.crt", PEM_CERTIFICATE, revoked.cert->der);
	keep_pem("soft-sign.crt", PEM_CERTIFICATE, soft_sign.cert->der);
	keep_pem("soft-enc.crt", PEM_CERTIFICATE, soft_encryption.cert->der);
	keep_pem("accept.crt", PEM_CERTIFICATE, operator_sign.cert->der);
	keep_pem("approve.crt", PEM_CERTIFICATE, reviewer_sign.cert->der);
	keep_pem("receipt.crt", PEM_CERTIFICATE, journal.cert->der);
}

static void write_request(void)
{
	const struct name name = {.common_name = TEXT("HF00000001")};
	uint8_t e[32], rs[64];
	struct buf tbs, der;
	struct err err;

	buf_init(&tbs, CSR_DER_MAX);
	buf_init(&der, CSR_DER_MAX);
	check(csr_build(&name, sm2_private_public(sign.key), &tbs, &err), &err);
	check(sm2_digest(sm2_private_public(sign.key), buf_get(&tbs), e, &err), &err);
	check(sm2_sign_digest(sign.key, e, rs, &err), &err);
	check(csr_assemble(buf_get(&tbs), rs, &der, &err), &err);
	keep("sign.csr", buf_get(&der));
	buf_free(&tbs);
	buf_free(&der);
}

static void write_envelope(const char *name, const struct holder *to, const struct holder *of)
{
	struct buf der;
	struct err err;

	buf_init(&der, 1024);
	check(envelope_seal(sm2_private_public(to->key), of->key, &der, &err), &err);
	keep(name, buf_get(&der));
	buf_free(&der);
}

/* PKCS#8 (RFC 5958) around ECPrivateKey (RFC 5915). */
static void write_soft_key(void)
{
	static const uint8_t algorithm[] = {0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
	                                    0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d};
	uint8_t point[SM2_POINT_SIZE];
	struct secret scalar;
	struct der_writer w;
	struct buf der;
	struct err err;

	check(sm2_private_scalar(soft_sign.key, &scalar, &err), &err);
	sm2_public_point(sm2_private_public(soft_sign.key), point);
	buf_init(&der, 512);
	der_start(&w, &der);
	der_open(&w, DER_SEQUENCE);
	der_put_small(&w, DER_INTEGER, 0);
	der_put_element(&w, BYTES_ARRAY(algorithm));
	der_open(&w, DER_OCTET_STRING);
	der_open(&w, DER_SEQUENCE);
	der_put_small(&w, DER_INTEGER, 1);
	der_put(&w, DER_OCTET_STRING, secret_get(&scalar));
	der_open(&w, DER_CONTEXT_CONSTRUCTED(1));
	der_put_bits(&w, BYTES_ARRAY(point));
	der_close(&w);
	der_close(&w);
	der_close(&w);
	der_close(&w);
	check(der_finish(&w, &err), &err);
	keep_pem("soft.key", "PRIVATE KEY", buf_get(&der));
	secret_free(&scalar);
	buf_wipe(&der);
}

static void write_crl(void)
{
	struct crl_entry entries[2] = {{.time = now - 60, .reason = CRL_KEY_COMPROMISE}, {.time = now - 30, .reason = CRL_HOLD}};
	struct buf der;
	struct err err;

	check(cert_serial(revoked.cert, &entries[0].serial, &err), &err);
	serial_draw(&entries[1].serial);
	qsort(entries, 2, sizeof(entries[0]), serial_compare); /* the serial is the first member */
	struct crl_plan plan = {.issuer = issuing.cert,
	                        .number = 12,
	                        .this_update = now,
	                        .next_update = now + 48 * 3600,
	                        .entries = entries,
	                        .count = 2,
	                        .anchor = {.journal_number = 11, .audit_count = 40}};
	random_bytes(plan.anchor.journal_head, 32);
	random_bytes(plan.anchor.audit_head, 32);
	buf_init(&der, CRL_DER_MAX);
	check(crl_issue(&plan, issuing.key, &der, &err), &err);
	keep("crl.der", buf_get(&der));
	buf_free(&der);
}

static void write_ocsp(const char *name, struct bytes serial, enum ocsp_status status, enum ocsp_digest digest)
{
	uint8_t nonce[32];
	char file[64];
	struct buf asked, answered;
	struct ocsp_request request;
	struct err err;

	random_bytes(nonce, sizeof(nonce));
	buf_init(&asked, OCSP_REQUEST_MAX);
	buf_init(&answered, OCSP_RESPONSE_MAX);
	check(ocsp_request_build(digest, issuing.cert, serial, BYTES_ARRAY(nonce), &asked, &err), &err);
	check(ocsp_request_read(&request, buf_get(&asked), &err), &err);
	const struct ocsp_answer answer = {&request.ids[0], status, now - 60, CRL_KEY_COMPROMISE};
	const struct ocsp_plan plan = {.answers = &answer,
	                               .count = 1,
	                               .produced_at = now,
	                               .this_update = now,
	                               .next_update = now + 900,
	                               .nonce = request.nonce,
	                               .responder = ocsp.cert};
	check(ocsp_response_build(&plan, ocsp.key, &answered, &err), &err);
	snprintf(file, sizeof(file), "%s.req.der", name);
	keep(file, buf_get(&asked));
	snprintf(file, sizeof(file), "%s.der", name);
	keep(file, buf_get(&answered));
	buf_free(&asked);
	buf_free(&answered);
}

/* The text under its own name, the signature over prefix and text beside it. */
static void write_signed(const char *text_name, const char *signature_name, const char *prefix, struct bytes text, const struct holder *by)
{
	struct buf message, signature;
	struct err err;

	buf_init(&message, 65536);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	check(buf_append_text(&message, prefix, &err), &err);
	check(buf_append(&message, text, &err), &err);
	check(sm2_sign(by->key, buf_get(&message), &signature, &err), &err);
	keep(text_name, text);
	keep(signature_name, buf_get(&signature));
	buf_free(&message);
	buf_free(&signature);
}

static void write_orders(void)
{
	char operator_serial[33], reviewer_serial[33], sign_serial[33], encryption_serial[33], key[65], hash[65], application[33], end[24];
	uint8_t digest[32], random[16];
	struct buf facts, text;
	struct err err;

	hex_write(operator_serial, operator_sign.cert->serial.data, 16);
	hex_write(reviewer_serial, reviewer_sign.cert->serial.data, 16);
	hex_write(sign_serial, sign.cert->serial.data, 16);
	hex_write(encryption_serial, encryption.cert->serial.data, 16);
	sm2_public_hash(sign.cert->key, digest);
	hex_write(key, digest, 32);
	random_bytes(random, sizeof(random));
	hex_write(application, random, 16);
	snprintf(end, sizeof(end), "%lld", (long long)sign.cert->not_after);
	buf_init(&facts, 65536);
	buf_init(&text, 65536);
	check(buf_append_format(&facts, &err,
	                        "\"holder\":{\"code\":\"91110108123456788E\",\"name\":\"" NAME "\"},\"key\":{\"hash\":\"%s\",\"serial\":"
	                        "\"HF00000001\"},\"kind\":\"new\",",
	                        key),
	      &err);
	check(buf_append_format(&text, &err, "{\"application\":\"%s\",\"by\":\"%s\",%.*s\"order\":\"accept\",\"v\":1}", application,
	                        operator_serial, (int)facts.size, (const char *)facts.data),
	      &err);
	write_signed("accept.order", "accept.sig", "hufu-order-v1\n", buf_get(&text), &operator_sign);
	sm3(buf_get(&text), digest);
	hex_write(hash, digest, 32);
	buf_clear(&text);
	check(buf_append_format(
	          &text, &err, "{\"accept\":\"%s\",\"application\":\"%s\",\"by\":\"%s\",%.*s\"notafter\":%s,\"order\":\"approve\",\"v\":1}",
	          hash, application, reviewer_serial, (int)facts.size, (const char *)facts.data, end),
	      &err);
	write_signed("approve.order", "approve.sig", "hufu-order-v1\n", buf_get(&text), &reviewer_sign);
	sm3(buf_get(&text), digest);
	hex_write(hash, digest, 32);
	buf_clear(&text);
	check(buf_append_format(&text, &err,
	                        "{\"application\":\"%s\",\"deed\":\"approve\",\"order\":\"%s\",\"serials\":[\"%s\",\"%s\"],\"v\":1}",
	                        application, hash, sign_serial, encryption_serial),
	      &err);
	write_signed("receipt.json", "receipt.sig", "hufu-receipt-v1\n", buf_get(&text), &journal);
	buf_clear(&text);
	check(buf_append_format(&text, &err, "hufu-login-v1\nhttp://127.0.0.1:8080\n%s\n%s", key, sign_serial), &err);
	write_signed("login.txt", "login.sig", "", buf_get(&text), &sign);
	buf_free(&facts);
	buf_free(&text);
}

static void write_sealed_file(void)
{
	struct secret one;
	struct buf file;
	struct err err;

	buf_init(&file, 1024);
	check(secret_copy(&one, TEXT("s"), &err), &err);
	check(keyring_seal(TEXT("passphrase"), "issuing", &one, &file, &err), &err);
	keep("issuing.sealed", buf_get(&file));
	secret_free(&one);
	buf_free(&file);
}

static void free_all(void)
{
	struct holder *const all[] = {&root,    &issuing,   &journal,         &ocsp,          &sign,         &encryption,
	                              &revoked, &soft_sign, &soft_encryption, &operator_sign, &reviewer_sign};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		sm2_private_free(&all[i]->key);
		cert_free(&all[i]->cert);
	}
}

int main(int argc, char **argv)
{
	struct serial unknown;
	struct err err;

	if (argc != 2) {
		fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
		return 2;
	}
	now = clock_now();
	folder = file_open_dir(AT_FDCWD, argv[1], &err);
	check(folder >= 0 ? 0 : -1, &err);
	certify_all();
	write_request();
	write_envelope("envelope.der", &sign, &encryption);
	write_envelope("soft-envelope.der", &soft_sign, &soft_encryption);
	write_soft_key();
	write_crl();
	write_ocsp("ocsp-good", sign.cert->serial, OCSP_GOOD, OCSP_SM3);
	write_ocsp("ocsp-revoked", revoked.cert->serial, OCSP_REVOKED, OCSP_SHA1);
	serial_draw(&unknown);
	write_ocsp("ocsp-unknown", serial_get(&unknown), OCSP_UNKNOWN, OCSP_SHA256);
	write_orders();
	write_sealed_file();
	keep("index.json", TEXT("{\"made\":\"by the libraries\"}"));
	free_all();
	return 0;
}
