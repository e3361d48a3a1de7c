/* An application belongs to the session that works on it, and to the enterprise that it is for. */
#include "access.h"

#include <string.h>

int access_any(struct connection *c, const char *number, struct pool *pool, struct application *application, struct err *err)
{
	if (query_one(c, SQL_APPLICATION_BY_NUMBER, VALUES(value_text(number)), &application_shape, pool, application, err) == 0)
		return 0;
	if (err != NULL && err->code == HF_NOT_FOUND)
		return err_set(err, HF_APPLICATION_UNKNOWN, "no such application");
	return -1;
}

static bool is_own(const struct session *session, const struct application *application)
{
	if (session == NULL)
		return false;
	if (strcmp(session->application, application->number) == 0)
		return true;
	return session_is_holder(session) && session->code[0] != '\0' && strcmp(session->code, application->code) == 0 &&
	       application->submitted > 0;
}

int access_own(struct connection *c, const struct actor *actor, const char *number, struct pool *pool, struct application *application,
               struct err *err)
{
	if (access_any(c, number, pool, application, err) != 0)
		return -1;
	if (!is_own(actor->session, application))
		return err_set(err, HF_APPLICATION_UNKNOWN, "application %s is not this session's", application->number);
	return 0;
}

int access_version(const struct application *application, int64_t version, struct err *err)
{
	if (application->version != version)
		return err_set(err, HF_APPLICATION_VERSION, "application %s is at version %lld, not %lld", application->number,
		               (long long)application->version, (long long)version);
	return 0;
}
