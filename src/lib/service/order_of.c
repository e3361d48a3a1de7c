/* Orders from facts of the store. */
#include "order_of.h"

#include "paper.h"
#include "text_code.h"

#include <stdlib.h>
#include <string.h>

static int compare_serials(const void *a, const void *b)
{
	return memcmp(a, b, ORDER_SERIAL_SIZE);
}

static int order_serials(const char *const *serials, size_t count, struct pool *pool, struct octets_list *out, struct err *err)
{
	uint8_t *data = pool_alloc(pool, count * ORDER_SERIAL_SIZE + 1);

	if (data == NULL)
		return err_set(err, HF_MEMORY, "serials");
	for (size_t i = 0; i < count; i++) {
		if (hex_read(data + i * ORDER_SERIAL_SIZE, ORDER_SERIAL_SIZE, bytes_text(serials[i]), false) != 0)
			return err_set(err, HF_SERIAL_UNKNOWN, "not a serial number");
	}
	qsort(data, count, ORDER_SERIAL_SIZE, compare_serials);
	*out = (struct octets_list){data, count};
	return 0;
}

/* The application's column: hex32 with one space between. */
static int serials_split(const char *text, struct pool *pool, struct octets_list *out, struct err *err)
{
	const char *serials[ORDER_SERIALS_MAX];
	size_t count = 0;
	char *copy = pool_text(pool, bytes_text(text)), *rest = copy, *serial;

	if (copy == NULL)
		return err_set(err, HF_MEMORY, "serials");
	while ((serial = strsep(&rest, " ")) != NULL && count < ORDER_SERIALS_MAX)
		serials[count++] = serial;
	return order_serials(serials, count, pool, out, err);
}

static int papers_of(struct connection *c, const struct application *application, struct pool *pool, struct octets_list *out,
                     struct err *err)
{
	struct paper_list papers;

	if (query_list(c, SQL_PAPER_LIST, VALUES(value_text(application->id)), &paper_shape, pool, (void **)&papers.items, &papers.count,
	               err) != 0)
		return -1;
	uint8_t *data = pool_alloc(pool, papers.count * 32 + 1);
	if (data == NULL)
		return err_set(err, HF_MEMORY, "papers");
	for (size_t i = 0; i < papers.count; i++) {
		if (hex_read(data + i * 32, 32, bytes_text(papers.items[i].hash), false) != 0)
			return err_set(err, HF_PAPER_MISSING, "paper %s is not whole", papers.items[i].id);
	}
	*out = (struct octets_list){data, papers.count};
	return 0;
}

static int reason_read(const char *text, int *reason, struct err *err)
{
	*reason = choice_index(order_reason_names, bytes_text(text));
	return *reason >= 0 ? 0 : err_set(err, HF_FIELD_CHOICE, "no such reason");
}

/* Subject and key. */
static int facts_of_issue(const struct application *a, struct order *order, struct err *err)
{
	struct bytes name = bytes_text(a->name);

	order->subject = (struct order_subject){
	    .cn = name, .o = name, .l = bytes_text(a->city), .st = bytes_text(a->province), .ou = bytes_text(a->department)};
	order->key.serial = bytes_text(a->key_serial);
	if (hex_read(order->key.hash, 32, bytes_text(a->key_hash), false) != 0)
		return err_set(err, HF_KEY_ABSENT, "application %s has no key", a->number);
	return 0;
}

