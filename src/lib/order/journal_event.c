/* Bodies of the journal by table. */
#include "journal_event.h"

#include "envelope.h"
#include "signed_text.h"

#include <string.h>

#define CERTIFICATE_MAX 8192u

static const char *const type_names[] = {
    [EVENT_ACCEPTED] = "accepted", [EVENT_AUDIT] = "audit",
    [EVENT_BEGIN] = "begin",       [EVENT_CANCELLED] = "cancelled",
    [EVENT_CRL] = "crl",           [EVENT_INSTALLED] = "installed",
    [EVENT_ISSUED] = "issued",     [EVENT_OCSP] = "ocsp",
    [EVENT_PERSON] = "person",     [EVENT_POLICY] = "policy",
    [EVENT_RENEWED] = "renewed",   [EVENT_STAFF] = "staff",
    [EVENT_STATUS] = "status",     NULL,
};
static const char *const status_names[] = {"good", "revoked", "suspended", NULL};

static const struct member signed_members[] = {
    ROW_BASE64(signed_bytes, "signature", signature, SM2_SIGNATURE_MAX),
    ROW_TEXT(signed_bytes, "text", text, ORDER_TEXT_MAX, 0),
};
static const struct member_table signed_table = MEMBER_TABLE(signed_members);

/* Rows of event_members; where one name means two things, two rows. */
enum {
	M_APPLICATION,
	M_CERTIFICATE,
	M_CERTIFICATE_SERIAL,
	M_CODE,
	M_COUNT,
	M_ENCRYPTION,
	M_ENDS,
	M_ENVELOPE,
	M_EVALUATION,
	M_EVENT,
	M_FROM,
	M_HASH,
	M_HEAD,
	M_ISSUING,
	M_JOURNAL,
	M_NEXTUPDATE,
	M_ORDER,
	M_ORDERS,
	M_PERSON,
	M_QUOTA,
	M_REASON,
	M_RECEIPT,
	M_ROLES,
	M_ROOT,
	M_SERIALS,
	M_SIGNATURE,
	M_STATUS,
	M_THISUPDATE,
	M_TO
};

#define CERTIFICATE(name, member) ROW_BASE64(journal_event, name, member, CERTIFICATE_MAX)

static const struct member event_members[] = {
    [M_APPLICATION] = ROW_HEX(journal_event, "application", application, 0),
    [M_CERTIFICATE] = CERTIFICATE("certificate", certificate),
    [M_CERTIFICATE_SERIAL] = ROW_HEX(journal_event, "certificate", certificate_serial, 0),
    [M_CODE] = ROW_TEXT(journal_event, "code", code, 18, 0),
    [M_COUNT] = ROW_INTEGER(journal_event, "count", count),
    [M_ENCRYPTION] = CERTIFICATE("encryption", encryption),
    [M_ENDS] = ROW_HEX_LIST(journal_event, "ends", ends, ORDER_SERIAL_SIZE, ORDER_SERIALS_MAX, MEMBER_MAY_BE_EMPTY),
    [M_ENVELOPE] = ROW_BASE64(journal_event, "envelope", envelope, ENVELOPE_DER_MAX),
    [M_EVALUATION] = ROW_INTEGER(journal_event, "evaluation", evaluation),
    [M_EVENT] = ROW_CHOICE(journal_event, "event", type, type_names),
    [M_FROM] = ROW_INTEGER(journal_event, "from", from),
    [M_HASH] = ROW_HEX(journal_event, "hash", hash, 0),
    [M_HEAD] = ROW_HEX(journal_event, "head", head, 0),
    [M_ISSUING] = CERTIFICATE("issuing", issuing),
    [M_JOURNAL] = CERTIFICATE("journal", journal),
    [M_NEXTUPDATE] = ROW_INTEGER(journal_event, "nextupdate", nextupdate),
    [M_ORDER] = ROW_OBJECT(journal_event, "order", order, &signed_table),
    [M_ORDERS] = ROW_OBJECT_LIST(journal_event, "orders", orders, sizeof(struct signed_bytes), 2, &signed_table),
    [M_PERSON] = ROW_OBJECT(journal_event, "person", person, &order_person_table),
    [M_QUOTA] = ROW_OBJECT(journal_event, "quota", quota, &order_quota_table),
    [M_REASON] = ROW_CHOICE(journal_event, "reason", reason, order_reason_names),
    [M_RECEIPT] = ROW_OBJECT(journal_event, "receipt", receipt, &signed_table),
    [M_ROLES] = ROW_CHOICES(journal_event, "roles", roles, role_names, ROLE_COUNT, MEMBER_MAY_BE_EMPTY),
    [M_ROOT] = CERTIFICATE("root", root),
    [M_SERIALS] = ROW_HEX_LIST(journal_event, "serials", serials, ORDER_SERIAL_SIZE, ORDER_SERIALS_MAX, 0),
    [M_SIGNATURE] = CERTIFICATE("signature", signature),
    [M_STATUS] = ROW_CHOICE(journal_event, "status", status, status_names),
    [M_THISUPDATE] = ROW_INTEGER(journal_event, "thisupdate", thisupdate),
    [M_TO] = ROW_INTEGER(journal_event, "to", to),
};
static const struct member_table event_table = MEMBER_TABLE(event_members);

