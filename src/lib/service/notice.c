/* The outbox's filling side. */
#include "notice.h"

#include "mail_seal.h"
#include "service_state.h"

static int put_detail(struct connection *c, const struct service *s, const struct mail *mail, struct err *err)
{
	struct buf sealed;
	int rc;

	buf_init(&sealed, MAIL_SEALED_MAX);
	rc = mail_detail_seal(&s->mail_key, mail, &sealed, err);
	if (rc == 0)
		rc = query_run_one(c, SQL_MAIL_ADD_DETAIL, VALUES(value_integer(mail->id), value_text_bytes(buf_get(&sealed))), err);
	buf_free(&sealed);
	return rc;
}

int notice_put(struct connection *c, const struct service *s, enum mail_kind kind, const struct application *application,
               const char *detail, int64_t now, struct err *err)
{
	struct mail mail = {
	    .kind = kind, .address = application->mail, .number = application->number, .detail = detail, .origin = s->settings.origins[0]};

	if (mail.address[0] == '\0')
		return 0;
	if (query_add(c, SQL_MAIL_ADD,
	              VALUES(value_text(mail_kind_names[kind]), value_text(mail.address), value_text(application->language),
	                     value_text(mail.number), value_text(application->name), value_integer(now), value_text(mail.origin)),
	              &mail.id, err) != 0)
		return -1;
	return detail != NULL && detail[0] != '\0' ? put_detail(c, s, &mail, err) : 0;
}
