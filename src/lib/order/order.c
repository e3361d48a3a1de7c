/* Orders read from their texts: one table of members, one of the forms an order may have. */
#include "order.h"

#include "digest.h"
#include "signed_text.h"

#include <string.h>

const char *const order_deed_names[] = {
    [ORDER_ACCEPT] = "accept",       [ORDER_APPROVE] = "approve", [ORDER_REVOKE] = "revoke", [ORDER_SUSPEND] = "suspend",
    [ORDER_INSTALLED] = "installed", [ORDER_STAFF] = "staff",     [ORDER_POLICY] = "policy", [ORDER_CANCEL] = "cancel",
    [ORDER_RENEW] = "renew",         [ORDER_DEEDS] = NULL,
};
static const char *const kind_names[] = {"new", "revoke", "resume", NULL};
const char *const order_reason_names[] = {
    [ORDER_REASON_UNSPECIFIED] = "unspecified",
    [ORDER_REASON_KEY_COMPROMISE] = "keyCompromise",
    [ORDER_REASON_AFFILIATION_CHANGED] = "affiliationChanged",
    [ORDER_REASON_SUPERSEDED] = "superseded",
    [ORDER_REASON_CESSATION] = "cessationOfOperation",
    [ORDER_REASON_HOLD] = "certificateHold",
    NULL,
};
static const char *const profile_names[] = {"enterprise", "evaluation-short", NULL};
static const char *const proof_names[] = {"opened", NULL};

/* Designed, and refused by name until they are served. */
static const char *const later_deeds[] = {"produce", "recover", NULL};
static const char *const later_kinds[] = {"reissue", "renew", "change", "contact", "close", "add", "unblock", NULL};

static const struct member holder_members[] = {
    ROW_TEXT(order_holder, "code", code, 18, 0),
    ROW_NAME(order_holder, "name", name, ORDER_NAME_CHARACTERS, 0),
};
static const struct member_table holder_table = MEMBER_TABLE(holder_members);

static const struct member subject_members[] = {
    ROW_NAME(order_subject, "cn", cn, ORDER_NAME_CHARACTERS, 0),
    ROW_NAME(order_subject, "l", l, ORDER_NAME_CHARACTERS, MEMBER_ONLY_FILLED),
    ROW_NAME(order_subject, "o", o, ORDER_NAME_CHARACTERS, 0),
    ROW_NAME(order_subject, "ou", ou, ORDER_NAME_CHARACTERS, MEMBER_ONLY_FILLED),
    ROW_NAME(order_subject, "st", st, ORDER_NAME_CHARACTERS, MEMBER_ONLY_FILLED),
};
static const struct member_table subject_table = MEMBER_TABLE(subject_members);

static const struct member key_members[] = {
    ROW_HEX(order_key, "hash", hash, 0),
    ROW_TEXT(order_key, "serial", serial, 64, 0),
};
static const struct member_table key_table = MEMBER_TABLE(key_members);

static const struct member person_members[] = {
    ROW_TEXT(order_person, "id", id, 64, 0),
    ROW_NAME(order_person, "name", name, ORDER_NAME_CHARACTERS, 0),
};
const struct member_table order_person_table = MEMBER_TABLE(person_members);

static const struct member quota_members[] = {
    ROW_INTEGER(order_quota, "issue-per-reviewer-hour", issue_per_reviewer_hour),
};
const struct member_table order_quota_table = MEMBER_TABLE(quota_members);

/* Rows of order_members, in the order of the names. */
enum {
	M_ACCEPT,
	M_APPLICATION,
	M_BY,
	M_CA,
	M_CERTIFICATE,
	M_ENDS,
	M_FIRST,
	M_FROM,
	M_HOLDER,
	M_KEY,
	M_KIND,
	M_MADE,
	M_NONCE,
	M_NOTAFTER,
	M_ORDER,
	M_PAPERS,
	M_PAPERS_ANY,
	M_PERSON,
	M_PROFILE,
	M_PROOF,
	M_QUOTA,
	M_REASON,
	M_ROLES,
	M_SERIALS,
	M_SUBJECT,
	M_TO,
	M_V
};

