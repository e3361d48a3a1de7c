/* Steps of applications. */
#include "life.h"

#include "paper.h"

#include <string.h>

#define HASHES_MAX 8192

struct life_person life_person_of(const struct actor *actor)
{
	const struct session *session = actor->session;

	if (session == NULL || !session_is_staff(session))
		return (struct life_person){"", session != NULL ? session->serial : ""};
	return (struct life_person){session->name, session->serial};
}

static int paper_hashes(struct connection *c, const char *application, struct pool *pool, struct buf *out, struct err *err)
{
	struct paper_list papers;

	if (query_list(c, SQL_PAPER_LIST, VALUES(value_text(application)), &paper_shape, pool, (void **)&papers.items, &papers.count,
	               err) != 0)
		return -1;
	for (size_t i = 0; i < papers.count; i++) {
		if (paper_whole(&papers.items[i]) &&
		    buf_append_format(out, err, "%s%s", out->size > 0 ? " " : "", papers.items[i].hash) != 0)
			return -1;
	}
	return 0;
}

static int history_put(struct connection *c, const struct application *application, enum application_state state,
                       const struct life_person *by, const char *note, int64_t now, struct err *err)
{
	struct pool *pool = pool_new(64u << 10);
	struct buf papers;
	int rc = -1;

	buf_init(&papers, HASHES_MAX);
	if (pool == NULL) {
		err_set(err, HF_MEMORY, "history");
		goto out;
	}
	if (paper_hashes(c, application->id, pool, &papers, err) != 0)
		goto out;
	rc = query_run(c, SQL_APPLICATION_HISTORY_ADD,
	               VALUES(value_text(application->id), value_integer(now), value_text(application_state_names[state]),
	                      value_text(by->name), value_text(by->serial), value_text(note), value_text_bytes(buf_get(&papers))),
	               NULL, err);
out:
	buf_free(&papers);
	pool_free(&pool);
	return rc;
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
