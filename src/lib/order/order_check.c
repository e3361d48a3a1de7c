/* What can be checked of an order without knowing who may what. */
#include "order_check.h"

#include "signed_text.h"

#include <string.h>

int order_check_ca(const struct order *order, const uint8_t ca[20], struct err *err)
{
	if (memcmp(order->ca, ca, sizeof(order->ca)) != 0)
		return err_set(err, HF_ORDER_OTHER_CA, "the order is for another CA (order.md 2)");
	return 0;
}

int order_check_time(const struct order *order, int64_t now, struct err *err)
{
	if (order->made > now + ORDER_AHEAD_MAX)
		return err_set(err, HF_ORDER_AHEAD, "made %lld s ahead (order.md 2)", (long long)(order->made - now));
	if (order->made < now - ORDER_LIFE)
		return err_set(err, HF_ORDER_EXPIRED, "made %lld s ago (order.md 2)", (long long)(now - order->made));
	return 0;
}

int order_check_signature(const struct order *order, const struct sm2_public *key, struct bytes signature, struct err *err)
{
	return signed_text_verify(SIGNED_ORDER, key, order->text, signature, err);
}

static bool same_list(const struct octets_list *a, const struct octets_list *b, size_t each)
{
	return a->count == b->count && (a->count == 0 || memcmp(a->data, b->data, a->count * each) == 0);
}

bool order_subject_equal(const struct order_subject *a, const struct order_subject *b)
{
	return bytes_equal(a->cn, b->cn) && bytes_equal(a->l, b->l) && bytes_equal(a->o, b->o) && bytes_equal(a->ou, b->ou) &&
	       bytes_equal(a->st, b->st);
}

int order_check_approves(const struct order *approve, const struct order *accept, struct err *err)
{
	const char *differs = NULL;

	if (memcmp(approve->accept, accept->hash, sizeof(accept->hash)) != 0)
		differs = "accept";
	else if (approve->kind != accept->kind)
		differs = "kind";
	else if (memcmp(approve->application, accept->application, sizeof(accept->application)) != 0)
		differs = "application";
	else if (!bytes_equal(approve->holder.code, accept->holder.code) || !bytes_equal(approve->holder.name, accept->holder.name))
		differs = "holder";
	else if (!order_subject_equal(&approve->subject, &accept->subject))
		differs = "subject";
	else if (memcmp(approve->key.hash, accept->key.hash, sizeof(accept->key.hash)) != 0 ||
	         !bytes_equal(approve->key.serial, accept->key.serial))
		differs = "key";
	else if (!same_list(&approve->papers, &accept->papers, 32))
		differs = "papers";
	else if (!same_list(&approve->serials, &accept->serials, ORDER_SERIAL_SIZE))
		differs = "serials";
	else if (approve->reason != accept->reason)
		differs = "reason";
	if (differs != NULL)
		return err_set(err, HF_ORDER_MISMATCH, "the approval's %s is not the acceptance's (order.md 3)", differs);
	return 0;
}

int order_check_seconds(const struct order *second, const struct order *first, struct err *err)
{
	const char *differs = NULL;

	if (memcmp(second->first, first->hash, sizeof(first->hash)) != 0 || order_is_second(first))
		differs = "first";
	else if (second->deed != first->deed)
		differs = "order";
	else if (memcmp(second->application, first->application, sizeof(first->application)) != 0)
		differs = "application";
	else if (memcmp(second->certificate, first->certificate, sizeof(first->certificate)) != 0)
		differs = "certificate";
	else if (!bytes_equal(second->person.id, first->person.id) || !bytes_equal(second->person.name, first->person.name))
		differs = "person";
	else if (second->roles != first->roles)
		differs = "roles";
	else if (second->from != first->from || second->to != first->to)
		differs = "time";
	else if (second->quota.issue_per_reviewer_hour != first->quota.issue_per_reviewer_hour)
		differs = "quota";
	if (differs != NULL)
		return err_set(err, HF_ORDER_MISMATCH, "the second order's %s is not the first's (order.md 3)", differs);
	return 0;
}
