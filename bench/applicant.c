/* What applicants do, by the portal's own pages and forms. */
#include "applicant.h"

#include "cert.h"
#include "csr.h"
#include "identity_code.h"
#include "order.h"
#include "pem.h"
#include "text_code.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APPLICANT_NET 0x7f010000u /* 127.1.0.0/16 */
#define CODE_ALPHABET "0123456789ABCDEFGHJKLMNPQRTUWXY"
#define FORM_MAX 32768

/* The n-th code: eight characters of region and number, and the first check characters that fit. */
static void code_make(char code[CODE_SIZE + 1], unsigned n)
{
	for (const char *inner = CODE_ALPHABET "X"; *inner != '\0'; inner++) {
		for (const char *last = CODE_ALPHABET; *last != '\0'; last++) {
			(void)snprintf(code, CODE_SIZE + 1, "91110108%08u%c%c", n % 100000000u, *inner, *last);
			if (credit_code_valid(bytes_text(code)))
				return;
		}
	}
}

int applicants_make(struct world *w, size_t n, struct err *err)
{
	w->applicants = calloc(n, sizeof(w->applicants[0]));
	if (w->applicants == NULL)
		return err_set(err, HF_MEMORY, "applicants");
	w->count = n;
	for (size_t i = 0; i < n; i++) {
		struct applicant *a = &w->applicants[i];

		code_make(a->code, (unsigned)i + 1);
		a->source = APPLICANT_NET + (uint32_t)(i / 250 * 256 + i % 250 + 1);
		buf_init(&a->certificate, CERT_DER_MAX);
		buf_init(&a->accept.body, 2 * ORDER_TEXT_MAX);
		buf_init(&a->approve.body, 2 * ORDER_TEXT_MAX);
		buf_init(&a->login.body, FORM_MAX);
		if (sm2_private_generate(&a->key, err) != 0)
			return -1;
	}
	return 0;
}

void applicants_free(struct world *w)
{
	for (size_t i = 0; i < w->count; i++) {
		struct applicant *a = &w->applicants[i];

		sm2_private_free(&a->key);
		buf_free(&a->certificate);
		buf_free(&a->accept.body);
		buf_free(&a->approve.body);
		buf_free(&a->login.body);
	}
	free(w->applicants);
	w->applicants = NULL;
	w->count = 0;
}

static int fill_form(const struct applicant *a, const char *csrf, struct buf *form, struct err *err)
{
	static const char *const fields[][2] = {
	    {"organisation_code", ""},
	    {"address", "北京市西城区裕民东路3号"},
	    {"province", "北京市"},
	    {"city", "北京市"},
	    {"legal_person", "王建国"},
	    {"handler_name", "李明"},
	    {"handler_id", "110101199003071233"},
	    {"telephone", "010-82031677"},
	    {"mail", "handler@example.cn"},
	    {"department", ""},
	    {"version", "0"},
	    {"then", "next"},
	};
	char name[64];

	(void)snprintf(name, sizeof(name), "北京第%.8s号印务有限公司", a->code + 8);
	if (form_put_text(form, "csrf", csrf, err) != 0 || form_put_text(form, "name", name, err) != 0 ||
	    form_put_text(form, "code", a->code, err) != 0)
		return -1;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (form_put_text(form, fields[i][0], fields[i][1], err) != 0)
			return -1;
	}
	return 0;
}

/* The form; its answer leads to the number. Then the page of the key. */
static int fill_in(struct applicant *a, struct http_client *h, struct buf *form, struct err *err)
{
	static const char before[] = "/application/";
	char path[64], csrf[CSRF_MAX + 1];
	size_t digits;

	if (page_get(h, "/apply/form", err) != 0 || page_text(h->body, CSRF_FIELD, csrf, sizeof(csrf), err) != 0 ||
	    fill_form(a, csrf, form, err) != 0 || page_post(h, "/apply/form", FORM_TYPE, buf_get(form), err) != 0)
		return -1;
	digits = strncmp(h->location, before, strlen(before)) == 0 ? strspn(h->location + strlen(before), "0123456789") : 0;
	if (digits == 0 || digits > NUMBER_MAX)
		return err_set(err, HF_HTTP_FORM, "the form was not taken: %s", h->location);
	memcpy(a->number, h->location + strlen(before), digits);
	a->number[digits] = '\0';
	if (page_follow(h, err) != 0)
		return -1;
	(void)snprintf(path, sizeof(path), "/application/%s/key", a->number);
	return page_get(h, path, err);
}

