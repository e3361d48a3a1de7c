/* Login by certificate, in the order of login.md 3. */
#include "login.h"

#include "audit_put.h"
#include "cert.h"
#include "certificate.h"
#include "clock.h"
#include "digest.h"
#include "limit.h"
#include "person.h"
#include "random.h"
#include "service_state.h"
#include "session_rule.h"
#include "text_code.h"

#include <stdio.h>
#include <string.h>

#define CHALLENGE_SECONDS 120

struct asking {
	struct service *s;
	const struct actor *actor;
	struct bytes challenge;
	int64_t now;
};

static int put_challenge(void *ctx, struct connection *c, struct err *err)
{
	const struct asking *a = ctx;

	if (limit_use_in(c, "login", a->actor->address, a->s->settings.logins_per_hour, err) != 0)
		return -1;
	return query_run(c, SQL_CHALLENGE_SET, VALUES(value_text(a->actor->session->id), value_bytes(a->challenge), value_integer(a->now)),
	                 NULL, err);
}

/* login.md 1 */
static void challenge_digits(const uint8_t challenge[CHALLENGE_SIZE], char digits[5])
{
	uint8_t hash[SM3_SIZE];
	uint32_t number;

	sm3((struct bytes){challenge, CHALLENGE_SIZE}, hash);
	number = (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3];
	snprintf(digits, 5, "%04u", number % 10000);
}

int login_challenge(struct service *s, const struct actor *actor, uint8_t challenge[CHALLENGE_SIZE], char digits[5], struct err *err)
{
	struct asking a = {s, actor, {challenge, CHALLENGE_SIZE}, clock_now()};

	if (actor->session == NULL)
		return err_set(err, HF_SESSION_NONE, "a challenge belongs to a session");
	random_bytes(challenge, CHALLENGE_SIZE);
	challenge_digits(challenge, digits);
	return store_change(s->store, put_challenge, &a, err);
}

struct login_change {
	struct service *s;
	const struct actor *actor;
	enum login_door door;
	const struct login_answer *answer;
	const char *serial;
	struct pool *pool;
	int64_t now;
	struct bytes challenge;
	struct certificate certificate;
	char *token;
	struct session *session;
	const char *refusal; /* HF-nnnn, for the audit */
};

/* Known to this session (HF-5010) and not used (HF-5011); whatever follows, it is spent. */
static int take_challenge(void *ctx, struct connection *c, struct err *err)
{
	struct login_change *l = ctx;
	struct value session = value_text(l->actor->session->id), since = value_integer(l->now - CHALLENGE_SECONDS);
	int64_t used;

	if (query_integer(c, SQL_CHALLENGE_STATE, VALUES(session, since), &used, err) != 0)
		return err->code == HF_NOT_FOUND ? err_set(err, HF_CHALLENGE_OLD, "no challenge of the last %d s", CHALLENGE_SECONDS) : -1;
	if (query_bytes(c, SQL_CHALLENGE_TAKE, VALUES(session, since), l->pool, &l->challenge, err) != 0)
		return err->code == HF_NOT_FOUND ? err_set(err, HF_CHALLENGE_USED, "the challenge was used") : -1;
	return 0;
}

static int find_certificate(struct login_change *l, struct err *err)
{
	struct connection *c;
	int rc;

	if (store_read(l->s->store, &c, err) != 0)
		return -1;
	rc = query_one(c, SQL_CERTIFICATE_BY_SERIAL, VALUES(value_text(l->serial)), &certificate_shape, l->pool, &l->certificate, err);
	store_read_end(l->s->store, &c);
	if (rc != 0)
		return err->code == HF_NOT_FOUND ? err_set(err, HF_LOGIN_UNKNOWN, "certificate %s is not one of ours", l->serial) : -1;
	if (!bytes_equal(l->certificate.der, l->answer->certificate))
		return err_set(err, HF_LOGIN_UNKNOWN, "certificate %s differs from its record", l->serial);
	return 0;
}

/* The origin is the service's own, from its settings. */
static const char *origin_of(const struct login_change *l)
{
	const char *const *origins = l->s->settings.origins;

	for (size_t i = 0; l->answer->origin != NULL && origins[i] != NULL; i++) {
		if (strcmp(origins[i], l->answer->origin) == 0)
			return origins[i];
	}
	return l->answer->origin == NULL ? origins[0] : NULL;
}

