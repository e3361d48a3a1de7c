/* What the staff does. */
#include "staff.h"

#include "cert.h"
#include "clock.h"
#include "digest.h"
#include "file.h"
#include "order.h"
#include "random.h"
#include "signed_text.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STAFF_NET 0x7f020001u /* 127.2.0.1, .2, … */

struct staff_key {
	struct staff *staff;
	struct token *token;
	pthread_mutex_t lock;
};

struct staff *staff_find(struct world *w, const char *name, struct err *err)
{
	for (size_t i = 0; i < w->staff_count; i++) {
		if (strcmp(w->staff[i].name, name) == 0)
			return &w->staff[i];
	}
	err_set(err, HF_NOT_FOUND, "no key of %s", name);
	return NULL;
}

static int change_pin(struct world *w, struct staff *s, const char *initial, struct err *err)
{
	struct secret old_pin = {NULL, 0};
	struct token *token = NULL;
	uint32_t tries;
	int result = -1;

	if (secret_copy(&old_pin, bytes_text(initial), err) == 0 && token_open(&token, w->library, s->serial, "", err) == 0)
		result = token_change_pin(token, &old_pin, &s->pin, &tries, err);
	token_close(&token);
	secret_free(&old_pin);
	return result;
}

/* The one container with a signature certificate. */
static int read_certificate(struct world *w, struct staff *s, struct err *err)
{
	struct token_container list[TOKEN_CONTAINERS_MAX];
	struct token *token = NULL;
	struct cert *cert = NULL;
	struct serial serial;
	size_t count = 0, at = 0;
	int result = -1;

	if (token_open(&token, w->library, s->serial, "", err) != 0 || token_containers(token, list, &count, err) != 0)
		goto out;
	while (at < count && !list[at].certificate[TOKEN_SIGN])
		at++;
	if (at == count) {
		(void)err_set(err, HF_NOT_FOUND, "the key has no certificate");
		goto out;
	}
	memcpy(s->container, list[at].name, sizeof(s->container));
	if (token_certificate(token, s->container, TOKEN_SIGN, &s->certificate, err) != 0 ||
	    cert_parse(&cert, buf_get(&s->certificate), err) != 0 || cert_serial(cert, &serial, err) != 0)
		goto out;
	memcpy(s->by, serial.bytes, sizeof(s->by));
	result = 0;
out:
	cert_free(&cert);
	token_close(&token);
	return result;
}

int staff_add(struct world *w, const char *name, const char *serial, const char *initial, const char *chosen, struct err *err)
{
	struct staff *s = &w->staff[w->staff_count];

	if (w->staff_count == STAFF_MAX)
		return err_set(err, HF_LIMIT, "more than %d members of staff", STAFF_MAX);
	(void)snprintf(s->name, sizeof(s->name), "%s", name);
	(void)snprintf(s->serial, sizeof(s->serial), "%s", serial);
	buf_init(&s->certificate, CERT_DER_MAX);
	w->staff_count++;
	if (secret_copy(&s->pin, bytes_text(chosen), err) != 0 || change_pin(w, s, initial, err) != 0)
		return -1;
	return read_certificate(w, s, err);
}

void staff_free(struct world *w)
{
	for (size_t i = 0; i < w->staff_count; i++) {
		secret_free(&w->staff[i].pin);
		buf_free(&w->staff[i].certificate);
	}
	w->staff_count = 0;
}

int staff_key_open(struct staff_key **out, struct world *w, struct staff *staff, struct err *err)
{
	struct staff_key *key = calloc(1, sizeof(*key));
	uint32_t tries;

	*out = key;
	if (key == NULL)
		return err_set(err, HF_MEMORY, "key");
	key->staff = staff;
	pthread_mutex_init(&key->lock, NULL);
	if (token_open(&key->token, w->library, staff->serial, "", err) == 0 && token_verify_pin(key->token, &staff->pin, &tries, err) == 0)
		return 0;
	staff_key_close(out);
	return -1;
}

void staff_key_close(struct staff_key **key)
{
	if (*key == NULL)
		return;
	token_close(&(*key)->token);
	pthread_mutex_destroy(&(*key)->lock);
	free(*key);
	*key = NULL;
}

static int sign_with_key(void *ctx, struct bytes message, struct buf *signature, struct err *err)
{
	struct staff_key *key = ctx;
	int result;

	pthread_mutex_lock(&key->lock);
	result = token_sign(key->token, key->staff->container, message, signature, err);
	pthread_mutex_unlock(&key->lock);
	return result;
}

struct pen staff_pen(struct staff_key *key)
{
	return (struct pen){sign_with_key, key, key->staff->by};
}

