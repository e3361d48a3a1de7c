/* Rows of certificates from the journal's events. */
#include "project_certificate.h"

#include "cert.h"
#include "certificate.h"
#include "deed_ask.h"
#include "digest.h"
#include "life.h"
#include "notice.h"
#include "text_code.h"

#define FILL_POOL_MAX (4u << 20)

/* What both certificates of a pair have in common in the store. */
struct owner {
	const char *application, *person;
	struct bytes code, key_serial;
};

static int serial_of(const struct cert *cert, char text[SERIAL_TEXT_SIZE], struct err *err)
{
	struct serial serial;

	if (cert_serial(cert, &serial, err) != 0)
		return -1;
	serial_text(&serial, text);
	return 0;
}

static void key_hash_of(const struct cert *cert, char text[2 * SM3_SIZE + 1])
{
	uint8_t hash[SM3_SIZE];

	sm2_public_hash(cert->key, hash);
	hex_write(text, hash, sizeof(hash));
}

static int put_one(struct connection *c, const struct cert *cert, const char *serial, const char *pair, const struct owner *owner,
                   struct bytes envelope, int64_t *added, struct err *err)
{
	enum certificate_use use = cert_is_sign(cert) ? CERTIFICATE_SIGN : CERTIFICATE_ENCRYPT;
	char key_hash[2 * SM3_SIZE + 1];
	int64_t changed = 0;

	key_hash_of(cert, key_hash);
	if (query_run(c, SQL_CERTIFICATE_ADD,
	              VALUES(value_text(serial), value_text(certificate_use_names[use]), value_text(pair), value_text(owner->application),
	                     value_text_bytes(owner->code), value_text_bytes(cert->subject_name.common_name), value_text(owner->person),
	                     value_integer(cert->not_before), value_integer(cert->not_after), value_text_bytes(owner->key_serial),
	                     value_bytes(envelope), value_bytes(cert->der), value_text(key_hash)),
	              &changed, err) != 0)
		return -1;
	*added += changed;
	return 0;
}

static int put_pair(struct connection *c, struct bytes sign_der, struct bytes enc_der, struct bytes envelope, const struct owner *owner,
                    char sign_serial[SERIAL_TEXT_SIZE], char enc_serial[SERIAL_TEXT_SIZE], int64_t *added, struct err *err)
{
	struct cert *sign = NULL, *enc = NULL;
	int rc = -1;

	if (cert_parse(&sign, sign_der, err) != 0 || cert_parse(&enc, enc_der, err) != 0)
		goto out;
	if (serial_of(sign, sign_serial, err) != 0 || serial_of(enc, enc_serial, err) != 0)
		goto out;
	if (put_one(c, sign, sign_serial, enc_serial, owner, BYTES_NONE, added, err) != 0 ||
	    put_one(c, enc, enc_serial, sign_serial, owner, envelope, added, err) != 0)
		goto out;
	rc = 0;
out:
	cert_free(&enc);
	cert_free(&sign);
	return rc;
}

int certificate_put_pair(struct connection *c, const struct journal_event *event, const struct order *order, struct pool *pool,
                         const char **serials, struct err *err)
{
	struct owner owner = {
	    .application = deed_hex(pool, event->application, 16), .person = "", .code = event->code, .key_serial = order->key.serial};
	char sign[SERIAL_TEXT_SIZE], enc[SERIAL_TEXT_SIZE];
	int64_t added = 0;

	if (owner.application == NULL)
		return err_set(err, HF_MEMORY, "certificate");
	if (put_pair(c, event->signature, event->encryption, event->envelope, &owner, sign, enc, &added, err) != 0)
		return -1;
	*serials = pool_format(pool, "%s %s", sign, enc);
	return *serials != NULL ? 0 : err_set(err, HF_MEMORY, "certificate");
}

int certificate_put_staff(struct connection *c, const struct journal_event *event, struct pool *pool, const char **serial, int64_t *added,
                          struct err *err)
{
	struct owner owner = {.application = "", .person = pool_text(pool, event->person.id)};
	char sign[SERIAL_TEXT_SIZE], enc[SERIAL_TEXT_SIZE];

	if (owner.person == NULL)
		return err_set(err, HF_MEMORY, "certificate");
	if (put_pair(c, event->certificate, event->encryption, BYTES_NONE, &owner, sign, enc, added, err) != 0)
		return -1;
	*serial = pool_text(pool, bytes_text(sign));
	return *serial != NULL ? 0 : err_set(err, HF_MEMORY, "certificate");
}

static int set_key(struct connection *c, const struct certificate *certificate, struct err *err)
{
	char key_hash[2 * SM3_SIZE + 1];
	struct cert *cert;

	if (cert_parse(&cert, certificate->der, err) != 0)
		return err_wrap(err, "certificate %s", certificate->serial);
	key_hash_of(cert, key_hash);
	cert_free(&cert);
	return query_run_one(c, SQL_CERTIFICATE_SET_KEY, VALUES(value_text(certificate->serial), value_text(key_hash)), err);
}

struct filling {
	struct pool *pool;
	struct certificate_list some;
};

