/* Steps of applications. */
#include "life.h"

struct life_person life_person_of(const struct actor *actor)
{
	const struct session *session = actor->session;

	if (session == NULL || !session_is_staff(session))
		return (struct life_person){"", session != NULL ? session->serial : ""};
	return (struct life_person){session->name, session->serial};
}

/* With the papers as they stand. */
static int history_put(struct connection *c, const struct application *application, enum application_state state,
                       const struct life_person *by, const char *note, int64_t now, struct err *err)
{
	return query_run(c, SQL_APPLICATION_HISTORY_ADD,
	                 VALUES(value_text(application->number), value_integer(now), value_text(application_state_names[state]),
	                        value_text(by->name), value_text(by->serial), value_text(note), value_text(application->id)),
	                 NULL, err);
}

static int set_state(struct connection *c, const struct application *application, enum application_state to, const char *note, int64_t now,
                     struct err *err)
{
	struct value id = value_text(application->id), version = value_integer(application->version), time = value_integer(now);

	if (to == STATE_SUBMITTED)
		return query_run_one(c, SQL_APPLICATION_SET_SUBMITTED, VALUES(id, version, time), err);
	return query_run_one(c, SQL_APPLICATION_SET_STATE,
	                     VALUES(id, version, value_text(application_state_names[to]), value_text(note), time), err);
}

int life_move(struct connection *c, const struct application *application, enum application_state to, const struct life_person *by,
              const char *note, int64_t now, struct err *err)
{
	if (!application_state_follows(application->state, to))
		return err_set(err, HF_APPLICATION_STATE, "application %s is %s and cannot be %s", application->number,
		               application_state_names[application->state], application_state_names[to]);
	if (set_state(c, application, to, note, now, err) != 0)
		return -1;
	return history_put(c, application, to, by, note, now, err);
}
