/* The outbox's filling side. */
#include "notice.h"

#include "service_state.h"

int notice_put(struct connection *c, const struct service *s, enum mail_kind kind, const struct application *application,
               const char *detail, int64_t now, struct err *err)
{
	if (application->mail[0] == '\0')
		return 0;
	return query_run(c, SQL_MAIL_ADD,
	                 VALUES(value_text(mail_kind_names[kind]), value_text(application->mail), value_text(application->language),
	                        value_text(application->number), value_text(application->name), value_text(detail), value_integer(now),
	                        value_text(s->settings.origins[0])),
	                 NULL, err);
}
