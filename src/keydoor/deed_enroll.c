/* Makes a signature key with its CSR, and installs the two certificates with the proof that they work. doc/protocol/keydoor.md 2, 4 */
#include "chain.h"
#include "clock.h"
#include "csr.h"
#include "envelope.h"
#include "json_write.h"
#include "key_container.h"
#include "order_build.h"
#include "random.h"
#include "visit.h"

#include <string.h>

#define NAME_PREFIX "hufu-"
#define CONTAINER_NAME_SIZE 14 /* the prefix, 8 characters, NUL */
#define DETAIL_MAX 1024

static void draw_name(char name[CONTAINER_NAME_SIZE])
{
	memcpy(name, NAME_PREFIX, strlen(NAME_PREFIX));
	random_text(name + strlen(NAME_PREFIX), 8, "abcdefghijkmnpqrstuvwxyz23456789");
}

/* Made here, and never certified: a request that came to nothing. */
static bool is_left_behind(const struct token_container *c)
{
	return strncmp(c->name, NAME_PREFIX, strlen(NAME_PREFIX)) == 0 && !c->certificate[TOKEN_SIGN] && !c->certificate[TOKEN_ENCRYPT];
}

/* In a key that is full, the first of those left behind gives way: the oldest, as keys list them. HF_KEY_FULL when there is none. */
static int make_room(struct visit *v, struct pool *pool, struct err *err)
{
	struct token_container *list = pool_alloc(pool, TOKEN_CONTAINERS_MAX * sizeof(*list));
	size_t count = 0;

	if (list == NULL)
		return err_set(err, HF_MEMORY, "containers");
	if (token_containers(v->token, list, &count, err) != 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (is_left_behind(&list[i]))
			return token_container_delete(v->token, list[i].name, err);
	return err_set(err, HF_KEY_FULL, "every container of the key is in use");
}

static int make_container(struct visit *v, const char *container, struct pool *pool, struct sm2_public **key, struct err *err)
{
	if (token_container_make(v->token, container, key, err) == 0)
		return 0;
	if (err->code != HF_KEY_FULL || make_room(v, pool, err) != 0)
		return -1;
	return token_container_make(v->token, container, key, err);
}

/* The request's name means nothing: certificates are built from approved facts. */
static int build_csr(struct visit *v, const char *container, const struct sm2_public *key, struct buf *csr, struct err *err)
{
	const struct name name = {.country = BYTES_LITERAL("CN"), .common_name = bytes_text(v->key)};
	struct buf tbs, der;
	uint8_t rs[64];
	int rc = -1;

	buf_init(&tbs, CSR_DER_MAX);
	buf_init(&der, SM2_SIGNATURE_MAX);
	if (csr_build(&name, key, &tbs, err) == 0 && token_sign(v->token, container, buf_get(&tbs), &der, err) == 0 &&
	    sm2_signature_from_der(buf_get(&der), rs, err) == 0)
		rc = csr_assemble(buf_get(&tbs), rs, csr, err);
	buf_free(&der);
	buf_free(&tbs);
	return rc;
}

static int keep_new_key(struct visit *v, const char *container, const struct sm2_public *key, struct pool *pool,
                        struct keydoor_outcome_reply *reply, struct err *err)
{
	struct buf csr;
	uint8_t hash[32];
	int rc = -1;

	buf_init(&csr, CSR_DER_MAX);
	sm2_public_hash(key, hash);
	if (build_csr(v, container, key, &csr, err) == 0 && pool_bytes(pool, buf_get(&csr), &reply->csr, err) == 0 &&
	    pool_bytes(pool, bytes_text(container), &reply->container, err) == 0)
		rc = pool_bytes(pool, BYTES_ARRAY(hash), &reply->key_hash, err);
	buf_free(&csr);
	return rc;
}

int make_key(struct keydoor *k, const void *body, struct pool *pool, void *to, struct err *err)
{
	static const struct act act = {N_("在证书钥匙中生成签名密钥，并生成证书申请"), "", ""};
	const struct keydoor_make_key_request *request = body;
	struct keydoor_outcome_reply *reply = to;
	char container[CONTAINER_NAME_SIZE];
	struct sm2_public *key = NULL;
	struct visit v;
	int rc = -1;

	if (visit_begin(&v, k, &request->asker, pool, &reply->tries, err) != 0 || visit_open(&v, err) != 0 ||
	    visit_consent(&v, &act, err) != 0)
		goto out;
	draw_name(container);
	if (make_container(&v, container, pool, &key, err) != 0)
		goto out;
	rc = keep_new_key(&v, container, key, pool, reply, err);
	if (rc != 0) {
		struct err ignored; /* the first fault is the one to tell */

		if (token_container_delete(v.token, container, &ignored) != 0)
			err_wrap(err, "container %s stays behind", container);
	}
out:
	sm2_public_free(&key);
	visit_close(&v);
	return rc;
}

/* ---- install ---- */

struct pair {
	struct cert *sign, *encryption;
};

static void pair_free(struct pair *p)
{
	cert_free(&p->sign);
	cert_free(&p->encryption);
}

static int check_chain(const struct keydoor *k, const struct cert *cert, struct err *err)
{
	struct err why;

	if (chain_check(cert, k->issuing, k->root, clock_now(), &why) != 0)
		return err_set(err, HF_INSTALL_CHAIN, "%s", why.text);
	return 0;
}

/* The public key in the envelope is that of the encryption certificate; only the key itself can look further. */
static int check_envelope(struct bytes der, const struct cert *encryption, struct err *err)
{
	struct envelope envelope;
	uint8_t point[SM2_POINT_SIZE];
	struct err why;

	if (envelope_read(&envelope, der, &why) != 0)
		return err_set(err, HF_INSTALL_ENVELOPE, "%s", why.text);
	sm2_public_point(encryption->key, point);
	if (!bytes_equal(BYTES_ARRAY(point), BYTES_ARRAY(envelope.point)))
		return err_set(err, HF_INSTALL_ENVELOPE, "GB/T 35276 7.4: the envelope is for another encryption certificate");
	return 0;
}

/* All that can be refused before the person is asked. */
static int check_install(const struct keydoor *k, const struct visit *v, const char *container,
                         const struct keydoor_install_request *request, struct pair *p, struct err *err)
{
	if (cert_parse(&p->sign, request->sign, err) != 0 || cert_parse(&p->encryption, request->encryption, err) != 0)
		return -1;
	if (check_chain(k, p->sign, err) != 0 || check_chain(k, p->encryption, err) != 0)
		return -1;
	if (cert_check_pair(p->sign, p->encryption, err) != 0 ||
	    container_check_key(v->token, container, p->sign->key, HF_INSTALL_PAIR, err) != 0)
		return -1;
	return check_envelope(request->envelope, p->encryption, err);
}

static int describe_install(const struct visit *v, const struct cert *sign, struct pool *pool, struct buf *out, struct err *err)
{
	const struct catalogue_value values[] = {
	    {"name", CATALOGUE_TEXT, pool_text(pool, sign->subject_name.common_name), 0},
	    {"until", CATALOGUE_DATE, NULL, sign->not_after},
	};

	if (catalogue_format(out, v->language, N_("单位：{name}\n证书有效期至：{until}\n装入后将签署“证书已装入本钥匙”。\n"), values, 2,
	                     err) != 0)
		return -1;
	return buf_append_u8(out, 0, err);
}

static int import_pair(struct visit *v, const char *container, const struct keydoor_install_request *request, const struct pair *p,
                       struct err *err)
{
	if (token_import_envelope(v->token, container, request->envelope, err) != 0 ||
	    token_import_certificate(v->token, container, TOKEN_SIGN, request->sign, err) != 0 ||
	    token_import_certificate(v->token, container, TOKEN_ENCRYPT, request->encryption, err) != 0)
		return -1;
	return token_prove_decryption(v->token, container, p->encryption->key, err);
}

/* {"application":…,"order":"installed","proof":"opened","serials":[…]} */
static int draft_installed(struct bytes application, const struct serial serials[2], struct buf *out, struct err *err)
{
	bool sorted = serial_compare(&serials[0], &serials[1]) < 0;
	struct json_writer w;

	json_begin(&w, out);
	json_open_object(&w, NULL);
	json_put_hex(&w, "application", application);
	json_put_string(&w, "order", order_deed_name(ORDER_INSTALLED));
	json_put_string(&w, "proof", "opened");
	json_open_array(&w, "serials");
	json_put_hex(&w, NULL, serial_get(&serials[sorted ? 0 : 1]));
	json_put_hex(&w, NULL, serial_get(&serials[sorted ? 1 : 0]));
	json_close(&w);
	json_close(&w);
	return json_end(&w, err);
}

static int sign_installed(struct keydoor *k, struct visit *v, const char *container, struct bytes application, const struct pair *p,
                          struct pool *pool, struct keydoor_outcome_reply *reply, struct err *err)
{
	struct order_facts facts = {.made = clock_now()};
	struct serial serials[2];
	struct order order;
	struct buf draft, text;
	int rc = -1;

	buf_init(&draft, ORDER_TEXT_MAX);
	buf_init(&text, ORDER_TEXT_MAX);
	if (cert_serial(p->sign, &serials[0], err) != 0 || cert_serial(p->encryption, &serials[1], err) != 0)
		goto out;
	memcpy(facts.by, serials[0].bytes, sizeof(facts.by));
	memcpy(facts.ca, k->ca, sizeof(facts.ca));
	if (draft_installed(application, serials, &draft, err) == 0 &&
	    order_complete_text(buf_get(&draft), &facts, pool, &text, &order, err) == 0)
		rc = container_sign_order(v->token, container, &order, pool, reply, err);
out:
	buf_free(&text);
	buf_free(&draft);
	return rc;
}

static int install(struct keydoor *k, struct visit *v, const char *container, const struct keydoor_install_request *request, struct pair *p,
                   struct pool *pool, struct keydoor_outcome_reply *reply, struct err *err)
{
	struct act act = {N_("把证书装入证书钥匙"), NULL, ""};
	struct buf detail;
	int rc = -1;

	buf_init(&detail, DETAIL_MAX);
	if (describe_install(v, p->sign, pool, &detail, err) != 0)
		goto out;
	act.detail = (const char *)detail.data;
	if (visit_consent(v, &act, err) == 0 && import_pair(v, container, request, p, err) == 0)
		rc = sign_installed(k, v, container, request->application, p, pool, reply, err);
out:
	buf_free(&detail);
	return rc;
}

int install_certificates(struct keydoor *k, const void *body, struct pool *pool, void *to, struct err *err)
{
	const struct keydoor_install_request *request = body;
	struct keydoor_outcome_reply *reply = to;
	const char *container = pool_text(pool, request->container);
	struct pair pair = {NULL, NULL};
	struct visit v;
	int rc = visit_begin(&v, k, &request->asker, pool, &reply->tries, err);

	if (rc == 0 && (container == NULL || request->application.size != 16))
		rc = err_set(err, HF_MESSAGE_FORMAT, "install: application of %zu bytes", request->application.size);
	if (rc == 0)
		rc = visit_open(&v, err);
	if (rc == 0)
		rc = check_install(k, &v, container, request, &pair, err);
	if (rc == 0)
		rc = install(k, &v, container, request, &pair, pool, reply, err);
	pair_free(&pair);
	visit_close(&v);
	return rc;
}
