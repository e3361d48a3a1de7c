/* Collecting the certificates of an application. */
#include "collect.h"

#include "access.h"
#include "certificate.h"
#include "deed_do.h"
#include "permission.h"
#include "service_state.h"
#include "text_code.h"

#include <string.h>

static int certificates_of(struct connection *c, const struct application *a, struct pool *pool, struct collect *collect, struct err *err)
{
	struct certificate_list list;

	if (query_list(c, SQL_CERTIFICATE_LIST_OF_APPLICATION, VALUES(value_text(a->id), value_text(a->code)), &certificate_shape, pool,
	               (void **)&list.items, &list.count, err) != 0)
		return -1;
	for (size_t i = 0; i < list.count; i++) {
		if (list.items[i].use == CERTIFICATE_SIGN)
			collect->sign = list.items[i].der;
		else
			collect->encryption = list.items[i].der;
	}
	if (collect->sign.size == 0 || collect->encryption.size == 0)
		return err_set(err, HF_STORE, "application %s has %zu certificates", a->number, list.count);
	return query_bytes(c, SQL_CERTIFICATE_ENVELOPE, VALUES(value_text(a->id), value_text(a->code)), pool, &collect->envelope, err);
}

static int issued(const struct application *a, struct err *err)
{
	if (a->state == STATE_ISSUED || a->state == STATE_INSTALLED)
		return 0;
	return err_set(err, HF_APPLICATION_STATE, "application %s is %s", a->number, application_state_names[a->state]);
}

int collect_load(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct collect *collect,
                 struct err *err)
{
	struct application a;
	struct connection *c = NULL;
	int rc = -1;

	memset(collect, 0, sizeof(*collect));
	if (permission_check(actor, VERB_COLLECT, err) == 0 && store_read(s->store, &c, err) == 0 &&
	    access_own(c, actor, number, pool, &a, err) == 0 && issued(&a, err) == 0)
		rc = certificates_of(c, &a, pool, collect, err);
	store_read_end(s->store, &c);
	if (rc != 0)
		return -1;
	collect->application = a.id;
	collect->key_serial = a.key_serial;
	collect->key_hash = a.key_hash;
	collect->installed = a.state == STATE_INSTALLED;
	return 0;
}

/* Signed by this application's new signature key, for this application, naming its two certificates. */
static int judge(struct service *s, struct connection *c, const struct actor *actor, const char *number, const struct signed_order *given,
                 struct pool *pool, struct order *order, struct err *err)
{
	char id[APPLICATION_ID_SIZE + 1];
	struct certificate by;
	struct application a;

	if (access_own(c, actor, number, pool, &a, err) != 0 || issued(&a, err) != 0 || deed_read(s, c, given, pool, order, &by, err) != 0)
		return -1;
	hex_write(id, order->application, sizeof(order->application));
	if (order->deed != ORDER_INSTALLED || strcmp(id, a.id) != 0 || strcmp(by.application, a.id) != 0)
		return err_set(err, HF_ORDER_MISMATCH, "not the acceptance of application %s", number);
	for (size_t i = 0; i < order->serials.count; i++) {
		const char *serial = deed_hex(pool, order->serials.data + i * ORDER_SERIAL_SIZE, ORDER_SERIAL_SIZE);
		if (serial == NULL)
			return err_set(err, HF_MEMORY, "collect");
		if (strcmp(serial, by.serial) != 0 && strcmp(serial, by.pair) != 0)
			return err_set(err, HF_ORDER_MISMATCH, "%s is not of application %s", serial, number);
	}
	return 0;
}

int collect_installed(struct service *s, const struct actor *actor, const char *number, const struct signed_order *given, struct pool *pool,
                      struct deed *deed, struct err *err)
{
	struct connection *c = NULL;
	struct order order;
	int rc = -1;

	if (permission_check(actor, VERB_COLLECT, err) == 0 && store_read(s->store, &c, err) == 0)
		rc = judge(s, c, actor, number, given, pool, &order, err);
	store_read_end(s->store, &c);
	if (rc != 0)
		return -1;
	return deed_do(s, &(struct deed_order){.actor = actor, .order = &order, .signature = given->signature, .pool = pool}, deed, err);
}
