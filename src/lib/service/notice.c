/* The outbox's filling side. */
#include "notice.h"

#include "cipher.h"
#include "service_state.h"
#include "text_code.h"

#include <string.h>

#define DETAIL_MAX SECRET_MAX /* as much as the courier opens */

/* Codes wait in the outbox too: what the mail will say stands there sealed, in base64. */
static int detail_seal(const struct service *s, const char *number, const char *detail, struct buf *out, struct err *err)
{
	struct buf sealed;
	int rc;

	buf_init(&sealed, DETAIL_MAX + SEAL_OVERHEAD);
	rc = seal(&s->mail_key, bytes_text(number), bytes_text(detail), &sealed, err);
	if (rc == 0)
		rc = base64_write(out, buf_get(&sealed), err);
	buf_free(&sealed);
	return rc;
}

int notice_put(struct connection *c, const struct service *s, enum mail_kind kind, const struct application *application,
               const char *detail, int64_t now, struct err *err)
{
	struct buf sealed;
	int rc = 0;

	if (application->mail[0] == '\0')
		return 0;
	buf_init(&sealed, 2 * DETAIL_MAX);
	if (detail != NULL && detail[0] != '\0')
		rc = detail_seal(s, application->number, detail, &sealed, err);
	if (rc == 0)
		rc = query_run(c, SQL_MAIL_ADD,
		               VALUES(value_text(mail_kind_names[kind]), value_text(application->mail), value_text(application->language),
		                      value_text(application->number), value_text(application->name), value_text_bytes(buf_get(&sealed)),
		                      value_integer(now), value_text(s->settings.origins[0])),
		               NULL, err);
	buf_free(&sealed);
	return rc;
}
