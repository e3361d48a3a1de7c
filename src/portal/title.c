/* Tables of what things are called. */
#include "title.h"

#include "role.h"

#include <string.h>

static const char *const kinds[] = {
    [APPLICATION_NEW] = N_("证书初次办理"),
    [APPLICATION_REVOKE] = N_("证书注销"),
    [APPLICATION_RESUME] = N_("证书解冻"),
    [APPLICATION_RENEW] = N_("数字证书更新"),
};

static const struct {
	const char *title, *tone;
} states[] = {
    [STATE_DRAFT] = {N_("草稿"), ""},
    [STATE_SUBMITTED] = {N_("待受理"), "blue"},
    [STATE_RETURNED] = {N_("已退回，待补正"), "amber"},
    [STATE_ACCEPTED] = {N_("已受理，待审核"), "blue"},
    [STATE_APPROVED] = {N_("已审核"), "green"},
    [STATE_ISSUED] = {N_("待领取"), "green"},
    [STATE_INSTALLED] = {N_("已领取"), "green"},
    [STATE_REJECTED] = {N_("未予办理"), "red"},
    [STATE_WITHDRAWN] = {N_("已撤回"), ""},
};

static const struct {
	const char *title, *tone;
} statuses[] = {
    [CERTIFICATE_GOOD] = {N_("有效"), "green"},
    [CERTIFICATE_SUSPENDED] = {N_("已冻结"), "amber"},
    [CERTIFICATE_REVOKED] = {N_("已注销"), "red"},
};

static const char *const uses[] = {
    [CERTIFICATE_SIGN] = N_("签名"),
    [CERTIFICATE_ENCRYPT] = N_("加密"),
};

static const char *const roles[ROLE_COUNT] = {
    [ROLE_AUDIT_ADMINISTRATOR] = N_("审计管理员"), [ROLE_AUDITOR] = N_("审计员"),         [ROLE_BUSINESS_ADMINISTRATOR] = N_("业务管理员"),
    [ROLE_INTAKE_OPERATOR] = N_("受理员"),         [ROLE_KEY_OFFICER] = N_("密钥管理员"), [ROLE_REVIEWER] = N_("审核员"),
    [ROLE_SUPER_ADMINISTRATOR] = N_("超级管理员"),
};

const struct reason_title reason_titles[REASON_TITLES] = {
    {"keyCompromise", N_("钥匙遗失，或怀疑被他人使用")},
    {"superseded", N_("已换用新的证书")},
    {"affiliationChanged", N_("单位信息已变更")},
    {"cessationOfOperation", N_("单位注销，或不再使用")},
    {"unspecified", N_("其他原因")},
};

const char *title_of_kind(enum application_kind kind)
{
	return kinds[kind];
}

const char *title_of_state(enum application_state state)
{
	return states[state].title;
}

const char *title_of_step(enum application_state state, bool done)
{
	static const struct {
		const char *ahead, *done;
	} titles[] = {
	    [STATE_DRAFT] = {N_("保存草稿"), N_("已保存草稿")},     [STATE_SUBMITTED] = {N_("提交"), N_("已提交")},
	    [STATE_RETURNED] = {N_("退回补正"), N_("已退回补正")},  [STATE_ACCEPTED] = {N_("受理"), N_("已受理")},
	    [STATE_APPROVED] = {N_("审核"), N_("已审核通过")},      [STATE_ISSUED] = {N_("审核并签发证书"), N_("已签发证书")},
	    [STATE_INSTALLED] = {N_("领取证书"), N_("已领取证书")}, [STATE_REJECTED] = {N_("不予办理"), N_("未予办理")},
	    [STATE_WITHDRAWN] = {N_("撤回"), N_("已撤回")},
	};

	return done ? titles[state].done : titles[state].ahead;
}

const char *tone_of_state(enum application_state state)
{
	return states[state].tone;
}

const char *title_of_status(enum certificate_status status)
{
	return statuses[status].title;
}

const char *tone_of_status(enum certificate_status status)
{
	return statuses[status].tone;
}

const char *title_of_use(enum certificate_use use)
{
	return uses[use];
}

const char *title_of_roles(struct web_request *r, int64_t held)
{
	const char *between = request_language(r) == LANGUAGE_EN ? ", " : "、";
	const char *all = "";

	for (size_t i = 0; i < ROLE_COUNT; i++) {
		if (((uint64_t)held & ROLE_BIT(i)) == 0)
			continue;
		all =
		    pool_format(request_pool(r), "%s%s%s", all, *all == '\0' ? "" : between, catalogue_text(request_language(r), roles[i]));
		if (all == NULL)
			return "";
	}
	return all;
}

const char *title_of_reason(const char *reason)
{
	for (size_t i = 0; i < REASON_TITLES; i++)
		if (strcmp(reason_titles[i].reason, reason) == 0)
			return reason_titles[i].title;
	return NULL;
}

const char *title_of_note(struct web_request *r, const char *note)
{
	const char *words = application_note_words(note);

	return words != NULL ? catalogue_text(request_language(r), words) : note;
}

const char *title_of_deed(const char *deed)
{
	static const struct {
		const char *deed, *title;
	} titles[] = {
	    {"application.draft", N_("新建草稿")},
	    {"application.save", N_("修改草稿")},
	    {"application.code", N_("重发查询码")},
	    {"application.open", N_("凭查询码查询")},
	    {"application.key", N_("产生签名密钥")},
	    {"application.submit", N_("提交申请")},
	    {"application.withdraw", N_("撤回申请")},
	    {"application.return", N_("退回补正")},
	    {"application.reject", N_("不予办理")},
	    {"application.accept", N_("受理申请")},
	    {"application.cancel", N_("作废申请")},
	    {"order.first", N_("签署第一道指令")},
	    {"application.approve", N_("审核申请")},
	    {"application.accept-expired", N_("受理过期，退回待受理")},
	    {"application.enter", N_("录入业务")},
	    {"certificate.install", N_("领取证书")},
	    {"certificate.revoke", N_("注销证书")},
	    {"certificate.suspend", N_("冻结证书")},
	    {"certificate.resume", N_("解冻证书")},
	    {"certificate.renew", N_("更新证书")},
	    {"paper.add", N_("上传材料")},
	    {"paper.remove", N_("删除材料")},
	    {"paper.view", N_("查看材料")},
	    {"paper.changed", N_("材料与杂凑值不符")},
	    {"paper.forget", N_("清除未传完的材料")},
	    {"person.appoint", N_("任命岗位")},
	    {"person.withdraw", N_("撤销人员岗位")},
	    {"policy.set", N_("修改签发策略")},
	    {"session.login", N_("登录")},
	    {"session.refused", N_("登录被拒")},
	    {"session.end", N_("退出登录")},
	    {"audit.export", N_("导出审计记录")},
	};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (strcmp(titles[i].deed, deed) == 0)
			return titles[i].title;
	return "";
}