#define B(name) MEMBER_BIT(M_##name)
#define DEED (B(APPLICATION) | B(EVENT) | B(ORDER) | B(RECEIPT))
#define DEED_OF_TWO (B(APPLICATION) | B(EVENT) | B(ORDERS) | B(RECEIPT))

/* journal.md 2 and 3: the members of each event, by enum event_view; 0: the view does not have it. */
static const uint64_t forms[][2] = {
    [EVENT_ACCEPTED] = {DEED},
    [EVENT_AUDIT] = {B(COUNT) | B(EVENT) | B(HEAD)},
    [EVENT_BEGIN] = {B(EVALUATION) | B(EVENT) | B(ISSUING) | B(JOURNAL) | B(ROOT)},
    [EVENT_CANCELLED] = {DEED},
    [EVENT_CRL] = {B(EVENT) | B(HASH) | B(NEXTUPDATE) | B(THISUPDATE)},
    [EVENT_INSTALLED] = {DEED | B(SERIALS)},
    [EVENT_ISSUED] = {DEED | B(CODE) | B(ENCRYPTION) | B(ENDS) | B(ENVELOPE) | B(SERIALS) | B(SIGNATURE), B(EVENT) | B(SERIALS)},
    [EVENT_OCSP] = {B(CERTIFICATE) | B(EVENT)},
    [EVENT_PERSON] = {B(CERTIFICATE) | B(ENCRYPTION) | B(EVENT) | B(PERSON) | B(ROLES)},
    [EVENT_POLICY] = {DEED_OF_TWO | B(QUOTA)},
    [EVENT_RENEWED] = {DEED | B(ENDS) | B(SERIALS)},
    [EVENT_STAFF] = {DEED_OF_TWO | B(CERTIFICATE_SERIAL) | B(FROM) | B(PERSON) | B(ROLES) | B(TO)},
    [EVENT_STATUS] = {DEED | B(REASON) | B(SERIALS) | B(STATUS), B(EVENT) | B(REASON) | B(SERIALS) | B(STATUS)},
};

static int type_of(const struct json *body, int *type, struct err *err)
{
	struct bytes name;

	if (json_get_text(body, "event", &name, err) < 0)
		return err_set(err, HF_ORDER_MEMBER, "member event: missing, or not a string");
	for (int i = 0; type_names[i] != NULL; i++) {
		if (bytes_is_text(name, type_names[i])) {
			*type = i;
			return 0;
		}
	}
	return err_set(err, HF_ORDER_MEMBER, "member event: no such event (journal.md 2)");
}

int journal_event_read(struct journal_event *event, enum event_view view, const struct json *body, struct pool *pool, struct err *err)
{
	int type = -1;

	memset(event, 0, sizeof(*event));
	if (json_kind_of(body) != JSON_KIND_OBJECT)
		return err_set(err, HF_ORDER_MEMBER, "the body is no object (journal.md 2)");
	if (type_of(body, &type, err) < 0)
		return -1;
	if (forms[type][view] == 0)
		return err_set(err, HF_ORDER_MEMBER, "member event: not shown here (journal.md 3)");
	return members_read(&event_table, forms[type][view], body, pool, event, err);
}

int journal_event_parse(struct journal_event *event, struct bytes body, struct pool *pool, struct err *err)
{
	struct json *root = NULL;
	int result = -1;

	if (signed_text_read(&root, body, EVENT_BODY_MAX, err) < 0)
		goto out;
	result = journal_event_read(event, EVENT_VIEW_FULL, root, pool, err);
out:
	json_free(&root);
	return result;
}

int journal_event_write(const struct journal_event *event, enum event_view view, struct buf *out, struct err *err)
{
	if (forms[event->type][view] == 0)
		return err_set(err, HF_ORDER_MEMBER, "the event is not shown here (journal.md 3)");
	return members_write_text(&event_table, forms[event->type][view], event, out, err);
}