static const struct member order_members[] = {
    [M_ACCEPT] = ROW_HEX(order, "accept", accept, 0),
    [M_APPLICATION] = ROW_HEX(order, "application", application, 0),
    [M_BY] = ROW_HEX(order, "by", by, 0),
    [M_CA] = ROW_HEX(order, "ca", ca, 0),
    [M_CERTIFICATE] = ROW_HEX(order, "certificate", certificate, 0),
    [M_ENDS] = ROW_HEX_LIST(order, "ends", ends, ORDER_SERIAL_SIZE, ORDER_SERIALS_MAX, MEMBER_MAY_BE_EMPTY | MEMBER_SORTED),
    [M_FIRST] = ROW_HEX(order, "first", first, MEMBER_MAY_BE_EMPTY),
    [M_FROM] = ROW_INTEGER(order, "from", from),
    [M_HOLDER] = ROW_OBJECT(order, "holder", holder, &holder_table),
    [M_KEY] = ROW_OBJECT(order, "key", key, &key_table),
    [M_KIND] = ROW_CHOICE(order, "kind", kind, kind_names),
    [M_MADE] = ROW_INTEGER(order, "made", made),
    [M_NONCE] = ROW_HEX(order, "nonce", nonce, 0),
    [M_NOTAFTER] = ROW_INTEGER(order, "notafter", notafter),
    [M_ORDER] = ROW_CHOICE(order, "order", deed, order_deed_names),
    [M_PAPERS] = ROW_HEX_LIST(order, "papers", papers, 32, ORDER_PAPERS_MAX, 0),
    [M_PAPERS_ANY] = ROW_HEX_LIST(order, "papers", papers, 32, ORDER_PAPERS_MAX, MEMBER_MAY_BE_EMPTY),
    [M_PERSON] = ROW_OBJECT(order, "person", person, &order_person_table),
    [M_PROFILE] = ROW_CHOICE(order, "profile", profile, profile_names),
    [M_PROOF] = ROW_CHOICE(order, "proof", proof, proof_names),
    [M_QUOTA] = ROW_OBJECT(order, "quota", quota, &order_quota_table),
    [M_REASON] = ROW_CHOICE(order, "reason", reason, order_reason_names),
    [M_ROLES] = ROW_CHOICES(order, "roles", roles, role_names, ROLE_COUNT, MEMBER_MAY_BE_EMPTY),
    [M_SERIALS] = ROW_HEX_LIST(order, "serials", serials, ORDER_SERIAL_SIZE, ORDER_SERIALS_MAX, MEMBER_SORTED),
    [M_SUBJECT] = ROW_OBJECT(order, "subject", subject, &subject_table),
    [M_TO] = ROW_INTEGER(order, "to", to),
    [M_V] = ROW_INTEGER(order, "v", v),
};
static const struct member_table order_table = MEMBER_TABLE(order_members);

#define B(name) MEMBER_BIT(M_##name)
#define EVERY (B(APPLICATION) | B(BY) | B(CA) | B(MADE) | B(NONCE) | B(ORDER) | B(V))
#define AGENTS (B(BY) | B(CA) | B(MADE) | B(NONCE) | B(V)) /* agent.md 3 */
#define NEW (EVERY | B(HOLDER) | B(KEY) | B(KIND) | B(PAPERS) | B(SUBJECT))
#define RESUME (EVERY | B(HOLDER) | B(KIND) | B(PAPERS_ANY) | B(SERIALS))
#define REVOKE (RESUME | B(REASON))

/* The forms of order.md 3. */
static const struct {
	enum order_deed deed;
	enum order_kind kind;
	uint64_t members;
} forms[] = {
    {ORDER_ACCEPT, ORDER_KIND_NEW, NEW},
    {ORDER_APPROVE, ORDER_KIND_NEW, NEW | B(ACCEPT) | B(ENDS) | B(NOTAFTER) | B(PROFILE)},
    {ORDER_ACCEPT, ORDER_KIND_REVOKE, REVOKE},
    {ORDER_APPROVE, ORDER_KIND_REVOKE, REVOKE | B(ACCEPT)},
    {ORDER_ACCEPT, ORDER_KIND_RESUME, RESUME},
    {ORDER_APPROVE, ORDER_KIND_RESUME, RESUME | B(ACCEPT)},
    {ORDER_REVOKE, ORDER_KIND_NONE, EVERY | B(HOLDER) | B(REASON) | B(SERIALS)},
    {ORDER_SUSPEND, ORDER_KIND_NONE, EVERY | B(HOLDER) | B(REASON) | B(SERIALS)},
    {ORDER_INSTALLED, ORDER_KIND_NONE, EVERY | B(PROOF) | B(SERIALS)},
    {ORDER_STAFF, ORDER_KIND_NONE, EVERY | B(CERTIFICATE) | B(FIRST) | B(FROM) | B(PERSON) | B(ROLES) | B(TO)},
    {ORDER_POLICY, ORDER_KIND_NONE, EVERY | B(FIRST) | B(QUOTA)},
    {ORDER_CANCEL, ORDER_KIND_NONE, EVERY},
    {ORDER_RENEW, ORDER_KIND_NONE, EVERY | B(HOLDER) | B(KEY) | B(NOTAFTER) | B(PROFILE) | B(SERIALS) | B(SUBJECT)},
};

const char *order_deed_name(enum order_deed deed)
{
	return order_deed_names[deed];
}

const char *order_reason_name(enum order_reason reason)
{
	return order_reason_names[reason];
}

bool order_is_second(const struct order *order)
{
	uint8_t any = 0;

	for (size_t i = 0; i < sizeof(order->first); i++)
		any |= order->first[i];
	return any != 0;
}

bool order_is_first_of_two(const struct order *order)
{
	return (order->deed == ORDER_POLICY || (order->deed == ORDER_STAFF && order->roles != 0)) && !order_is_second(order);
}

static int position(struct bytes text, const char *const *names)
{
	for (int i = 0; names[i] != NULL; i++) {
		if (bytes_is_text(text, names[i]))
			return i;
	}
	return -1;
}

