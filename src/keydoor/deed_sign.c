/* Signs logins (doc/protocol/login.md) and orders (doc/protocol/keydoor.md 3). */
#include "clock.h"
#include "digest.h"
#include "key_container.h"
#include "order_build.h"
#include "signed_text.h"
#include "text_code.h"
#include "visit.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

#define LOGIN_TEXT_MAX 1024
#define CHALLENGE_SIZE 32
#define DETAIL_MAX 2048
#define CODE_DIGITS 6

/* ---- login ---- */

/* The four digits that the page shows too: login.md 1. */
static unsigned login_digits(struct bytes challenge)
{
	uint8_t hash[SM3_SIZE];

	sm3(challenge, hash);
	return ((unsigned)hash[0] << 24 | (unsigned)hash[1] << 16 | (unsigned)hash[2] << 8 | hash[3]) % 10000;
}

static int login_text(const char *origin, struct bytes challenge, const char *serial, struct buf *out, struct err *err)
{
	char hex[2 * CHALLENGE_SIZE + 1];

	hex_write(hex, challenge.data, CHALLENGE_SIZE);
	return buf_append_format(out, err, "hufu-login-v1\n%s\n%s\n%s", origin, hex, serial);
}

static int consent_to_login(struct visit *v, struct bytes challenge, struct err *err)
{
	struct act act = {N_("登录"), NULL, ""};
	char digits[5];
	const struct catalogue_value values[] = {{"digits", CATALOGUE_TEXT, digits, 0}};
	struct buf detail;
	int rc = -1;

	buf_init(&detail, DETAIL_MAX);
	(void)snprintf(digits, sizeof(digits), "%04u", login_digits(challenge));
	if (catalogue_format(&detail, v->language, N_("核对数字：{digits}（应与网页上显示的相同）\n"), values, 1, err) == 0 &&
	    buf_append_u8(&detail, 0, err) == 0) {
		act.detail = (const char *)detail.data;
		rc = visit_consent(v, &act, err);
	}
	buf_free(&detail);
	return rc;
}

static int keep_login(struct visit *v, const char *container, struct bytes challenge, const struct cert *cert, struct pool *pool,
                      struct keydoor_outcome_reply *reply, struct err *err)
{
	struct serial serial;
	char serial_hex[SERIAL_TEXT_SIZE];
	struct buf text, signature;
	int rc = -1;

	buf_init(&text, LOGIN_TEXT_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	if (cert_serial(cert, &serial, err) != 0)
		goto out;
	serial_text(&serial, serial_hex);
	if (login_text(v->origin, challenge, serial_hex, &text, err) != 0 || consent_to_login(v, challenge, err) != 0 ||
	    token_sign(v->token, container, buf_get(&text), &signature, err) != 0)
		goto out;
	if (pool_bytes(pool, serial_get(&serial), &reply->serial, err) == 0 && pool_bytes(pool, cert->der, &reply->certificate, err) == 0)
		rc = pool_bytes(pool, buf_get(&signature), &reply->signature, err);
out:
	buf_free(&signature);
	buf_free(&text);
	return rc;
}

int sign_login(struct keydoor *k, const void *body, struct pool *pool, void *to, struct err *err)
{
	const struct keydoor_login_request *request = body;
	struct keydoor_outcome_reply *reply = to;
	const char *container = pool_text(pool, request->container);
	struct cert *cert = NULL;
	struct visit v;
	int rc = visit_begin(&v, k, &request->asker, pool, &reply->tries, err);

	if (rc == 0 && (container == NULL || request->challenge.size != CHALLENGE_SIZE))
		rc = err_set(err, HF_MESSAGE_FORMAT, "login: challenge of %zu bytes", request->challenge.size);
	if (rc == 0)
		rc = visit_open(&v, err);
	if (rc == 0)
		rc = container_certificate(v.token, container, &cert, err);
	if (rc == 0)
		rc = keep_login(&v, container, request->challenge, cert, pool, reply, err);
	cert_free(&cert);
	visit_close(&v);
	return rc;
}

/* ---- orders ---- */

static int read_facts(const struct keydoor *k, struct token *token, const char *container, struct order_facts *facts, struct err *err)
{
	struct cert *cert = NULL;
	struct serial serial;
	int rc = -1;

	facts->made = clock_now();
	memcpy(facts->ca, k->ca, sizeof(facts->ca));
	if (container_certificate(token, container, &cert, err) == 0 && cert_serial(cert, &serial, err) == 0) {
		memcpy(facts->by, serial.bytes, sizeof(facts->by));
		rc = 0;
	}
	cert_free(&cert);
	return rc;
}

/* What no page may have signed. A renewal is for a new key in the USB key that signs: a portal in wrong hands would name one of its own. */
static int check_order(struct token *token, const char *key, const struct order *order, struct pool *pool, struct err *err)
{
	if (order->deed == ORDER_INSTALLED)
		return err_set(err, HF_NOT_SUPPORTED, "`installed` is signed only by installing");
	if (order->deed != ORDER_RENEW)
		return 0;
	if (!bytes_is_text(order->key.serial, key))
		return err_set(err, HF_KEY_OTHER, "a renewal for another key than %s, which signs", key);
	return container_check_new(token, order->key.hash, pool, err);
}

static int complete(struct keydoor *k, const char *key, const char *container, struct bytes draft, struct pool *pool, struct buf *text,
                    struct order *order, struct err *err)
{
	struct order_facts facts;
	struct token *token = NULL;
	int rc = -1;

