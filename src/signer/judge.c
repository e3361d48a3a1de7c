/* Are these orders enough? */
#include "judge.h"

#include "order_check.h"
#include "profile.h"

#include <string.h>

/* The certificate may sign at all, whoever it speaks for. */
static int check_signatory(const struct signatory *s, int64_t now, const char *whose, struct err *err)
{
	if (!s->known)
		return err_set(err, HF_SERIAL_UNKNOWN, "%s: not a certificate of this CA", whose);
	if (!s->signs)
		return err_set(err, HF_ORDER_ROLE, "%s: an encryption certificate signs nothing", whose);
	if (s->status != EVENT_GOOD)
		return err_set(err, HF_ORDER_SIGNER_WITHDRAWN, "%s: certificate revoked or suspended", whose);
	if (now < s->not_before || now > s->not_after)
		return err_set(err, HF_ORDER_SIGNER_WITHDRAWN, "%s: certificate not valid now", whose);
	return 0;
}

static int check_role(const struct signatory *s, enum role role, int64_t now, const char *whose, struct err *err)
{
	if (check_signatory(s, now, whose, err) < 0)
		return -1;
	if (s->person.size == 0)
		return err_set(err, HF_ORDER_ROLE, "%s: not a person of the service", whose);
	if (s->roles == 0)
		return err_set(err, HF_ORDER_SIGNER_WITHDRAWN, "%s: withdrawn, or outside of the appointment", whose);
	if ((s->roles & ROLE_BIT(role)) == 0)
		return err_set(err, HF_ORDER_ROLE, "%s: is not %s", whose, role_names[role]);
	return 0;
}

/* The signer's certificate names exactly this holder. */
static int check_holder(const struct order_holder *holder, const struct signatory *s, int64_t now, struct err *err)
{
	if (check_signatory(s, now, "signer", err) < 0)
		return -1;
	if (s->code.size == 0 || !bytes_equal(s->code, holder->code) || !bytes_equal(s->name, holder->name))
		return err_set(err, HF_ORDER_HOLDER, "the signer's certificate is not the holder's");
	return 0;
}

/* Every certificate named exists, is the holder's, and is in a state that the change starts from. */
static int check_serials(const struct order *order, const struct judge_facts *facts, unsigned from_states, struct err *err)
{
	for (size_t i = 0; i < order->serials.count; i++) {
		const struct subject_certificate *c = &facts->serials[i];

		if (!c->known)
			return err_set(err, HF_SERIAL_UNKNOWN, "certificate %zu of the order: not issued by this CA", i + 1);
		if (c->code.size == 0 || !bytes_equal(c->code, order->holder.code) || !bytes_equal(c->name, order->holder.name))
			return err_set(err, HF_ORDER_HOLDER, "certificate %zu of the order: not the holder's", i + 1);
		if ((from_states & 1u << c->status) == 0)
			return err_set(err, HF_STATUS_CHANGE, "certificate %zu of the order: not in a state for this", i + 1);
	}
	return 0;
}

#define FROM_GOOD (1u << EVENT_GOOD)
#define FROM_SUSPENDED (1u << EVENT_SUSPENDED)

static int check_kind_serials(const struct order *order, const struct judge_facts *facts, struct err *err)
{
	switch (order->kind) {
	case ORDER_KIND_NEW:
		return 0;
	case ORDER_KIND_REVOKE:
		return check_serials(order, facts, FROM_GOOD | FROM_SUSPENDED, err);
	case ORDER_KIND_RESUME:
		return check_serials(order, facts, FROM_SUSPENDED, err);
	case ORDER_KIND_NONE:
		break;
	}
	return err_set(err, HF_ORDER_NOT_BUILT, "an order of a kind without a rule");
}

static int check_key_serial(const struct order *order, const struct judge_facts *facts, struct err *err)
{
	struct bytes serial = order->key.serial, prefix = bytes_text(JUDGE_VIRTUAL_PREFIX);
	bool virtual = serial.size >= prefix.size && memcmp(serial.data, prefix.data, prefix.size) == 0;

	if (!facts->evaluation && (virtual || bytes_is_text(serial, JUDGE_FILE_KEY)))
		return err_set(err, HF_KEY_OTHER, "a virtual key is good for an evaluation CA only (order.md 3)");
	return 0;
}

/* An application is either decided by two persons or renewed by its holder. */
static int check_not_renewal(const struct judge_facts *facts, struct err *err)
{
	return facts->renewal ? err_set(err, HF_ORDER_REPLAYED, "the application is a renewal") : 0;
}

static int judge_accept(const struct order *order, const struct judge_facts *facts, struct err *err)
{
	if (check_not_renewal(facts, err) < 0)
		return -1;
	if (check_role(&facts->by, ROLE_INTAKE_OPERATOR, facts->now, "signer", err) < 0)
		return -1;
	if (check_key_serial(order, facts, err) < 0)
		return -1;
	return check_kind_serials(order, facts, err);
}

