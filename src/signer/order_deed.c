/* One order on its way. */
#include "order_deed.h"

#include <stdlib.h>
#include <string.h>

#define DEED_POOL_MAX (8u << 20)
#define RECEIPT_MAX 4096

bool deed_is_open(const struct deed *deed)
{
	return deed->request != NULL;
}

void deed_refuse(struct deed *deed, const struct err *err)
{
	deed->request->result = -1;
	deed->request->err = *err;
	deed->request = NULL;
}

static int read_order(struct deed *deed, const struct registry *registry, struct err *err)
{
	uint64_t offset;

	deed->pool = pool_new(DEED_POOL_MAX);
	if (deed->pool == NULL)
		return err_set(err, HF_MEMORY, "deed");
	if (body_decode(&deed_request_body, deed->request->body, deed->request->pool, &deed->asked, err) < 0)
		return -1;
	if (order_parse(&deed->order, deed->asked.text, deed->pool, err) < 0)
		return -1;
	deed->issues = (deed->order.deed == ORDER_APPROVE && deed->order.kind == ORDER_KIND_NEW) || deed->order.deed == ORDER_RENEW;
	deed->ends_pair =
	    deed->order.deed == ORDER_INSTALLED && registry_deed_find(registry, deed->order.application, ORDER_RENEW, false, &offset);
	return signed_text_message(SIGNED_ORDER, deed->asked.text, &deed->message, err);
}

void deed_begin(struct deed *deed, struct request *request, const struct registry *registry)
{
	struct err err = {0};

	memset(deed, 0, sizeof(*deed));
	deed->request = request;
	buf_init(&deed->message, ORDER_TEXT_MAX + 64);
	buf_init(&deed->receipt, RECEIPT_MAX);
	buf_init(&deed->receipt_message, RECEIPT_MAX + 64);
	buf_init(&deed->body, EVENT_BODY_MAX);
	if (read_order(deed, registry, &err) < 0)
		deed_refuse(deed, &err);
}

void deed_free(struct deed *deed)
{
	if (deed->issues)
		issue_free(&deed->issue);
	facts_free(&deed->facts);
	buf_free(&deed->message);
	buf_free(&deed->receipt);
	buf_free(&deed->receipt_message);
	buf_free(&deed->body);
	pool_free(&deed->pool);
}

bool deed_changes_status(const struct deed *deed)
{
	return deed->order.deed == ORDER_REVOKE || deed->order.deed == ORDER_SUSPEND || deed->ends_pair ||
	       (deed->order.deed == ORDER_APPROVE && deed->order.kind != ORDER_KIND_NEW);
}

bool deed_is_barrier(const struct deed *deed)
{
	return deed_changes_status(deed) || deed->order.deed == ORDER_STAFF || deed->order.deed == ORDER_POLICY ||
	       deed->order.deed == ORDER_CANCEL;
}

bool deed_meets(const struct deed *a, const struct deed *b)
{
	if (memcmp(a->order.application, b->order.application, REGISTRY_KEPT) == 0)
		return true;
	if (a->order.deed == ORDER_RENEW && b->order.deed == ORDER_RENEW && memcmp(a->order.by, b->order.by, REGISTRY_KEPT) == 0)
		return true;
	return a->issues && b->issues && memcmp(a->order.key.hash, b->order.key.hash, REGISTRY_KEPT) == 0;
}

static bool meets_any(struct deed *const *deeds, size_t n, const struct deed *deed)
{
	for (size_t i = 0; i < n; i++) {
		if (deed_meets(deeds[i], deed))
			return true;
	}
	return false;
}

size_t deeds_put_status_first(struct deed **deeds, size_t n)
{
	size_t first = 0;

	for (size_t i = 0; i < n; i++) {
		struct deed *deed = deeds[i];

		if (!deed_changes_status(deed) || meets_any(deeds + first, i - first, deed))
			continue;
		memmove(deeds + first + 1, deeds + first, (i - first) * sizeof(struct deed *));
		deeds[first++] = deed;
	}
	return first;
}

static void event_of_two(struct deed *deed, enum event_type type)
{
	size_t count = 0;

	/* A withdrawal is one order, everything else two. */
	if (order_is_second(&deed->order))
		deed->orders[count++] = deed->facts.first.event.order;
	deed->orders[count++] = (struct signed_bytes){deed->asked.signature, deed->asked.text};
	deed->event.type = (int)type;
	deed->event.orders = (struct object_list){deed->orders, count};
	deed->event.person = deed->order.person;
	deed->event.roles = deed->order.roles;
	deed->event.from = deed->order.from;
	deed->event.to = deed->order.to;
	deed->event.quota = deed->order.quota;
	memcpy(deed->event.certificate_serial, deed->order.certificate, sizeof(deed->event.certificate_serial));
}

static void event_of_status(struct deed *deed, enum event_status status)
{
	deed->event.type = EVENT_STATUS;
	deed->event.status = (int)status;
	deed->event.reason = deed->order.reason;
	deed->event.serials = deed->order.serials;
}

