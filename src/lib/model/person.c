/* Rows of the staff. */
#include "person.h"

static const struct column person_columns[] = {
    COLUMN(person, id, COLUMN_TEXT),       COLUMN(person, name, COLUMN_TEXT),    COLUMN(person, serial, COLUMN_TEXT),
    COLUMN(person, roles, COLUMN_INTEGER), COLUMN(person, from, COLUMN_INTEGER), COLUMN(person, to, COLUMN_INTEGER),
};
const struct shape person_shape = SHAPE(person, person_columns);