/* What only an approval of a new pair says. */
static int check_new(const struct order *order, const struct judge_facts *facts, struct err *err)
{
	bool shortened = order->profile == ORDER_PROFILE_EVALUATION_SHORT;
	enum profile profile = shortened ? PROFILE_EVALUATION_SIGN : PROFILE_ENTERPRISE_SIGN;

	if (shortened && !facts->evaluation)
		return err_set(err, HF_ORDER_MISMATCH, "the profile is for an evaluation CA only (order.md 3)");
	if (order->ends.count != 0)
		return err_set(err, HF_ORDER_MISMATCH, "a first pair ends no other certificates (order.md 3)");
	if (order->notafter <= facts->now || order->notafter > profile_end(profile, facts->now, facts->issuing_end))
		return err_set(err, HF_ORDER_MISMATCH, "notafter is not within the profile's life (order.md 3)");
	if (facts->issued_this_hour >= facts->quota)
		return err_set(err, HF_QUOTA, "%lld issued in this hour", (long long)facts->issued_this_hour);
	return 0;
}

static int judge_approve(const struct order *order, const struct judge_facts *facts, struct err *err)
{
	if (check_role(&facts->by, ROLE_REVIEWER, facts->now, "signer", err) < 0)
		return -1;
	if (facts->accept == NULL)
		return err_set(err, HF_ORDER_INCOMPLETE, "the application was not accepted");
	if (order_check_approves(order, facts->accept, err) < 0)
		return -1;
	if (order_check_time(facts->accept, facts->now, err) < 0)
		return err_wrap(err, "acceptance");
	if (check_role(&facts->accepted_by, ROLE_INTAKE_OPERATOR, facts->now, "signer of the acceptance", err) < 0)
		return -1;
	if (bytes_equal(facts->accepted_by.person, facts->by.person))
		return err_set(err, HF_ORDER_SAME_PERSON, "accepted and approved by one person (order.md 3)");
	if (check_key_serial(order, facts, err) < 0)
		return -1;
	if (order->kind == ORDER_KIND_NEW)
		return check_new(order, facts, err);
	return check_kind_serials(order, facts, err);
}

static bool names_serial(const struct order *order, const uint8_t serial[ORDER_SERIAL_SIZE])
{
	for (size_t i = 0; i < order->serials.count; i++) {
		if (memcmp(order->serials.data + i * ORDER_SERIAL_SIZE, serial, ORDER_SERIAL_SIZE) == 0)
			return true;
	}
	return false;
}

/* The new pair says what the old one says, and lives as long after its end as a first one from its beginning. */
static int check_renewed_pair(const struct order *order, const struct judge_facts *facts, struct err *err)
{
	int64_t old_end = facts->by.not_after;

	if (!facts->one_pair || !names_serial(order, order->by))
		return err_set(err, HF_ORDER_MISMATCH, "the serials are not the pair of the certificate that signs (order.md 3)");
	if (!order_subject_equal(&order->subject, &facts->subject))
		return err_set(err, HF_ORDER_MISMATCH, "the subject is not that of the certificate that signs (order.md 3)");
	if (order->profile != ORDER_PROFILE_ENTERPRISE || order->notafter <= old_end ||
	    order->notafter > profile_end(PROFILE_ENTERPRISE_SIGN, old_end + 1, facts->issuing_end))
		return err_set(err, HF_ORDER_MISMATCH, "notafter is not within the profile's life after the old end (order.md 3)");
	return 0;
}

static int judge_renew(const struct order *order, const struct judge_facts *facts, struct err *err)
{
	if (facts->accept != NULL || facts->issued)
		return err_set(err, HF_ORDER_REPLAYED, "the application is no renewal");
	if (check_holder(&order->holder, &facts->by, facts->now, err) < 0 || check_serials(order, facts, FROM_GOOD, err) < 0)
		return -1;
	if (check_renewed_pair(order, facts, err) < 0)
		return -1;
	if (facts->renewed)
		return err_set(err, HF_RENEWED, "the pair was renewed already");
	if (facts->now < facts->by.not_after - ORDER_RENEW_WINDOW)
		return err_set(err, HF_RENEW_EARLY, "the certificate ends in %lld s", (long long)(facts->by.not_after - facts->now));
	return check_key_serial(order, facts, err);
}

static int judge_revoke(const struct order *order, const struct judge_facts *facts, struct err *err)
{
	if (check_holder(&order->holder, &facts->by, facts->now, err) < 0)
		return -1;
	return check_serials(order, facts, FROM_GOOD | FROM_SUSPENDED, err);
}

/* The holder, or one operator: a reported loss suspends at once. */
static int judge_suspend(const struct order *order, const struct judge_facts *facts, struct err *err)
{
	bool person = facts->by.person.size > 0;

	if (person && check_role(&facts->by, ROLE_INTAKE_OPERATOR, facts->now, "signer", err) < 0)
		return -1;
	if (!person && check_holder(&order->holder, &facts->by, facts->now, err) < 0)
		return -1;
	return check_serials(order, facts, FROM_GOOD, err);
}