static int csr_make(const struct applicant *a, struct buf *csr, struct err *err)
{
	const struct name subject = {.common_name = BYTES_LITERAL("file")};
	const struct sm2_public *own = sm2_private_public(a->key);
	uint8_t e[32], rs[64];
	struct buf tbs;
	int result = -1;

	buf_init(&tbs, CSR_DER_MAX);
	if (csr_build(&subject, own, &tbs, err) == 0 && sm2_digest(own, buf_get(&tbs), e, err) == 0 &&
	    sm2_sign_digest(a->key, e, rs, err) == 0)
		result = csr_assemble(buf_get(&tbs), rs, csr, err);
	buf_free(&tbs);
	return result;
}

/* Uploads a file by the form of the page that is open; fields names what the form brings besides. */
static int post_file(const struct applicant *a, const char *to, bool version, const char *file, struct bytes content, struct http_client *h,
                     struct err *err)
{
	char path[64], csrf[CSRF_MAX + 1], value[NUMBER_MAX];
	struct buf form;
	int result = -1;

	buf_init(&form, content.size + 2048);
	(void)snprintf(path, sizeof(path), "/application/%s/%s", a->number, to);
	if (page_text(h->body, CSRF_FIELD, csrf, sizeof(csrf), err) != 0 || parts_put(&form, "csrf", csrf, err) != 0)
		goto out;
	if (version && (page_text(h->body, VERSION_FIELD, value, sizeof(value), err) != 0 || parts_put(&form, "version", value, err) != 0))
		goto out;
	if (parts_end(&form, file, content, err) != 0 || page_post(h, path, PARTS_TYPE, buf_get(&form), err) != 0)
		goto out;
	result = page_follow(h, err);
out:
	buf_free(&form);
	return result;
}

/* The start of a PNG of 640 x 400, and noise of the size of a small scan. */
static int post_paper(const struct applicant *a, struct http_client *h, struct err *err)
{
	static const uint8_t start[] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10,  0, 0, 0, 13, 'I', 'H', 'D', 'R',
	                                0,    0,   2,   128, 0,  0,  1,  144, 8, 0, 0, 0,  0,   0,   0,   0};
	uint8_t *paper = malloc(PAPER_SIZE);
	int result;

	if (paper == NULL)
		return err_set(err, HF_MEMORY, "paper");
	for (size_t i = 0; i < PAPER_SIZE; i++)
		paper[i] = (uint8_t)(i * 167 >> 3);
	memcpy(paper, start, sizeof(start));
	result = post_file(a, "papers", false, "form.png", (struct bytes){paper, PAPER_SIZE}, h, err);
	free(paper);
	return result;
}

static int submit(const struct applicant *a, struct http_client *h, struct buf *form, struct err *err)
{
	char path[64], csrf[CSRF_MAX + 1], version[NUMBER_MAX];

	(void)snprintf(path, sizeof(path), "/application/%s/check", a->number);
	if (page_get(h, path, err) != 0 || page_text(h->body, CSRF_FIELD, csrf, sizeof(csrf), err) != 0 ||
	    page_text(h->body, VERSION_FIELD, version, sizeof(version), err) != 0)
		return -1;
	(void)snprintf(path, sizeof(path), "/application/%s/submit", a->number);
	buf_clear(form);
	if (form_put_text(form, "csrf", csrf, err) != 0 || form_put_text(form, "version", version, err) != 0 ||
	    page_post(h, path, FORM_TYPE, buf_get(form), err) != 0)
		return -1;
	return page_follow(h, err);
}

static void client_of(const struct world *w, const struct applicant *a, struct http_client *h)
{
	http_client_init(h, w->port, a->source);
	memcpy(h->cookie, a->cookie, sizeof(h->cookie));
}

