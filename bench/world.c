/* Signed forms, whoever signs. */
#include "world.h"

#include "clock.h"
#include "order_build.h"
#include "signed_text.h"
#include "text_code.h"

#include <stdio.h>
#include <string.h>

#define POOL_MAX (1u << 20)
#define LOGIN_TEXT_MAX 512

int order_sign(const struct world *w, const struct pen *pen, struct bytes draft, struct buf *text, struct buf *signature, struct err *err)
{
	struct order_facts facts = {.made = clock_now()};
	struct pool *pool = pool_new(POOL_MAX);
	struct buf message;
	struct order order;
	int result = -1;

	buf_init(&message, ORDER_TEXT_MAX + 64);
	memcpy(facts.by, pen->by, sizeof(facts.by));
	memcpy(facts.ca, w->ca, sizeof(facts.ca));
	if (pool == NULL)
		(void)err_set(err, HF_MEMORY, "order");
	else if (order_complete_text(draft, &facts, pool, text, &order, err) == 0 &&
	         signed_text_message(SIGNED_ORDER, buf_get(text), &message, err) == 0)
		result = pen->sign(pen->ctx, buf_get(&message), signature, err);
	buf_free(&message);
	pool_free(&pool);
	return result;
}

static int put_fields(struct bytes page, struct bytes text, struct bytes signature, struct buf *body, struct err *err)
{
	char csrf[CSRF_MAX + 1], version[NUMBER_MAX];

	if (page_text(page, CSRF_FIELD, csrf, sizeof(csrf), err) != 0 || form_put_text(body, "csrf", csrf, err) != 0)
		return -1;
	/* the pages of a holder's own orders have no version */
	if (page_text(page, VERSION_FIELD, version, sizeof(version), NULL) == 0 && form_put_text(body, "version", version, err) != 0)
		return -1;
	if (form_put(body, "order", text, err) != 0)
		return -1;
	return form_put_base64(body, "signature", signature, err);
}

int ready_order(const struct world *w, const struct pen *pen, struct bytes page, struct buf *body, struct err *err)
{
	struct buf draft, text, signature;
	int result = -1;

	buf_init(&draft, ORDER_TEXT_MAX);
	buf_init(&text, ORDER_TEXT_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	if (page_value(page, "data-draft=\"", &draft, err) == 0 && order_sign(w, pen, buf_get(&draft), &text, &signature, err) == 0)
		result = put_fields(page, buf_get(&text), buf_get(&signature), body, err);
	buf_free(&draft);
	buf_free(&text);
	buf_free(&signature);
	return result;
}

int ready_post(const struct ready_form *form, struct http_client *h, struct err *err)
{
	return page_post(h, form->path, FORM_TYPE, buf_get(&form->body), err);
}

/* The page's script asks for the challenge in JSON. */
static int ask_challenge(struct http_client *h, const char *csrf, char challenge[65], struct err *err)
{
	struct http_question q = {"POST", "/login/challenge", "application/json", NULL, BYTES_LITERAL("{}")};
	char headers[CSRF_MAX + 64];

	(void)snprintf(headers, sizeof(headers), "X-Hufu-Csrf: %s\r\nAccept: application/json\r\n", csrf);
	q.headers = headers;
	if (http_client_ask(h, &q, err) != 0 || page_fine(h, err) != 0)
		return err_wrap(err, "challenge");
	return page_text(h->body, "\"challenge\":\"", challenge, 65, err);
}

int ready_login(const struct world *w, const struct pen *pen, struct bytes certificate, const char *door, struct http_client *h,
                struct ready_form *form, struct err *err)
{
	char csrf[CSRF_MAX + 1], challenge[65], serial[33];
	struct buf text, signature;
	int result = -1;

	buf_init(&text, LOGIN_TEXT_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	buf_clear(&form->body);
	hex_write(serial, pen->by, 16);
	(void)snprintf(form->path, sizeof(form->path), "%s", door);
	if (page_get(h, door, err) != 0 || page_text(h->body, CSRF_FIELD, csrf, sizeof(csrf), err) != 0 ||
	    ask_challenge(h, csrf, challenge, err) != 0)
		goto out;
	if (buf_append_format(&text, err, "hufu-login-v1\nhttp://127.0.0.1:%u\n%s\n%s", w->port, challenge, serial) != 0 ||
	    pen->sign(pen->ctx, buf_get(&text), &signature, err) != 0)
		goto out;
	if (form_put_text(&form->body, "csrf", csrf, err) == 0 && form_put_text(&form->body, "serial", serial, err) == 0 &&
	    form_put_base64(&form->body, "certificate", certificate, err) == 0)
		result = form_put_base64(&form->body, "signature", buf_get(&signature), err);
out:
	buf_free(&text);
	buf_free(&signature);
	return result;
}