	if (token_open(&token, k->library, key, "", err) == 0 && read_facts(k, token, container, &facts, err) == 0 &&
	    order_complete_text(draft, &facts, pool, text, order, err) == 0)
		rc = check_order(token, key, order, pool, err);
	token_close(&token);
	return rc;
}

int complete_order(struct keydoor *k, const void *body, struct pool *pool, void *to, struct err *err)
{
	const struct keydoor_complete_request *request = body;
	struct keydoor_complete_reply *reply = to;
	const char *key = pool_text(pool, request->key), *container = pool_text(pool, request->container);
	struct order order;
	struct buf text;
	int rc = -1;

	buf_init(&text, ORDER_TEXT_MAX);
	if (key == NULL || container == NULL)
		(void)err_set(err, HF_MEMORY, "complete order");
	else if (complete(k, key, container, request->draft, pool, &text, &order, err) == 0 &&
	         pool_bytes(pool, buf_get(&text), &reply->text, err) == 0)
		rc = order_shelf_put(k->shelf, order.hash, reply->text, key, container, err);
	buf_free(&text);
	return rc;
}

/* Upper case, so that the person may type either. */
static bool code_equal(struct bytes typed, struct bytes code)
{
	bool same = typed.size == code.size;

	for (size_t i = 0; same && i < code.size; i++) {
		uint8_t c = typed.data[i];

		same = (c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c) == code.data[i];
	}
	return same;
}

/* Before any window that shows the order: the reviewer must have read the code on the paper. */
static int ask_code_from_paper(struct visit *v, const struct order *order, struct err *err)
{
	struct bytes code = order_code_from_paper(order);
	const struct catalogue_value values[] = {{"origin", CATALOGUE_TEXT, v->origin, 0}, {"key", CATALOGUE_TEXT, v->key, 0}};
	struct window w = {
	    .place = v->place, .language = v->language, .origin = v->origin, .prompt = catalogue_text(v->language, N_("末六位："))};
	struct secret typed = {0};
	struct buf text;
	int rc = -1;

	if (code.size == 0)
		return 0;
	visit_close(v);
	buf_init(&text, DETAIL_MAX);
	if (catalogue_format(&text, v->language,
	                     N_("网站：{origin}\n证书钥匙：{key}\n请看纸质材料（不要看网页），\n输入统一社会信用代码的最后六位。"), values,
	                     2, err) != 0 ||
	    buf_append_u8(&text, 0, err) != 0)
		goto out;
	w.description = (const char *)text.data;
	if (window_ask(&w, &typed, err) != 0)
		goto out;
	rc = code_equal(secret_get(&typed), code)
	         ? 0
	         : err_set(err, HF_CODE_FROM_PAPER, "what was typed is not the end of the code in the order");
out:
	secret_free(&typed);
	buf_free(&text);
	return rc;
}

static int consent_to_order(struct visit *v, const struct order *order, struct err *err)
{
	struct act act = {N_("签署办理指令"), NULL, NULL};
	char fingerprint[9];
	const struct catalogue_value values[] = {{"fingerprint", CATALOGUE_TEXT, fingerprint, 0}};
	struct buf detail, mark;
	int rc = -1;

	buf_init(&detail, DETAIL_MAX);
	buf_init(&mark, DETAIL_MAX);
	order_fingerprint(order, fingerprint);
	if (order_words(order, v->language, &detail, err) == 0 && buf_append_u8(&detail, 0, err) == 0 &&
	    catalogue_format(&mark, v->language, N_("指令内容见上一个窗口，指纹：{fingerprint}\n"), values, 1, err) == 0 &&
	    buf_append_u8(&mark, 0, err) == 0) {
		act.detail = (const char *)detail.data;
		act.mark = (const char *)mark.data;
		rc = visit_consent(v, &act, err);
	}
	buf_free(&mark);
	buf_free(&detail);
	return rc;
}

static int sign_shelved(struct keydoor *k, struct visit *v, const char *container, struct bytes hash, struct pool *pool,
                        struct keydoor_outcome_reply *reply, struct err *err)
{
	struct order order;
	struct buf text;
	int rc = -1;

	buf_init(&text, ORDER_TEXT_MAX);
	if (order_shelf_take(k->shelf, hash.data, v->key, container, &text, err) == 0 &&
	    order_parse(&order, buf_get(&text), pool, err) == 0 && ask_code_from_paper(v, &order, err) == 0 &&
	    consent_to_order(v, &order, err) == 0)
		rc = container_sign_order(v->token, container, &order, pool, reply, err);
	buf_free(&text);
	return rc;
}

int sign_order(struct keydoor *k, const void *body, struct pool *pool, void *to, struct err *err)
{
	const struct keydoor_order_request *request = body;
	struct keydoor_outcome_reply *reply = to;
	const char *container = pool_text(pool, request->container);
	struct visit v;
	int rc = visit_begin(&v, k, &request->asker, pool, &reply->tries, err);

	if (rc == 0 && (container == NULL || request->hash.size != TEXT_HASH_SIZE))
		rc = err_set(err, HF_MESSAGE_FORMAT, "sign order: hash of %zu bytes", request->hash.size);
	if (rc == 0)
		rc = visit_open(&v, err);
	if (rc == 0)
		rc = sign_shelved(k, &v, container, request->hash, pool, reply, err);
	visit_close(&v);
	return rc;
}
