/* An order in words for the person who is about to sign it. */
#include "words.h"

#include "clock.h"
#include "text_code.h"

#define SERIALS_SHOWN 4

static const struct {
	enum order_deed deed;
	enum order_kind kind;
	const char *words;
} titles[] = {
    {ORDER_ACCEPT, ORDER_KIND_NEW, N_("受理：证书初次办理")},
    {ORDER_APPROVE, ORDER_KIND_NEW, N_("审核通过并签发：证书初次办理")},
    {ORDER_ACCEPT, ORDER_KIND_REVOKE, N_("受理：证书注销")},
    {ORDER_APPROVE, ORDER_KIND_REVOKE, N_("审核通过并注销证书")},
    {ORDER_ACCEPT, ORDER_KIND_RESUME, N_("受理：证书解冻")},
    {ORDER_APPROVE, ORDER_KIND_RESUME, N_("审核通过并解冻证书")},
    {ORDER_REVOKE, ORDER_KIND_NONE, N_("注销证书（不可恢复）")},
    {ORDER_SUSPEND, ORDER_KIND_NONE, N_("冻结证书")},
    {ORDER_INSTALLED, ORDER_KIND_NONE, N_("确认证书已装入本钥匙")},
    {ORDER_STAFF, ORDER_KIND_NONE, N_("任命人员")},
    {ORDER_POLICY, ORDER_KIND_NONE, N_("修改签发策略")},
    {ORDER_CANCEL, ORDER_KIND_NONE, N_("作废申请")},
    {ORDER_RENEW, ORDER_KIND_NONE, N_("更新证书")},
};

enum label {
	L_NAME,
	L_CODE,
	L_PLACE,
	L_UNIT,
	L_END,
	L_NEW_END,
	L_PAPERS,
	L_KEY,
	L_CERTIFICATES,
	L_OLD_CERTIFICATES,
	L_REASON,
	L_PERSON,
	L_ROLES,
	L_FROM,
	L_TO,
	L_QUOTA,
	L_NUMBER,
	L_FINGERPRINT,
	L_WITHDRAW
};
static const char *const labels[] = {
    [L_NAME] = N_("单位："),
    [L_CODE] = N_("统一社会信用代码："),
    [L_PLACE] = N_("地区："),
    [L_UNIT] = N_("部门："),
    [L_END] = N_("有效期至："),
    [L_NEW_END] = N_("新证书有效期至："),
    [L_PAPERS] = N_("材料份数："),
    [L_KEY] = N_("钥匙序列号："),
    [L_CERTIFICATES] = N_("证书序列号（末八位）："),
    [L_OLD_CERTIFICATES] = N_("原证书序列号（末八位）："),
    [L_REASON] = N_("原因："),
    [L_PERSON] = N_("人员："),
    [L_ROLES] = N_("岗位："),
    [L_FROM] = N_("自："),
    [L_TO] = N_("至："),
    [L_QUOTA] = N_("每名审核员每小时签发上限："),
    [L_NUMBER] = N_("申请标识（末八位）："),
    [L_FINGERPRINT] = N_("指纹："),
    [L_WITHDRAW] = N_("撤销该人员全部岗位"),
};

static const char *const reason_words[] = {
    [ORDER_REASON_UNSPECIFIED] = N_("未说明"),
    [ORDER_REASON_KEY_COMPROMISE] = N_("钥匙丢失或密钥泄露"),
    [ORDER_REASON_AFFILIATION_CHANGED] = N_("单位信息变更"),
    [ORDER_REASON_SUPERSEDED] = N_("已换发新证书"),
    [ORDER_REASON_CESSATION] = N_("单位注销"),
    [ORDER_REASON_HOLD] = N_("临时冻结"),
};

static const char *const role_words[] = {
    [ROLE_AUDIT_ADMINISTRATOR] = N_("审计管理员"), [ROLE_AUDITOR] = N_("审计员"),         [ROLE_BUSINESS_ADMINISTRATOR] = N_("业务管理员"),
    [ROLE_INTAKE_OPERATOR] = N_("受理员"),         [ROLE_KEY_OFFICER] = N_("密钥管理员"), [ROLE_REVIEWER] = N_("审核员"),
    [ROLE_SUPER_ADMINISTRATOR] = N_("超级管理员"),
};

struct pen {
	struct buf *out;
	enum language language;
};

static const char *word(const struct pen *p, const char *id)
{
	return catalogue_text(p->language, id);
}

static int put_text(const struct pen *p, enum label label, struct bytes text, struct err *err)
{
	return buf_append_format(p->out, err, "%s%.*s\n", word(p, labels[label]), (int)text.size, (const char *)text.data);
}

static int put_number(const struct pen *p, enum label label, int64_t v, struct err *err)
{
	return buf_append_format(p->out, err, "%s%lld\n", word(p, labels[label]), (long long)v);
}

static int put_day(const struct pen *p, enum label label, int64_t seconds, struct err *err)
{
	struct civil c = clock_civil(seconds, CLOCK_SHANGHAI);

	return buf_append_format(p->out, err, p->language == LANGUAGE_ZH ? "%s%d年%d月%d日\n" : "%s%d-%02d-%02d\n", word(p, labels[label]),
	                         c.year, c.month, c.day);
}

static int put_holder(const struct pen *p, const struct order *o, struct err *err)
{
	if (o->holder.name.size == 0)
		return 0;
	if (put_text(p, L_NAME, o->holder.name, err) < 0)
		return -1;
	return put_text(p, L_CODE, o->holder.code, err);
}

