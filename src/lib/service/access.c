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

/* A renewal is the enterprise's from its beginning; what others typed in is it only once it was submitted. */
static bool is_of_holder(const struct session *session, const struct application *application)
{
	return session_is_holder(session) && session->code[0] != '\0' && strcmp(session->code, application->code) == 0 &&
	       (application->submitted > 0 || application->kind == APPLICATION_RENEW);
}

/* The session's applications are asked for anew: another request of the same browser may have added one since this began. */
static int is_own(struct connection *c, const struct session *session, const struct application *application, bool *own, struct err *err)
{
	int64_t works = 0;

	*own = session != NULL && is_of_holder(session, application);
	if (*own || session == NULL)
		return 0;
	if (query_integer(c, SQL_SESSION_WORKS_ON, VALUES(value_text(session->id), value_text(application->number)), &works, err) != 0)
		return -1;
	*own = works > 0;
	return 0;
}

int access_own(struct connection *c, const struct actor *actor, const char *number, struct pool *pool, struct application *application,
               struct err *err)
{
	bool own;

	if (access_any(c, number, pool, application, err) != 0 || is_own(c, actor->session, application, &own, err) != 0)
		return -1;
	if (!own)
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