static void event_of_issue(struct deed *deed)
{
	deed->event.type = EVENT_ISSUED;
	deed->event.code = deed->order.holder.code;
	deed->event.ends = deed->order.ends;
	deed->event.envelope = deed->issue.envelope;
	deed->event.signature = buf_get(&deed->issue.der[ISSUE_SIGN]);
	deed->event.encryption = buf_get(&deed->issue.der[ISSUE_ENCRYPTION]);
	for (int half = 0; half < ISSUE_HALVES; half++)
		memcpy(deed->serials + half * ORDER_SERIAL_SIZE, deed->issue.serials[half].bytes, ORDER_SERIAL_SIZE);
	deed->event.serials = (struct octets_list){deed->serials, ISSUE_HALVES};
}

static void event_of_approval(struct deed *deed)
{
	switch (deed->order.kind) {
	case ORDER_KIND_NEW:
		event_of_issue(deed);
		break;
	case ORDER_KIND_REVOKE:
		event_of_status(deed, EVENT_REVOKED);
		break;
	case ORDER_KIND_RESUME:
		event_of_status(deed, EVENT_GOOD);
		break;
	case ORDER_KIND_NONE: /* no approval is of none: order_parse */
		break;
	}
}

void deed_event(struct deed *deed)
{
	const struct order *order = &deed->order;

	memcpy(deed->event.application, order->application, sizeof(deed->event.application));
	deed->event.order = (struct signed_bytes){deed->asked.signature, deed->asked.text};
	switch (order->deed) {
	case ORDER_APPROVE:
		event_of_approval(deed);
		break;
	case ORDER_RENEW:
		event_of_issue(deed);
		break;
	case ORDER_REVOKE:
		event_of_status(deed, EVENT_REVOKED);
		break;
	case ORDER_SUSPEND:
		event_of_status(deed, EVENT_SUSPENDED);
		break;
	case ORDER_INSTALLED:
		deed->event.type = deed->facts.ends_count > 0 ? EVENT_RENEWED : EVENT_INSTALLED;
		deed->event.serials = order->serials;
		deed->event.ends = (struct octets_list){deed->facts.ends, deed->facts.ends_count};
		break;
	case ORDER_CANCEL:
		deed->event.type = EVENT_CANCELLED;
		break;
	case ORDER_STAFF:
	case ORDER_POLICY:
		if (order_is_first_of_two(order))
			deed->event.type = EVENT_ACCEPTED;
		else
			event_of_two(deed, order->deed == ORDER_STAFF ? EVENT_STAFF : EVENT_POLICY);
		break;
	case ORDER_ACCEPT:
	case ORDER_DEEDS:
		deed->event.type = EVENT_ACCEPTED;
		break;
	}
}

static int compare_serials(const void *a, const void *b)
{
	return memcmp(a, b, ORDER_SERIAL_SIZE);
}

int deed_receipt(struct deed *deed, const uint8_t ca[20], int64_t number, const uint8_t head[32], int64_t made, struct err *err)
{
	const struct octets_list *parts[] = {&deed->event.serials, &deed->event.ends};
	uint8_t sorted[2 * ORDER_SERIALS_MAX * ORDER_SERIAL_SIZE];
	struct receipt receipt = {.deed = (int)deed->order.deed, .made = made, .number = number, .v = 1};

	memcpy(receipt.application, deed->order.application, sizeof(receipt.application));
	memcpy(receipt.ca, ca, sizeof(receipt.ca));
	memcpy(receipt.head, head, sizeof(receipt.head));
	memcpy(receipt.order, deed->order.hash, sizeof(receipt.order));
	receipt.serials.data = sorted;
	for (size_t i = 0; i < 2; i++) {
		if (parts[i]->count > 0)
			memcpy(sorted + receipt.serials.count * ORDER_SERIAL_SIZE, parts[i]->data, parts[i]->count * ORDER_SERIAL_SIZE);
		receipt.serials.count += parts[i]->count;
	}
	qsort(sorted, receipt.serials.count, ORDER_SERIAL_SIZE, compare_serials);
	if (receipt_write(&receipt, &deed->receipt, err) < 0)
		return -1;
	return signed_text_message(SIGNED_RECEIPT, buf_get(&deed->receipt), &deed->receipt_message, err);
}

void deed_answer(struct deed *deed, const struct journal_event *event, int64_t number)
{
	struct deed_reply reply = {
	    .receipt = event->receipt.text,
	    .receipt_signature = event->receipt.signature,
	    .number = number,
	    .sign_cert = event->signature,
	    .enc_cert = event->encryption,
	    .envelope = event->envelope,
	};
	struct err err = {0};

	if (body_encode(&deed_reply_body, &reply, &deed->request->reply, &err) < 0) {
		deed_refuse(deed, &err);
		return;
	}
	deed->request->result = 0;
	deed->request = NULL;
}
