/* Sessions: a token for the browser, its hash for the store, and what they are worth at this moment. */
#include "session_rule.h"

#include "audit_put.h"
#include "certificate.h"
#include "clock.h"
#include "digest.h"
#include "limit.h"
#include "random.h"
#include "service_state.h"
#include "text_code.h"

#include <string.h>

#define SEEN_EVERY 60 /* seconds: a request writes only when the last time is older */
#define OLD_ID_SECONDS 10
#define FORGET_AFTER (7 * 86400)

/* A row with what stands of its certificate and its person; texts are "" where there is none. */
struct session_row {
	struct session session;
	int64_t ended;
	struct certificate certificate;
	const char *staff, *appointed; /* name of the person, and the certificate of the appointment */
	int64_t roles, from, to;
};
static const struct column row_columns[] = {
    {"id", COLUMN_TEXT, offsetof(struct session_row, session.id), NULL},
    {"csrf", COLUMN_TEXT, offsetof(struct session_row, session.csrf), NULL},
    {"serial", COLUMN_TEXT, offsetof(struct session_row, session.serial), NULL},
    {"person", COLUMN_TEXT, offsetof(struct session_row, session.person), NULL},
    {"applications", COLUMN_TEXT, offsetof(struct session_row, session.applications), NULL},
    {"created", COLUMN_INTEGER, offsetof(struct session_row, session.created), NULL},
    {"seen", COLUMN_INTEGER, offsetof(struct session_row, session.seen), NULL},
    COLUMN(session_row, ended, COLUMN_INTEGER),
    {"certificate", COLUMN_TEXT, offsetof(struct session_row, certificate.serial), NULL},
    {"holder", COLUMN_TEXT, offsetof(struct session_row, certificate.name), NULL},
    {"code", COLUMN_TEXT, offsetof(struct session_row, certificate.code), NULL},
    {"notbefore", COLUMN_INTEGER, offsetof(struct session_row, certificate.notbefore), NULL},
    {"notafter", COLUMN_INTEGER, offsetof(struct session_row, certificate.notafter), NULL},
    {"status", COLUMN_CHOICE, offsetof(struct session_row, certificate.status), certificate_status_names},
    COLUMN(session_row, staff, COLUMN_TEXT),
    COLUMN(session_row, appointed, COLUMN_TEXT),
    COLUMN(session_row, roles, COLUMN_INTEGER),
    COLUMN(session_row, from, COLUMN_INTEGER),
    COLUMN(session_row, to, COLUMN_INTEGER),
};
static const struct shape row_shape = SHAPE(session_row, row_columns);

static void token_id(struct bytes token, char id[65])
{
	uint8_t hash[SM3_SIZE];

	sm3(token, hash);
	hex_write(id, hash, sizeof(hash));
}

static int draw_token(char token[SESSION_TOKEN_SIZE + 1], struct err *err)
{
	uint8_t random[32];
	struct buf text;
	int rc;

	random_bytes(random, sizeof(random));
	buf_init(&text, SESSION_TOKEN_SIZE);
	rc = base64url_write(&text, BYTES_ARRAY(random), err);
	if (rc == 0) {
		memcpy(token, text.data, SESSION_TOKEN_SIZE);
		token[SESSION_TOKEN_SIZE] = '\0';
	}
	buf_wipe(&text);
	secret_wipe(random, sizeof(random));
	return rc;
}

int session_add(struct connection *c, const struct session_new *new, char token[SESSION_TOKEN_SIZE + 1], char id[65], struct err *err)
{
	char csrf[SESSION_TOKEN_SIZE + 1];

	if (draw_token(token, err) != 0 || draw_token(csrf, err) != 0)
		return -1;
	token_id((struct bytes){(const uint8_t *)token, SESSION_TOKEN_SIZE}, id);
	return query_run(c, SQL_SESSION_ADD,
	                 VALUES(value_text(id), value_text(csrf), value_text(new->serial), value_text(new->person),
	                        value_text(new->address), value_integer(new->now)),
	                 NULL, err);
}

int session_take_over(struct connection *c, const char *old, const char *new, int64_t then, struct err *err)
{
	if (query_run(c, SQL_SESSION_APPLICATIONS_COPY, VALUES(value_text(old), value_text(new)), NULL, err) != 0)
		return -1;
	return query_run(c, SQL_SESSION_END, VALUES(value_text(old), value_integer(then)), NULL, err);
}

int session_renew(struct connection *c, const struct session *old, int64_t now, char token[SESSION_TOKEN_SIZE + 1], char id[65],
                  struct err *err)
{
	if (draw_token(token, err) != 0)
		return -1;
	token_id((struct bytes){(const uint8_t *)token, SESSION_TOKEN_SIZE}, id);
	if (query_run_one(c, SQL_SESSION_RENEW, VALUES(value_text(old->id), value_text(id), value_integer(now)), err) != 0)
		return -1;
	return session_take_over(c, old->id, id, now + OLD_ID_SECONDS, err);
}