int staff_login(struct world *w, struct staff *s, struct err *err)
{
	struct ready_form form = {.path = ""};
	struct staff_key *key = NULL;
	struct http_client h;
	struct pen pen;
	int result = -1;

	buf_init(&form.body, 32768);
	http_client_init(&h, w->port, STAFF_NET + (uint32_t)(s - w->staff));
	if (staff_key_open(&key, w, s, err) == 0) {
		pen = staff_pen(key);
		if (ready_login(w, &pen, buf_get(&s->certificate), "/staff/login", &h, &form, err) == 0)
			result = ready_post(&form, &h, err);
	}
	if (result == 0 && h.status != 303)
		result = err_set(err, HF_HTTP_FORM, "%s did not log in: status %d", s->name, h.status);
	memcpy(s->cookie, h.cookie, sizeof(s->cookie));
	staff_key_close(&key);
	http_client_free(&h);
	buf_free(&form.body);
	return result;
}

static struct ready_form *form_of(const struct staff_round *round, size_t item)
{
	struct applicant *a = &round->world->applicants[item];

	return round->approve ? &a->approve : &a->accept;
}

int staff_draft(void *ctx, size_t item, struct http_client *h, struct err *err)
{
	const struct staff_round *round = ctx;
	struct ready_form *form = form_of(round, item);

	(void)snprintf(form->path, sizeof(form->path), "/staff/application/%s/%s", round->world->applicants[item].number,
	               round->approve ? "approve" : "accept");
	memcpy(h->cookie, round->staff->cookie, sizeof(h->cookie));
	buf_clear(&form->body);
	if (page_get(h, form->path, err) != 0)
		return -1;
	return ready_order(round->world, &round->pen, h->body, &form->body, err);
}

int staff_post(void *ctx, size_t item, struct http_client *h, struct err *err)
{
	const struct staff_round *round = ctx;

	memcpy(h->cookie, round->staff->cookie, sizeof(h->cookie));
	return ready_post(form_of(round, item % round->world->count), h, err);
}

int staff_deed(void *ctx, size_t item, struct http_client *h, struct err *err)
{
	if (staff_post(ctx, item, h, err) != 0)
		return -1;
	if (h->status != 200 || memmem(h->body.data, h->body.size, "data-receipt=\"", 14) == NULL)
		return err_set(err, HF_HTTP_FORM, "no receipt, status %d", h->status);
	return 0;
}

static int write_signed(const char *file, int which, struct bytes text, struct bytes signature, struct err *err)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s.%d", file, which);
	if (file_create(AT_FDCWD, path, text, 0600, err) != 0)
		return -1;
	(void)snprintf(path, sizeof(path), "%s.%d.sig", file, which);
	return file_create(AT_FDCWD, path, signature, 0600, err);
}

/* One of the two orders; `order` is what both say, with the hash of the first text in the second. */
static int order_policy(struct world *w, const char *name, int which, struct order *order, const char *file, struct err *err)
{
	struct staff *staff = staff_find(w, name, err);
	struct staff_key *key = NULL;
	struct buf text, message, signature;
	struct pen pen;
	int result = -1;

	buf_init(&text, ORDER_TEXT_MAX);
	buf_init(&message, ORDER_TEXT_MAX + 64);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	if (staff == NULL || staff_key_open(&key, w, staff, err) != 0)
		goto out;
	pen = staff_pen(key);
	memcpy(order->by, staff->by, sizeof(order->by));
	random_bytes(order->nonce, sizeof(order->nonce));
	if (order_write(order, &text, err) != 0 || signed_text_message(SIGNED_ORDER, buf_get(&text), &message, err) != 0 ||
	    pen.sign(pen.ctx, buf_get(&message), &signature, err) != 0)
		goto out;
	sm3(buf_get(&text), order->first);
	result = write_signed(file, which, buf_get(&text), buf_get(&signature), err);
out:
	staff_key_close(&key);
	buf_free(&text);
	buf_free(&message);
	buf_free(&signature);
	return result;
}

int staff_policy(struct world *w, const char *const names[2], int64_t quota, const char *file, struct err *err)
{
	struct order order = {.deed = ORDER_POLICY, .kind = ORDER_KIND_NONE, .made = clock_now(), .v = 1};

	order.quota.issue_per_reviewer_hour = quota;
	memcpy(order.ca, w->ca, sizeof(order.ca));
	random_bytes(order.application, sizeof(order.application));
	for (int i = 0; i < 2; i++) {
		if (order_policy(w, names[i], i + 1, &order, file, err) != 0)
			return err_wrap(err, "policy of %s", names[i]);
	}
	return 0;
}
