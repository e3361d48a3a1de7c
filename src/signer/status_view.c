/* Events as the responder's door shows them. */
#include "status_view.h"

#include "cert.h"

#include <string.h>

static int serial_of(struct bytes der, uint8_t out[ORDER_SERIAL_SIZE], struct err *err)
{
	struct cert *cert = NULL;
	struct serial serial;
	int result = -1;

	if (cert_parse(&cert, der, err) < 0)
		goto out;
	if (cert_serial(cert, &serial, err) < 0)
		goto out;
	memcpy(out, serial.bytes, ORDER_SERIAL_SIZE);
	result = 0;
out:
	cert_free(&cert);
	return result;
}

static void show_exists(struct status_view *view, struct octets_list serials)
{
	view->events[view->count++] = (struct journal_event){.type = EVENT_ISSUED, .serials = serials};
}

static void show_status(struct status_view *view, struct octets_list serials, int status, int reason)
{
	view->events[view->count++] = (struct journal_event){.type = EVENT_STATUS, .serials = serials, .status = status, .reason = reason};
}

int status_view_of(const struct journal_event *event, struct status_view *view, struct err *err)
{
	view->count = 0;
	switch (event->type) {
	case EVENT_STATUS:
		show_status(view, event->serials, event->status, event->reason);
		return 0;
	case EVENT_ISSUED:
		show_exists(view, event->serials);
		if (event->ends.count > 0)
			show_status(view, event->ends, EVENT_REVOKED, ORDER_REASON_SUPERSEDED);
		return 0;
	case EVENT_RENEWED:
		show_status(view, event->ends, EVENT_REVOKED, ORDER_REASON_SUPERSEDED);
		return 0;
	case EVENT_PERSON:
		if (serial_of(event->certificate, view->serials, err) < 0 ||
		    serial_of(event->encryption, view->serials + ORDER_SERIAL_SIZE, err) < 0)
			return -1;
		show_exists(view, (struct octets_list){view->serials, 2});
		return 0;
	case EVENT_OCSP:
		if (serial_of(event->certificate, view->serials, err) < 0)
			return -1;
		show_exists(view, (struct octets_list){view->serials, 1});
		return 0;
	default:
		return 0;
	}
}
