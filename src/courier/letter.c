/* Letters by table: subject and body of each kind, between a greeting and the sender's address. */
#include "letter.h"

#include "application.h"

#include <stdlib.h>

#define SUBJECT_MAX 1024
#define TEXT_MAX 16384
#define LINK_MAX 512

struct letter_row {
	const char *subject, *body;
	const char *page; /* that {link} leads to; NULL: where applications are followed */
};

/* By enum mail_kind. {detail} is what the row's kind says: code, reason or serial number. */
static const struct letter_row letters[] = {
    [MAIL_CODE] =
        {N_("{service}：申请编号和查询码"),
         N_("您的证书业务申请已保存。\n\n申请编号：{number}\n查询码：{detail}\n\n"
            "凭申请编号和查询码，可以继续填写申请、查询进度和领取证书：\n{link}\n\n请勿将查询码告知他人。如不是您办理的，请忽略本邮件。")},
    [MAIL_RECEIVED] = {N_("{service}：申请 {number} 已收到"),
                       N_("您提交的申请（编号 {number}）已收到，正在等待受理。\n\n办理结果会发送到本邮箱。查询进度：\n{link}")},
    [MAIL_ACCEPTED] = {N_("{service}：申请 {number} 已受理"),
                       N_("您提交的申请（编号 {number}）已受理，正在等待审核。\n\n审核结果会发送到本邮箱。查询进度：\n{link}")},
    [MAIL_RETURNED] = {N_("{service}：申请 {number} 需要补正"),
                       N_("您提交的申请（编号 {number}）需要补正，原因如下：\n\n{detail}\n\n"
                          "已填写的内容和已上传的材料都已保留。请凭申请编号和查询码修改后重新提交：\n{link}")},
    [MAIL_REJECTED] = {N_("{service}：申请 {number} 未通过"),
                       N_("您提交的申请（编号 {number}）未通过，原因如下：\n\n{detail}\n\n如有疑问，请与我们联系。")},
    [MAIL_READY] = {N_("{service}：申请 {number} 已通过，请领取证书"),
                    N_("您提交的申请（编号 {number}）已审核通过，数字证书已签发。\n\n"
                       "请插入申请时使用的证书钥匙，凭申请编号和查询码领取证书：\n{link}")},
    [MAIL_COLLECTED] =
        {N_("{service}：证书已领取"),
         N_("申请编号 {number} 的数字证书已领取，并已装入证书钥匙。\n\n请妥善保管证书钥匙和口令；如有遗失，请立即与我们联系。")},
    [MAIL_REVOKED] = {N_("{service}：证书已注销"),
                      N_("贵单位序列号为 {detail} 的数字证书已注销，不能再用于登录和签名。\n\n如不是贵单位办理的，请立即与我们联系。")},
    [MAIL_EXPIRING] = {N_("{service}：证书还有{days}天到期"),
                       N_("您的证书还有{days}天到期，请及时更新！\n\n到期后将不能登录和签名。请用现在的证书登录，在线更新：\n{link}"),
                       "/renew"},
    [MAIL_RENEWAL] = {N_("{service}：证书更新 {number}，请领取新证书"),
                      N_("贵单位办理的证书更新（编号 {number}）已签发新的数字证书。\n\n请插入现在使用的证书钥匙，登录后领取：\n{link}\n\n"
                         "领取之前，原证书照常使用；领取之后，原证书随即注销。原证书已经不能登录的，请在查询进度页凭编号取得查询码，再领取"
                         "。\n\n如不是贵单位办理的，请立即与我们联系。"),
                      "/renew"},
    [MAIL_RENEWED] = {N_("{service}：证书已更新"),
                      N_("贵单位办理的证书更新（编号 {number}）已完成，新证书已领取，原证书已注销。\n\n"
                         "原证书的密钥留在钥匙里，以前加密的文件仍可打开，请继续妥善保管。\n\n如不是贵单位办理的，请立即与我们联系。")},
    [MAIL_SUSPENDED] =
        {N_("{service}：证书已冻结"),
         N_("贵单位序列号为 {detail} 的数字证书已冻结，解冻前不能用于登录和签名。\n\n如不是贵单位办理的，请立即与我们联系。")},
    [MAIL_RESUMED] = {N_("{service}：证书已解冻"),
                      N_("贵单位序列号为 {detail} 的数字证书已解冻，可以继续用于登录和签名。\n\n如不是贵单位办理的，请立即与我们联系。")},
};

static int text_write(struct letter *letter, enum language language, const struct mail *mail, const struct catalogue_value *values,
                      size_t n, struct err *err)
{
	const char *greeting = mail->name[0] != '\0' ? N_("{name}：您好！") : N_("您好！");

	if (catalogue_format(&letter->text, language, greeting, values, n, err) != 0 || buf_append_text(&letter->text, "\n\n", err) != 0 ||
	    catalogue_format(&letter->text, language, letters[mail->kind].body, values, n, err) != 0 ||
	    buf_append_text(&letter->text, "\n\n-- \n", err) != 0)
		return -1;
	return catalogue_format(&letter->text, language, N_("{organisation}\n{point}\n电话：{telephone}\n"), values, n, err);
}

int letter_write(struct letter *letter, enum language language, const struct mail *mail, const struct letter_sender *sender,
                 struct err *err)
{
	const char *note = application_note_words(mail->detail);
	const char *page = letters[mail->kind].page != NULL ? letters[mail->kind].page : "/progress";
	struct buf link;
	int rc = -1;

	buf_init(&letter->subject, SUBJECT_MAX);
	buf_init(&letter->text, TEXT_MAX);
	buf_init(&link, LINK_MAX);
	if (buf_append_text(&link, mail->origin, err) != 0 || buf_append_text(&link, page, err) != 0 ||
	    buf_append_u8(&link, '\0', err) != 0)
		goto out;
	const struct catalogue_value values[] = {
	    {"service", CATALOGUE_WORDS, sender->name, 0},
	    {"organisation", CATALOGUE_WORDS, sender->organisation, 0},
	    {"point", CATALOGUE_WORDS, sender->point, 0},
	    {"telephone", CATALOGUE_WORDS, sender->telephone, 0},
	    {"name", CATALOGUE_TEXT, mail->name, 0},
	    {"number", CATALOGUE_TEXT, mail->number, 0},
	    {"detail", note != NULL ? CATALOGUE_WORDS : CATALOGUE_TEXT, note != NULL ? note : mail->detail, 0},
	    {"days", CATALOGUE_NUMBER, NULL, strtoll(mail->detail, NULL, 10)},
	    {"link", CATALOGUE_TEXT, (const char *)link.data, 0},
	};
	const size_t n = sizeof(values) / sizeof(values[0]);
	if (catalogue_format(&letter->subject, language, letters[mail->kind].subject, values, n, err) == 0)
		rc = text_write(letter, language, mail, values, n, err);
out:
	buf_free(&link);
	return rc;
}

void letter_free(struct letter *letter)
{
	buf_wipe(&letter->subject);
	buf_wipe(&letter->text); /* it may hold a code */
}