int session_certificate_check(struct service *s, const struct certificate *certificate, int64_t now, struct err *err)
{
	if (now < certificate->notbefore)
		return err_set(err, HF_LOGIN_NOT_YET, "%s is not valid yet", certificate->serial);
	if (now > certificate->notafter)
		return err_set(err, HF_LOGIN_EXPIRED, "%s has expired", certificate->serial);
	if (certificate->status == CERTIFICATE_REVOKED)
		return err_set(err, HF_LOGIN_REVOKED, "%s is revoked", certificate->serial);
	if (certificate->status == CERTIFICATE_SUSPENDED)
		return err_set(err, HF_LOGIN_SUSPENDED, "%s is suspended", certificate->serial);
	return newest_crl_check(&s->crl, certificate->serial, err);
}

/* Roles count only within the time of the appointment, and only with the certificate that it names. */
static int add_person(const struct session_row *row, struct session *session, int64_t now, struct err *err)
{
	bool appointed = now >= row->from && (row->to == 0 || now <= row->to) && strcmp(row->appointed, session->serial) == 0;

	session->name = row->staff;
	session->roles = appointed ? row->roles : 0;
	return session->roles != 0 ? 0 : err_set(err, HF_LOGIN_ROLE, "person %s has no role now", session->person);
}

static int add_certificate(struct service *s, const struct session_row *row, struct session *session, int64_t now, struct err *err)
{
	if (row->certificate.serial[0] == '\0')
		return err_set(err, HF_LOGIN_UNKNOWN, "certificate %s", session->serial);
	session->name = row->certificate.name;
	session->code = row->certificate.code;
	session->notafter = row->certificate.notafter;
	if (session_certificate_check(s, &row->certificate, now, err) != 0)
		return -1;
	return session->person[0] != '\0' ? add_person(row, session, now, err) : 0;
}

int session_load(struct service *s, struct connection *c, const char *id, int64_t now, struct pool *pool, struct session *session,
                 struct err *err)
{
	struct session_row row;

	if (query_one(c, SQL_SESSION_BY_ID, VALUES(value_text(id)), &row_shape, pool, &row, err) != 0)
		return err->code == HF_NOT_FOUND ? err_set(err, HF_SESSION_NONE, "no such session") : -1;
	*session = row.session;
	session->name = session->code = "";
	if (session->serial[0] != '\0' && add_certificate(s, &row, session, now, err) != 0)
		return -1; /* said before an end that it may have caused */
	if ((row.ended != 0 && row.ended <= now) || now - session->created > s->settings.session_absolute ||
	    now - session->seen > s->settings.session_idle)
		return err_set(err, HF_SESSION_ENDED, "the session has ended");
	return 0;
}

struct touch {
	struct service *s;
	const char *id;
	int64_t now;
};

static int touch(void *ctx, struct connection *c, struct err *err)
{
	const struct touch *t = ctx;

	return query_run(c, SQL_SESSION_SEEN, VALUES(value_text(t->id), value_integer(t->now)), NULL, err);
}

int session_find(struct service *s, struct bytes token, struct pool *pool, struct session *session, struct err *err)
{
	struct touch t = {.s = s, .now = clock_now()};
	struct connection *c;
	char id[65];
	int rc;

	if (token.size != SESSION_TOKEN_SIZE)
		return err_set(err, HF_SESSION_NONE, "not a token");
	token_id(token, id);
	t.id = id;
	if (store_read(s->store, &c, err) != 0)
		return -1;
	rc = session_load(s, c, id, t.now, pool, session, err);
	store_read_end(s->store, &c);
	if (rc == 0 && t.now - session->seen >= SEEN_EVERY)
		rc = store_change(s->store, touch, &t, err);
	return rc;
}

struct beginning {
	struct service *s;
	struct session_new new;
	char *token;
	struct pool *pool;
	struct session *session;
};

static int begin(void *ctx, struct connection *c, struct err *err)
{
	struct beginning *b = ctx;
	char id[65];

	if (limit_use_in(c, "session", b->new.address, b->s->settings.sessions_per_hour, err) != 0 ||
	    session_add(c, &b->new, b->token, id, err) != 0)
		return -1;
	return session_load(b->s, c, id, b->new.now, b->pool, b->session, err);
}

int session_begin(struct service *s, const char *address, char token[SESSION_TOKEN_SIZE + 1], struct pool *pool, struct session *session,
                  struct err *err)
{
	struct beginning b = {.s = s, .token = token, .pool = pool, .session = session};

	b.new = (struct session_new){.serial = "", .person = "", .address = address, .now = clock_now()};
	return store_change(s->store, begin, &b, err);
}

static int end(void *ctx, struct connection *c, struct err *err)
{
	const struct actor *actor = ctx;

	if (query_run(c, SQL_SESSION_END, VALUES(value_text(actor->session->id), value_integer(clock_now())), NULL, err) != 0)
		return -1;
	if (session_is_visitor(actor->session))
		return 0;
	return audit_put(c, actor, &(struct audit_deed){"session.end", actor->session->serial, NULL}, err);
}

int session_end(struct service *s, const struct actor *actor, struct err *err)
{
	struct actor who = *actor;

	return actor->session == NULL ? 0 : store_change(s->store, end, &who, err);
}

static int forget(void *ctx, struct connection *c, struct err *err)
{
	return query_run(c, SQL_SESSION_REMOVE_OLD, VALUES(value_integer(clock_now() - FORGET_AFTER)), NULL, err);
}

int session_sweep(struct service *s, struct err *err)
{
	return store_change(s->store, forget, NULL, err);
}