/* The value of a member that says which form this is. */
static int form_name(const struct json *root, const char *member, const char *const *names, const char *const *later, int *at,
                     struct err *err)
{
	const struct json *value = json_member(root, member);
	struct bytes text;

	if (value == NULL || json_kind_of(value) != JSON_KIND_STRING)
		return err_set(err, HF_ORDER_MEMBER, "member %s: missing, or not a string", member);
	if (json_as_text(value, &text, err) < 0)
		return -1;
	*at = position(text, names);
	if (*at >= 0)
		return 0;
	if (position(text, later) >= 0)
		return err_set(err, HF_ORDER_NOT_BUILT, "member %s: %.*s is not served yet", member, (int)text.size,
		               (const char *)text.data);
	return err_set(err, HF_ORDER_UNKNOWN_KIND, "member %s: no such order (order.md 3)", member);
}

static int form_of(const struct json *root, uint64_t *members, struct err *err)
{
	int deed = ORDER_DEEDS, kind = ORDER_KIND_NONE;

	if (form_name(root, "order", order_deed_names, later_deeds, &deed, err) < 0)
		return -1;
	if ((deed == ORDER_ACCEPT || deed == ORDER_APPROVE) && form_name(root, "kind", kind_names, later_kinds, &kind, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if ((int)forms[i].deed == deed && (int)forms[i].kind == kind) {
			*members = forms[i].members;
			return 0;
		}
	}
	return err_set(err, HF_ORDER_UNKNOWN_KIND, "no such order (order.md 3)");
}

static int members_of(const struct order *order, uint64_t *members, struct err *err)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (forms[i].deed == order->deed && forms[i].kind == order->kind) {
			*members = forms[i].members;
			return 0;
		}
	}
	return err_set(err, HF_ORDER_UNKNOWN_KIND, "no such order (order.md 3)");
}

int order_write(const struct order *order, struct buf *out, struct err *err)
{
	uint64_t members = 0;

	if (members_of(order, &members, err) < 0)
		return -1;
	return members_write_text(&order_table, members, order, out, err);
}

int order_write_draft(const struct order *order, struct buf *out, struct err *err)
{
	uint64_t members = 0;

	if (members_of(order, &members, err) < 0)
		return -1;
	return members_write_text(&order_table, members & ~AGENTS, order, out, err);
}

static int check_code(struct bytes code, struct err *err)
{
	bool fits = code.size == 18;

	for (size_t i = 0; fits && i < code.size; i++)
		fits = (code.data[i] >= '0' && code.data[i] <= '9') || (code.data[i] >= 'A' && code.data[i] <= 'Z');
	return fits ? 0 : err_set(err, HF_ORDER_MEMBER, "member holder: code is not 18 digits and capital letters (GB 32100)");
}

/* What the table cannot say: rules between members. */
static int check_rules(const struct order *order, struct err *err)
{
	if (order->v != 1)
		return err_set(err, HF_ORDER_MEMBER, "member v: not 1");
	if (order->holder.code.size > 0 && check_code(order->holder.code, err) < 0)
		return -1;
	if (order->subject.cn.size > 0 &&
	    (!bytes_equal(order->subject.cn, order->holder.name) || !bytes_equal(order->subject.o, order->holder.name)))
		return err_set(err, HF_ORDER_MEMBER, "member subject: cn and o are not the holder's name");
	if (order->deed == ORDER_SUSPEND && order->reason != ORDER_REASON_HOLD)
		return err_set(err, HF_ORDER_MEMBER, "member reason: a suspension is a certificateHold");
	if (order->deed != ORDER_SUSPEND && order->reason == ORDER_REASON_HOLD)
		return err_set(err, HF_ORDER_MEMBER, "member reason: certificateHold ends no certificate");
	if ((order->deed == ORDER_INSTALLED || order->deed == ORDER_RENEW) && order->serials.count != 2)
		return err_set(err, HF_ORDER_MEMBER, "member serials: not the two certificates");
	if (order->deed == ORDER_STAFF && !roles_may_meet(order->roles))
		return err_set(err, HF_ORDER_MEMBER, "member roles: the audit line meets no other role");
	if (order->deed == ORDER_STAFF && order->to <= order->from)
		return err_set(err, HF_ORDER_MEMBER, "member to: not after from");
	return 0;
}

int order_parse(struct order *order, struct bytes text, struct pool *pool, struct err *err)
{
	struct json *root = NULL;
	uint64_t members = 0;
	int result = -1;

	memset(order, 0, sizeof(*order));
	order->kind = ORDER_KIND_NONE;
	if (signed_text_read(&root, text, ORDER_TEXT_MAX, err) < 0)
		goto out;
	if (form_of(root, &members, err) < 0)
		goto out;
	if (members_read(&order_table, members, root, pool, order, err) < 0)
		goto out;
	if (check_rules(order, err) < 0)
		goto out;
	if (pool_bytes(pool, text, &order->text, err) < 0)
		goto out;
	sm3(text, order->hash);
	result = 0;
out:
	json_free(&root);
	return result;
}