/* login.md 2 */
static int check_signature(struct login_change *l, const struct cert *cert, struct err *err)
{
	char challenge[2 * CHALLENGE_SIZE + 1];
	const char *origin = origin_of(l), *text;

	if (origin == NULL)
		return err_set(err, HF_LOGIN_ORIGIN, "origin %s is not in the settings", l->answer->origin);
	if (l->challenge.size != CHALLENGE_SIZE)
		return err_set(err, HF_STORE, "a challenge of %zu bytes", l->challenge.size);
	hex_write(challenge, l->challenge.data, CHALLENGE_SIZE);
	text = pool_format(l->pool, "hufu-login-v1\n%s\n%s\n%s", origin, challenge, l->serial);
	if (text == NULL)
		return err_set(err, HF_MEMORY, "login");
	if (sm2_verify(cert->key, bytes_text(text), l->answer->signature, err) == 0)
		return 0;
	return err->kind == ERR_SYSTEM ? -1 : err_set(err, HF_LOGIN_SIGNATURE, "signature by %s", l->serial);
}

static int check_proof(struct login_change *l, struct err *err)
{
	struct cert *cert = NULL;
	int rc = -1;

	if (cert_parse(&cert, l->certificate.der, err) != 0)
		return -1;
	if (!cert_is_sign(cert))
		err_set(err, HF_LOGIN_PROFILE, "%s is not a signature certificate", l->serial);
	else
		rc = check_signature(l, cert, err);
	cert_free(&cert);
	return rc;
}

static int check_door(struct login_change *l, struct err *err)
{
	bool staff = l->certificate.person[0] != '\0';

	if (staff != (l->door == LOGIN_STAFF))
		return err_set(err, HF_LOGIN_ROLE, "%s is not for this door", l->serial);
	return 0;
}

/* The status is looked at once more, in the transaction that makes the session: no revocation can come between. */
static int enter(void *ctx, struct connection *c, struct err *err)
{
	struct login_change *l = ctx;
	struct session_new new = {l->serial, l->certificate.person, l->actor->address, l->now};
	struct actor who = {l->session, l->actor->address};
	char id[65];

	if (session_add(c, &new, l->token, id, err) != 0 || session_take_over(c, l->actor->session->id, id, l->now, err) != 0 ||
	    session_load(l->s, c, id, l->now, l->pool, l->session, err) != 0)
		return -1;
	return audit_put(c, &who, &(struct audit_deed){"session.login", l->serial, NULL}, err);
}

static int note_refusal(void *ctx, struct connection *c, struct err *err)
{
	const struct login_change *l = ctx;

	return audit_put(c, l->actor, &(struct audit_deed){"session.refused", l->serial, l->refusal}, err);
}

static int check_and_enter(struct login_change *l, struct err *err)
{
	if (store_change(l->s->store, take_challenge, l, err) != 0 || find_certificate(l, err) != 0 || check_proof(l, err) != 0 ||
	    session_certificate_check(l->s, &l->certificate, l->now, err) != 0 || check_door(l, err) != 0)
		return -1;
	return store_change(l->s->store, enter, l, err);
}

int login(struct service *s, const struct actor *actor, enum login_door door, const struct login_answer *answer,
          char token[SESSION_TOKEN_SIZE + 1], struct pool *pool, struct session *session, struct err *err)
{
	struct login_change l = {
	    .s = s, .actor = actor, .door = door, .answer = answer, .pool = pool, .now = clock_now(), .token = token, .session = session};
	char code[16];
	struct err ignored;

	if (actor->session == NULL)
		return err_set(err, HF_SESSION_NONE, "a login begins with a session");
	l.serial = pool_text(pool, answer->serial);
	if (l.serial == NULL)
		return err_set(err, HF_MEMORY, "login");
	if (strspn(l.serial, "0123456789abcdef") != SERIAL_DIGITS || l.serial[SERIAL_DIGITS] != '\0')
		return err_set(err, HF_LOGIN_UNKNOWN, "not a serial number");
	if (check_and_enter(&l, err) == 0)
		return 0;
	if (l.challenge.data == NULL)
		return -1; /* nothing was tried: challenges are counted, such posts are not */
	snprintf(code, sizeof(code), "HF-%d", (int)err->code);
	l.refusal = code;
	if (store_change(s->store, note_refusal, &l, &ignored) != 0)
		*err = ignored;
	return -1;
}