static int fill_some(void *ctx, struct connection *c, struct err *err)
{
	struct filling *f = ctx;

	if (query_list(c, SQL_CERTIFICATE_WITHOUT_KEY, NO_VALUES, &certificate_shape, f->pool, (void **)&f->some.items, &f->some.count,
	               err) != 0)
		return -1;
	for (size_t i = 0; i < f->some.count; i++) {
		if (set_key(c, &f->some.items[i], err) != 0)
			return -1;
	}
	return 0;
}

int certificate_fill_keys(struct store *store, struct err *err)
{
	struct filling f = {.pool = pool_new(FILL_POOL_MAX)};
	int rc;

	if (f.pool == NULL)
		return err_set(err, HF_MEMORY, "certificates");
	do {
		pool_reset(f.pool);
		rc = store_change(store, fill_some, &f, err);
	} while (rc == 0 && f.some.count > 0);
	pool_free(&f.pool);
	return rc;
}

int certificate_put_status(struct connection *c, const struct octets_list *serials, enum event_status status, const char *reason,
                           int64_t time, struct pool *pool, struct err *err)
{
	static const enum certificate_status statuses[] = {
	    [EVENT_GOOD] = CERTIFICATE_GOOD, [EVENT_REVOKED] = CERTIFICATE_REVOKED, [EVENT_SUSPENDED] = CERTIFICATE_SUSPENDED};
	const char *name = certificate_status_names[statuses[status]];

	for (size_t i = 0; i < serials->count; i++) {
		const char *serial = deed_hex(pool, serials->data + i * ORDER_SERIAL_SIZE, ORDER_SERIAL_SIZE);
		if (serial == NULL)
			return err_set(err, HF_MEMORY, "certificate");
		if (query_run(c, SQL_CERTIFICATE_SET_STATUS,
		              VALUES(value_text(serial), value_text(name), value_text(reason), value_integer(time)), NULL, err) != 0)
			return -1;
		if (status != EVENT_GOOD &&
		    query_run(c, SQL_SESSION_END_OF_SERIAL, VALUES(value_text(serial), value_integer(time)), NULL, err) != 0)
			return -1;
	}
	return 0;
}

int certificate_put_installed(struct connection *c, const struct octets_list *serials, int64_t time, struct pool *pool, struct err *err)
{
	for (size_t i = 0; i < serials->count; i++) {
		const char *serial = deed_hex(pool, serials->data + i * ORDER_SERIAL_SIZE, ORDER_SERIAL_SIZE);
		if (serial == NULL)
			return err_set(err, HF_MEMORY, "certificate");
		if (query_run(c, SQL_CERTIFICATE_SET_INSTALLED, VALUES(value_text(serial), value_integer(time)), NULL, err) != 0)
			return -1;
	}
	return 0;
}

/* The application that a certificate came from; HF_NOT_FOUND for those of the ceremony. */
static int issuing_application(struct connection *c, const char *serial, struct pool *pool, struct application *application,
                               struct err *err)
{
	struct certificate certificate;

	if (query_one(c, SQL_CERTIFICATE_BY_SERIAL, VALUES(value_text(serial)), &certificate_shape, pool, &certificate, err) != 0)
		return -1;
	return query_one(c, SQL_APPLICATION_BY_ID, VALUES(value_text(certificate.application)), &application_shape, pool, application, err);
}

static int withdraw_uncollected(struct connection *c, const struct application *application, int64_t time, struct err *err)
{
	static const struct life_person nobody = {"", ""};

	return application->state == STATE_ISSUED ? life_move(c, application, STATE_WITHDRAWN, &nobody, "", time, err) : 0;
}

int certificate_put_superseded(struct connection *c, const struct octets_list *serials, int64_t time, struct pool *pool, struct err *err)
{
	struct application application;
	const char *first;

	if (serials->count == 0)
		return 0;
	first = deed_hex(pool, serials->data, ORDER_SERIAL_SIZE);
	if (first == NULL)
		return err_set(err, HF_MEMORY, "certificate");
	if (certificate_put_status(c, serials, EVENT_REVOKED, order_reason_name(ORDER_REASON_SUPERSEDED), time, pool, err) != 0)
		return -1;
	if (issuing_application(c, first, pool, &application, err) != 0)
		return err->code == HF_NOT_FOUND ? 0 : -1;
	return withdraw_uncollected(c, &application, time, err);
}

int certificate_tell_holder(struct connection *c, const struct service *s, const struct journal_event *event, const char *serial,
                            int64_t time, struct pool *pool, struct err *err)
{
	static const enum mail_kind kinds[] = {
	    [EVENT_GOOD] = MAIL_RESUMED, [EVENT_REVOKED] = MAIL_REVOKED, [EVENT_SUSPENDED] = MAIL_SUSPENDED};
	struct application application;

	if (issuing_application(c, serial, pool, &application, err) != 0)
		return err->code == HF_NOT_FOUND ? 0 : -1;
	if (event->status == EVENT_REVOKED && withdraw_uncollected(c, &application, time, err) != 0)
		return -1;
	return notice_put(c, s, kinds[event->status], &application, serial, time, err);
}
