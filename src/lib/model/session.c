/* Rows of sessions, and whose they are. */
#include "session.h"

static const struct column session_columns[] = {
    COLUMN(session, id, COLUMN_TEXT),         COLUMN(session, csrf, COLUMN_TEXT),         COLUMN(session, serial, COLUMN_TEXT),
    COLUMN(session, person, COLUMN_TEXT),     COLUMN(session, name, COLUMN_TEXT),         COLUMN(session, code, COLUMN_TEXT),
    COLUMN(session, roles, COLUMN_INTEGER),   COLUMN(session, applications, COLUMN_TEXT), COLUMN(session, notafter, COLUMN_INTEGER),
    COLUMN(session, created, COLUMN_INTEGER), COLUMN(session, seen, COLUMN_INTEGER),
};
const struct shape session_shape = SHAPE(session, session_columns);

bool session_is_visitor(const struct session *s)
{
	return s->serial[0] == '\0';
}

bool session_is_holder(const struct session *s)
{
	return s->serial[0] != '\0' && s->person[0] == '\0';
}

bool session_is_staff(const struct session *s)
{
	return s->person[0] != '\0';
}