int applicant_apply(void *ctx, size_t item, struct http_client *unused, struct err *err)
{
	struct world *w = ctx;
	struct applicant *a = &w->applicants[item];
	struct http_client h;
	struct buf form, csr;
	int result = -1;

	buf_init(&form, FORM_MAX);
	buf_init(&csr, CSR_DER_MAX);
	client_of(w, a, &h);
	if (fill_in(a, &h, &form, err) == 0 && csr_make(a, &csr, err) == 0 &&
	    post_file(a, "request", true, "request.csr", buf_get(&csr), &h, err) == 0 && post_paper(a, &h, err) == 0)
		result = submit(a, &h, &form, err);
	memcpy(a->cookie, h.cookie, sizeof(a->cookie));
	http_client_free(&h);
	buf_free(&form);
	buf_free(&csr);
	return result;
}

static int fetch_certificate(const struct applicant *a, const char *file, struct http_client *h, struct buf *der, uint8_t serial[16],
                             struct err *err)
{
	struct cert *cert = NULL;
	struct serial number;
	struct bytes text;
	char path[96];
	int result = -1;

	(void)snprintf(path, sizeof(path), "/application/%s/collect/%s", a->number, file);
	if (page_get(h, path, err) != 0)
		return -1;
	text = h->body;
	buf_clear(der);
	if (pem_read(&text, PEM_CERTIFICATE, der, err) == 0 && cert_parse(&cert, buf_get(der), err) == 0 &&
	    cert_serial(cert, &number, err) == 0) {
		memcpy(serial, number.bytes, sizeof(number.bytes));
		result = 0;
	}
	cert_free(&cert);
	return result;
}

int applicant_collect(void *ctx, size_t item, struct http_client *unused, struct err *err)
{
	struct world *w = ctx;
	struct applicant *a = &w->applicants[item];
	struct http_client h;
	struct buf encryption;
	int result = -1;

	buf_init(&encryption, CERT_DER_MAX);
	client_of(w, a, &h);
	if (fetch_certificate(a, "sign.crt", &h, &a->certificate, a->serials[0], err) == 0)
		result = fetch_certificate(a, "encryption.crt", &h, &encryption, a->serials[1], err);
	http_client_free(&h);
	buf_free(&encryption);
	return result;
}

static int sign_with_file(void *ctx, struct bytes message, struct buf *signature, struct err *err)
{
	return sm2_sign(ctx, message, signature, err);
}

static struct pen pen_of(struct applicant *a)
{
	return (struct pen){sign_with_file, a->key, a->serials[0]};
}

int applicant_visit(void *ctx, size_t item, struct http_client *unused, struct err *err)
{
	struct world *w = ctx;
	struct applicant *a = &w->applicants[item];
	struct pen pen = pen_of(a);
	struct http_client h;
	int result;

	a->cookie[0] = '\0';
	client_of(w, a, &h);
	result = ready_login(w, &pen, buf_get(&a->certificate), "/login", &h, &a->login, err);
	memcpy(a->cookie, h.cookie, sizeof(a->cookie));
	http_client_free(&h);
	return result;
}

int applicant_login(void *ctx, size_t item, struct http_client *h, struct err *err)
{
	struct world *w = ctx;
	struct applicant *a = &w->applicants[item];
	int result;

	memcpy(h->cookie, a->cookie, sizeof(h->cookie));
	result = ready_post(&a->login, h, err);
	if (result == 0 && h->status != 303)
		result = err_set(err, HF_HTTP_FORM, "login: status %d", h->status);
	memcpy(a->cookie, h->cookie, sizeof(a->cookie));
	return result;
}

int applicant_revoke(struct world *w, size_t item, struct err *err)
{
	struct applicant *a = &w->applicants[item];
	struct ready_form form = {.path = "/my/revoke"};
	struct pen pen = pen_of(a);
	char path[96], serial[33];
	struct http_client h;
	int result = -1;

	buf_init(&form.body, 2 * ORDER_TEXT_MAX);
	client_of(w, a, &h);
	hex_write(serial, a->serials[0], sizeof(a->serials[0]));
	(void)snprintf(path, sizeof(path), "/my/revoke/%s?reason=keyCompromise", serial);
	if (page_get(&h, path, err) == 0 && ready_order(w, &pen, h.body, &form.body, err) == 0)
		result = ready_post(&form, &h, err);
	http_client_free(&h);
	buf_free(&form.body);
	return result;
}
