/* Certificates by holder, and how many days they have left. */
#include "holding.h"

#include "clock.h"
#include "permission.h"
#include "service_state.h"

#include <stdio.h>
#include <string.h>

#define PROMPT_DAYS 30

int64_t holding_days_left(int64_t notafter, int64_t now)
{
	int64_t days = clock_day(notafter, CLOCK_SHANGHAI) - clock_day(now, CLOCK_SHANGHAI);

	return days == 0 && now > notafter ? -1 : days; /* it ended earlier on this day */
}

void holding_prompt(int64_t days_left, char out[HOLDING_PROMPT_MAX])
{
	out[0] = '\0';
	if (days_left == 0)
		snprintf(out, HOLDING_PROMPT_MAX, "您的证书今天到期，请及时更新！");
	else if (days_left > 0 && days_left <= PROMPT_DAYS)
		snprintf(out, HOLDING_PROMPT_MAX, "您的证书还有%d天到期，请及时更新！", (int)days_left);
}

static int list(struct connection *c, enum statement statement, const char *key, struct pool *pool, struct certificate_list *out,
                struct err *err)
{
	return query_list(c, statement, VALUES(value_text(key)), &certificate_shape, pool, (void **)&out->items, &out->count, err);
}

int holding_mine(struct service *s, const struct actor *actor, struct pool *pool, struct certificate_list *certificates, struct err *err)
{
	struct connection *c;
	int rc;

	if (permission_check(actor, VERB_MY_CERTIFICATES, err) != 0 || store_read(s->store, &c, err) != 0)
		return -1;
	rc = list(c, SQL_CERTIFICATE_LIST_OF_CODE, actor->session->code, pool, certificates, err);
	store_read_end(s->store, &c);
	return rc;
}

int holding_applications(struct service *s, const struct actor *actor, struct pool *pool, struct application_lines *lines, struct err *err)
{
	struct connection *c;
	int rc;

	if (permission_check(actor, VERB_MY_CERTIFICATES, err) != 0 || store_read(s->store, &c, err) != 0)
		return -1;
	rc = query_list(c, SQL_APPLICATION_LINES_OF_CODE, VALUES(value_text(actor->session->code)), &application_line_shape, pool,
	                (void **)&lines->items, &lines->count, err);
	store_read_end(s->store, &c);
	return rc;
}

int holding_search(struct service *s, const struct actor *actor, const char *code_or_serial, struct pool *pool,
                   struct certificate_list *certificates, struct err *err)
{
	bool serial = strlen(code_or_serial) == SERIAL_DIGITS;
	struct connection *c;
	int rc;

	if (permission_check(actor, VERB_CERTIFICATE_FIND, err) != 0 || store_read(s->store, &c, err) != 0)
		return -1;
	rc = list(c, serial ? SQL_CERTIFICATE_WITH_PAIR : SQL_CERTIFICATE_LIST_OF_CODE, code_or_serial, pool, certificates, err);
	store_read_end(s->store, &c);
	return rc;
}
