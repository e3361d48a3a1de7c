/* The life of an application: the one place where its state changes. */
#ifndef HUFU_SERVICE_LIFE_H
#define HUFU_SERVICE_LIFE_H

#include "application.h"
#include "query.h"
#include "service.h"

/* Who takes the step, for the history that the handler reads. */
struct life_person {
	const char *name;   /* "" for the applicant */
	const char *serial; /* "" for a visitor */
};
struct life_person life_person_of(const struct actor *actor);

/* Moves by the table of application.h and writes the history with the papers as they stand. application: as read in this
 * transaction. HF_APPLICATION_STATE when the table has no such step, HF_STORE_ROW when another live application stands in the way. */
int life_move(struct connection *c, const struct application *application, enum application_state to, const struct life_person *by,
              const char *note, int64_t now, struct err *err) MUST_CHECK;

#endif