static int put_serials(const struct pen *p, const struct order *o, struct err *err)
{
	char digits[9];

	if (o->serials.count == 0)
		return 0;
	if (buf_append_text(p->out, word(p, labels[o->deed == ORDER_RENEW ? L_OLD_CERTIFICATES : L_CERTIFICATES]), err) < 0)
		return -1;
	for (size_t i = 0; i < o->serials.count && i < SERIALS_SHOWN; i++) {
		hex_write(digits, o->serials.data + (i + 1) * ORDER_SERIAL_SIZE - 4, 4);
		if (buf_append_format(p->out, err, "%s%s", i > 0 ? " " : "", digits) < 0)
			return -1;
	}
	if (o->serials.count > SERIALS_SHOWN)
		return buf_append_format(p->out, err, p->language == LANGUAGE_ZH ? " 等%zu张\n" : " … %zu in all\n", o->serials.count);
	return buf_append_text(p->out, "\n", err);
}

static int put_roles(const struct pen *p, const struct order *o, struct err *err)
{
	const char *between = "";

	if (o->roles == 0)
		return buf_append_format(p->out, err, "%s\n", word(p, labels[L_WITHDRAW]));
	if (buf_append_text(p->out, word(p, labels[L_ROLES]), err) < 0)
		return -1;
	for (int role = 0; role < ROLE_COUNT; role++) {
		if ((o->roles & ROLE_BIT(role)) == 0)
			continue;
		if (buf_append_format(p->out, err, "%s%s", between, word(p, role_words[role])) < 0)
			return -1;
		between = p->language == LANGUAGE_ZH ? "、" : ", ";
	}
	return buf_append_text(p->out, "\n", err);
}

static int put_staff(const struct pen *p, const struct order *o, struct err *err)
{
	char digits[9];

	if (buf_append_format(p->out, err, "%s%.*s (%.*s)\n", word(p, labels[L_PERSON]), (int)o->person.name.size,
	                      (const char *)o->person.name.data, (int)o->person.id.size, (const char *)o->person.id.data) < 0)
		return -1;
	if (put_roles(p, o, err) < 0)
		return -1;
	if (put_day(p, L_FROM, o->from, err) < 0)
		return -1;
	if (put_day(p, L_TO, o->to, err) < 0)
		return -1;
	hex_write(digits, o->certificate + ORDER_SERIAL_SIZE - 4, 4);
	return put_text(p, L_CERTIFICATES, bytes_text(digits), err);
}

/* What goes into the certificate beside the holder's name. */
static int put_subject(const struct pen *p, const struct order_subject *s, struct err *err)
{
	if (s->st.size + s->l.size > 0 &&
	    buf_append_format(p->out, err, "%s%.*s%s%.*s\n", word(p, labels[L_PLACE]), (int)s->st.size, (const char *)s->st.data,
	                      s->st.size > 0 && s->l.size > 0 ? " " : "", (int)s->l.size, (const char *)s->l.data) < 0)
		return -1;
	return s->ou.size > 0 ? put_text(p, L_UNIT, s->ou, err) : 0;
}

/* What an order of this deed says beyond holder and serial numbers. */
static int put_particulars(const struct pen *p, const struct order *o, struct err *err)
{
	char digits[9];

	if (o->key.serial.size > 0 && (put_subject(p, &o->subject, err) < 0 || put_text(p, L_KEY, o->key.serial, err) < 0))
		return -1;
	if (o->kind != ORDER_KIND_NONE && put_number(p, L_PAPERS, (int64_t)o->papers.count, err) < 0)
		return -1;
	if (o->notafter > 0 && put_day(p, o->deed == ORDER_RENEW ? L_NEW_END : L_END, o->notafter, err) < 0)
		return -1;
	if (o->deed == ORDER_REVOKE || o->deed == ORDER_SUSPEND || o->kind == ORDER_KIND_REVOKE) {
		if (put_text(p, L_REASON, bytes_text(word(p, reason_words[o->reason])), err) < 0)
			return -1;
	}
	if (o->deed == ORDER_STAFF)
		return put_staff(p, o, err);
	if (o->deed == ORDER_POLICY)
		return put_number(p, L_QUOTA, o->quota.issue_per_reviewer_hour, err);
	if (o->deed == ORDER_CANCEL) {
		hex_write(digits, o->application + sizeof(o->application) - 4, 4);
		return put_text(p, L_NUMBER, bytes_text(digits), err);
	}
	return 0;
}

static const char *title(const struct order *o, enum language language)
{
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		if (titles[i].deed == o->deed && titles[i].kind == o->kind)
			return catalogue_text(language, titles[i].words);
	}
	return "";
}

int order_words(const struct order *order, enum language language, struct buf *out, struct err *err)
{
	struct buf words;
	struct pen p = {&words, language};
	char fingerprint[9];
	int result = -1;

	buf_init(&words, WORDS_MAX);
	if (buf_append_format(&words, err, "%s\n", title(order, language)) < 0)
		goto out;
	if (put_holder(&p, order, err) < 0)
		goto out;
	if (put_serials(&p, order, err) < 0)
		goto out;
	if (put_particulars(&p, order, err) < 0)
		goto out;
	order_fingerprint(order, fingerprint);
	if (put_text(&p, L_FINGERPRINT, bytes_text(fingerprint), err) < 0)
		goto out;
	result = buf_append(out, buf_get(&words), err);
out:
	buf_free(&words);
	return result;
}

void order_fingerprint(const struct order *order, char out[9])
{
	hex_write(out, order->hash, 4);
}

struct bytes order_code_from_paper(const struct order *order)
{
	if (order->deed != ORDER_APPROVE)
		return BYTES_NONE;
	return (struct bytes){order->holder.code.data + order->holder.code.size - 6, 6};
}