static int judge_installed(const struct order *order, const struct judge_facts *facts, struct err *err)
{
	const uint8_t *a = facts->issued_serials, *low, *high;

	if (check_signatory(&facts->by, facts->now, "signer", err) < 0)
		return -1;
	if (!facts->issued)
		return err_set(err, HF_ORDER_INCOMPLETE, "nothing was issued for the application");
	if (memcmp(order->by, a, ORDER_SERIAL_SIZE) != 0)
		return err_set(err, HF_ORDER_HOLDER, "not signed with the new signature key (order.md 3)");
	low = memcmp(a, a + ORDER_SERIAL_SIZE, ORDER_SERIAL_SIZE) < 0 ? a : a + ORDER_SERIAL_SIZE;
	high = low == a ? a + ORDER_SERIAL_SIZE : a;
	if (memcmp(order->serials.data, low, ORDER_SERIAL_SIZE) != 0 ||
	    memcmp(order->serials.data + ORDER_SERIAL_SIZE, high, ORDER_SERIAL_SIZE) != 0)
		return err_set(err, HF_ORDER_MISMATCH, "other certificates than the application's");
	return 0;
}

/* Two super administrators, each once; the first order stands in the facts when this is the second. */
static int check_two(const struct order *order, const struct judge_facts *facts, struct err *err)
{
	if (check_role(&facts->by, ROLE_SUPER_ADMINISTRATOR, facts->now, "signer", err) < 0)
		return -1;
	if (!order_is_second(order))
		return 0;
	if (facts->first == NULL)
		return err_set(err, HF_ORDER_INCOMPLETE, "the first order is not here");
	if (order_check_seconds(order, facts->first, err) < 0)
		return -1;
	if (order_check_time(facts->first, facts->now, err) < 0)
		return err_wrap(err, "first order");
	if (check_role(&facts->first_by, ROLE_SUPER_ADMINISTRATOR, facts->now, "signer of the first order", err) < 0)
		return -1;
	if (bytes_equal(facts->first_by.person, facts->by.person))
		return err_set(err, HF_ORDER_SAME_PERSON, "both orders are of one person (order.md 3)");
	return 0;
}

static int judge_staff(const struct order *order, const struct judge_facts *facts, struct err *err)
{
	if (check_two(order, facts, err) < 0)
		return -1;
	if (bytes_equal(facts->by.person, order->person.id) ||
	    (order_is_second(order) && bytes_equal(facts->first_by.person, order->person.id)))
		return err_set(err, HF_ORDER_SAME_PERSON, "nobody appoints or withdraws himself (order.md 3)");
	if (facts->appointed.person.size > 0 && !bytes_equal(facts->appointed.person, order->person.id))
		return err_set(err, HF_ORDER_MISMATCH, "the certificate is another person's");
	if (order->roles == 0) {
		if (order_is_second(order))
			return err_set(err, HF_ORDER_MISMATCH, "a withdrawal needs one order (order.md 3)");
		return facts->appointed.person.size > 0 ? 0 : err_set(err, HF_ORDER_MISMATCH, "nobody has this certificate");
	}
	if (order->to <= facts->now)
		return err_set(err, HF_ORDER_MISMATCH, "the appointment is over already");
	return check_signatory(&facts->appointed, facts->now, "the person's certificate", err);
}

static int judge_policy(const struct order *order, const struct judge_facts *facts, struct err *err)
{
	if (order->quota.issue_per_reviewer_hour < 1)
		return err_set(err, HF_ORDER_MISMATCH, "a quota is at least 1");
	return check_two(order, facts, err);
}

static int judge_cancel(const struct order *order, const struct judge_facts *facts, struct err *err)
{
	(void)order;
	if (facts->issued)
		return err_set(err, HF_STATUS_CHANGE, "the certificates are issued already");
	if (facts->by.person.size > 0)
		return check_role(&facts->by, ROLE_REVIEWER, facts->now, "signer", err);
	if (facts->accept == NULL)
		return err_set(err, HF_ORDER_HOLDER, "whose application it is, is not known here");
	return check_holder(&facts->accept->holder, &facts->by, facts->now, err);
}

static int (*const judges[ORDER_DEEDS])(const struct order *, const struct judge_facts *, struct err *) = {
    [ORDER_ACCEPT] = judge_accept,   [ORDER_APPROVE] = judge_approve,     [ORDER_REVOKE] = judge_revoke,
    [ORDER_SUSPEND] = judge_suspend, [ORDER_INSTALLED] = judge_installed, [ORDER_STAFF] = judge_staff,
    [ORDER_POLICY] = judge_policy,   [ORDER_CANCEL] = judge_cancel,       [ORDER_RENEW] = judge_renew,
};

int judge(const struct order *order, const struct judge_facts *facts, struct err *err)
{
	if (order_check_ca(order, facts->ca, err) < 0)
		return -1;
	if (order_check_time(order, facts->now, err) < 0)
		return -1;
	if (facts->cancelled)
		return err_set(err, HF_ORDER_CANCELLED, "the application was cancelled");
	if (judges[order->deed] == NULL)
		return err_set(err, HF_ORDER_NOT_BUILT, "a deed without a rule");
	return judges[order->deed](order, facts, err);
}