int order_of_accept(struct connection *c, const struct application *a, struct pool *pool, struct order *order, struct err *err)
{
	memset(order, 0, sizeof(*order));
	order->deed = ORDER_ACCEPT;
	order->kind = (enum order_kind)a->kind;
	order->holder = (struct order_holder){.code = bytes_text(a->code), .name = bytes_text(a->name)};
	if (hex_read(order->application, sizeof(order->application), bytes_text(a->id), false) != 0)
		return err_set(err, HF_STORE, "application %s has no id", a->number);
	if (papers_of(c, a, pool, &order->papers, err) != 0)
		return -1;
	if (a->kind == APPLICATION_NEW)
		return order->papers.count > 0 ? facts_of_issue(a, order, err)
		                               : err_set(err, HF_PAPER_MISSING, "application %s has no paper", a->number);
	if (serials_split(a->serials, pool, &order->serials, err) != 0)
		return -1;
	return a->kind == APPLICATION_REVOKE ? reason_read(a->reason, &order->reason, err) : 0;
}

void order_of_approve(const struct order *expected, const struct order *accept, struct order *order)
{
	*order = *expected;
	order->deed = ORDER_APPROVE;
	memcpy(order->accept, accept->hash, sizeof(order->accept));
}

int order_of_cancel(const struct application *a, struct order *order, struct err *err)
{
	memset(order, 0, sizeof(*order));
	order->deed = ORDER_CANCEL;
	order->kind = ORDER_KIND_NONE;
	if (hex_read(order->application, sizeof(order->application), bytes_text(a->id), false) != 0)
		return err_set(err, HF_STORE, "application %s has no id", a->number);
	return 0;
}

int order_of_revoke(const struct certificate *certificate, enum order_deed deed, enum order_reason reason, const uint8_t id[16],
                    struct pool *pool, struct order *order, struct err *err)
{
	const char *serials[2] = {certificate->serial, certificate->pair};

	memset(order, 0, sizeof(*order));
	order->deed = deed;
	order->kind = ORDER_KIND_NONE;
	memcpy(order->application, id, sizeof(order->application));
	order->holder = (struct order_holder){.code = bytes_text(certificate->code), .name = bytes_text(certificate->name)};
	order->reason = (int)reason;
	return order_serials(serials, certificate->pair[0] != '\0' ? 2 : 1, pool, &order->serials, err);
}

int order_of_renew(const struct application *a, int64_t notafter, struct pool *pool, struct order *order, struct err *err)
{
	memset(order, 0, sizeof(*order));
	order->deed = ORDER_RENEW;
	order->kind = ORDER_KIND_NONE;
	order->holder = (struct order_holder){.code = bytes_text(a->code), .name = bytes_text(a->name)};
	order->notafter = notafter;
	order->profile = ORDER_PROFILE_ENTERPRISE;
	if (hex_read(order->application, sizeof(order->application), bytes_text(a->id), false) != 0)
		return err_set(err, HF_STORE, "application %s has no id", a->number);
	return facts_of_issue(a, order, err) == 0 ? serials_split(a->serials, pool, &order->serials, err) : -1;
}

const char *order_of_pair(const struct certificate *certificate, struct pool *pool)
{
	const char *a = certificate->serial, *b = certificate->pair;

	if (b[0] == '\0')
		return a;
	return strcmp(a, b) < 0 ? pool_format(pool, "%s %s", a, b) : pool_format(pool, "%s %s", b, a);
}

int order_of_compare(const struct order *given, const struct order *expected, struct err *err)
{
	struct order whole = *expected;
	struct buf text;
	int rc;

	memcpy(whole.by, given->by, sizeof(whole.by));
	memcpy(whole.ca, given->ca, sizeof(whole.ca));
	memcpy(whole.nonce, given->nonce, sizeof(whole.nonce));
	whole.made = given->made;
	whole.v = given->v;
	if (expected->deed == ORDER_APPROVE && expected->kind == ORDER_KIND_NEW) {
		whole.notafter = given->notafter;
		whole.profile = given->profile;
	}
	buf_init(&text, ORDER_TEXT_MAX);
	rc = order_write(&whole, &text, err);
	if (rc == 0 && !bytes_equal(buf_get(&text), given->text))
		rc = err_set(err, HF_ORDER_MISMATCH, "the order does not say what the application does");
	buf_free(&text);
	return rc;
}
