/* What may become a record. */
#include "registry.h"

#include <string.h>

static int contradiction(const char *what, struct err *err)
{
	return err_set(err, HF_JOURNAL_BROKEN, "%s", what);
}

static int read_certificate(struct bytes der, enum registry_use use, struct registry_addition *addition, struct err *err)
{
	struct registry_fresh *fresh = &addition->certificates[addition->count];
	struct cert *cert = NULL;
	struct serial serial;
	int result = -1;

	if (cert_parse(&cert, der, err) < 0)
		goto out;
	if (cert_serial(cert, &serial, err) < 0)
		goto out;
	memcpy(fresh->serial, serial.bytes, sizeof(fresh->serial));
	sm2_public_hash(cert->key, fresh->key_hash);
	fresh->use = use;
	addition->count++;
	result = 0;
out:
	cert_free(&cert);
	return result;
}

static bool same_start(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, REGISTRY_KEPT) == 0;
}

bool registry_addition_meets(const struct registry_addition *a, const struct registry_addition *b)
{
	for (size_t i = 0; i < a->count; i++) {
		for (size_t k = a == b ? i + 1 : 0; k < b->count; k++) {
			if (same_start(a->certificates[i].serial, b->certificates[k].serial) ||
			    same_start(a->certificates[i].key_hash, b->certificates[k].key_hash))
				return true;
		}
	}
	return false;
}

static int check_addition(const struct registry *r, const struct registry_addition *addition, struct err *err)
{
	for (size_t i = 0; i < addition->count; i++) {
		if (!registry_serial_is_free(r, addition->certificates[i].serial))
			return contradiction("a serial number for the second time", err);
		if (registry_key_is_known(r, addition->certificates[i].key_hash))
			return contradiction("a key for the second time", err);
	}
	return registry_addition_meets(addition, addition) ? contradiction("two certificates of one key or serial number", err) : 0;
}

static int check_renewal(const struct registry *r, const struct octets_list *serials, struct err *err)
{
	for (size_t i = 0; i < serials->count; i++) {
		const uint8_t *serial = serials->data + i * ORDER_SERIAL_SIZE;

		if (registry_serial_is_free(r, serial))
			return contradiction("the renewal of a certificate that was never issued", err);
		if (registry_is_renewed(r, serial))
			return contradiction("a certificate is renewed for the second time", err);
	}
	return 0;
}

static int check_issued(const struct registry *r, const struct journal_event *event, const struct order *order,
                        struct registry_addition *addition, struct err *err)
{
	if (event->serials.count != 2)
		return contradiction("an issue without its two serial numbers", err);
	if (read_certificate(event->signature, REGISTRY_SIGN, addition, err) < 0 ||
	    read_certificate(event->encryption, REGISTRY_ENCRYPTION, addition, err) < 0)
		return -1;
	for (size_t i = 0; i < 2; i++) {
		if (memcmp(addition->certificates[i].serial, event->serials.data + i * ORDER_SERIAL_SIZE, ORDER_SERIAL_SIZE) != 0)
			return contradiction("an issue with other certificates than its serial numbers", err);
	}
	if (memcmp(addition->certificates[0].key_hash, order->key.hash, sizeof(order->key.hash)) != 0)
		return contradiction("an issue for another key than its order's", err);
	return order->deed == ORDER_RENEW ? check_renewal(r, &order->serials, err) : 0;
}

static int check_status(const struct registry *r, const struct octets_list *serials, struct err *err)
{
	for (size_t i = 0; i < serials->count; i++) {
		const uint8_t *serial = serials->data + i * ORDER_SERIAL_SIZE;
		struct registry_certificate c;

		if (!registry_certificate_find(r, serial, &c))
			return contradiction("the status of a certificate that was never issued", err);
		if (c.status == EVENT_REVOKED)
			return contradiction("a revoked certificate changes its status", err);
		for (size_t k = 0; k < i; k++) {
			if (same_start(serial, serials->data + k * ORDER_SERIAL_SIZE))
				return contradiction("the status of one certificate twice", err);
		}
	}
	return 0;
}

/* What the event says of itself; its certificates are read. */
static int check_event(const struct registry *r, const struct journal_event *event, const struct order *order,
                       struct registry_addition *addition, struct err *err)
{
	switch ((enum event_type)event->type) {
	case EVENT_BEGIN:
		return registry_summary_get(r).begun ? contradiction("a second beginning", err) : 0;
	case EVENT_PERSON:
		if (read_certificate(event->certificate, REGISTRY_SIGN, addition, err) < 0)
			return -1;
		return read_certificate(event->encryption, REGISTRY_ENCRYPTION, addition, err);
	case EVENT_ISSUED:
		if (check_issued(r, event, order, addition, err) < 0)
			return -1;
		return check_status(r, &event->ends, err);
	case EVENT_RENEWED:
		return check_status(r, &event->ends, err);
	case EVENT_STATUS:
		return check_status(r, &event->serials, err);
	case EVENT_OCSP:
		return read_certificate(event->certificate, REGISTRY_OCSP, addition, err);
	case EVENT_STAFF:
	case EVENT_POLICY:
	case EVENT_CRL:
	case EVENT_AUDIT:
	case EVENT_ACCEPTED:
	case EVENT_CANCELLED:
	case EVENT_INSTALLED:
		return 0;
	}
	return contradiction("an unknown event", err);
}

int registry_check(const struct registry *registry, const struct journal_event *event, const struct order *order,
                   struct registry_addition *addition, struct err *err)
{
	addition->count = 0;
	if (!registry_summary_get(registry).begun && event->type != EVENT_BEGIN)
		return contradiction("the journal does not begin with its beginning", err);
	if (check_event(registry, event, order, addition, err) < 0)
		return -1;
	return check_addition(registry, addition, err);
}
