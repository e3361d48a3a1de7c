/* Rows of applications and their history, and the state machine as a table. */
#include "application.h"

#include "catalogue.h"

#include <string.h>

const char *const application_kind_names[] = {"new", "revoke", "resume", "renew", NULL};
const char *const application_state_names[] = {"draft",  "submitted", "returned", "accepted",  "approved",
                                               "issued", "installed", "rejected", "withdrawn", NULL};

static const struct column application_columns[] = {
    COLUMN(application, id, COLUMN_TEXT),
    COLUMN(application, number, COLUMN_TEXT),
    COLUMN_OF_CHOICE(application, kind, application_kind_names),
    COLUMN_OF_CHOICE(application, state, application_state_names),
    COLUMN(application, version, COLUMN_INTEGER),
    COLUMN(application, name, COLUMN_TEXT),
    COLUMN(application, code, COLUMN_TEXT),
    COLUMN(application, organisation_code, COLUMN_TEXT),
    COLUMN(application, address, COLUMN_TEXT),
    COLUMN(application, province, COLUMN_TEXT),
    COLUMN(application, city, COLUMN_TEXT),
    COLUMN(application, legal_person, COLUMN_TEXT),
    COLUMN(application, handler_name, COLUMN_TEXT),
    COLUMN(application, handler_mask, COLUMN_TEXT),
    COLUMN(application, telephone, COLUMN_TEXT),
    COLUMN(application, mail, COLUMN_TEXT),
    COLUMN(application, department, COLUMN_TEXT),
    COLUMN(application, key_serial, COLUMN_TEXT),
    COLUMN(application, key_hash, COLUMN_TEXT),
    COLUMN(application, csr, COLUMN_BYTES),
    COLUMN(application, serials, COLUMN_TEXT),
    COLUMN(application, reason, COLUMN_TEXT),
    COLUMN(application, note, COLUMN_TEXT),
    COLUMN(application, language, COLUMN_TEXT),
    COLUMN(application, created, COLUMN_INTEGER),
    COLUMN(application, changed, COLUMN_INTEGER),
    COLUMN(application, submitted, COLUMN_INTEGER),
};
const struct shape application_shape = SHAPE(application, application_columns);

static const struct column history_columns[] = {
    COLUMN(history, time, COLUMN_INTEGER),
    COLUMN_OF_CHOICE(history, state, application_state_names),
    COLUMN(history, actor, COLUMN_TEXT),
    COLUMN(history, note, COLUMN_TEXT),
};
const struct shape history_shape = SHAPE(history, history_columns);

static const struct column application_line_columns[] = {
    COLUMN(application_line, number, COLUMN_TEXT),
    COLUMN(application_line, name, COLUMN_TEXT),
    COLUMN(application_line, code, COLUMN_TEXT),
    COLUMN_OF_CHOICE(application_line, kind, application_kind_names),
    COLUMN_OF_CHOICE(application_line, state, application_state_names),
    COLUMN(application_line, submitted, COLUMN_INTEGER),
    COLUMN(application_line, changed, COLUMN_INTEGER),
};
const struct shape application_line_shape = SHAPE(application_line, application_line_columns);

#define TO(state) (1u << (state))

/* Rows by the state before. The feed may tell of a later state without those between: what the signer did stands. */
static const unsigned follows[] = {
    [STATE_DRAFT] = TO(STATE_SUBMITTED) | TO(STATE_ISSUED) | TO(STATE_WITHDRAWN), /* a renewal is issued at once */
    [STATE_SUBMITTED] =
        TO(STATE_RETURNED) | TO(STATE_ACCEPTED) | TO(STATE_APPROVED) | TO(STATE_ISSUED) | TO(STATE_REJECTED) | TO(STATE_WITHDRAWN),
    [STATE_RETURNED] = TO(STATE_SUBMITTED) | TO(STATE_ACCEPTED) | TO(STATE_APPROVED) | TO(STATE_ISSUED) | TO(STATE_WITHDRAWN),
    [STATE_ACCEPTED] = TO(STATE_SUBMITTED) | TO(STATE_RETURNED) | TO(STATE_APPROVED) | TO(STATE_ISSUED) | TO(STATE_REJECTED),
    [STATE_APPROVED] = 0,
    [STATE_ISSUED] = TO(STATE_INSTALLED) | TO(STATE_WITHDRAWN), /* revoked before it was collected */
    [STATE_INSTALLED] = 0,
    [STATE_REJECTED] = TO(STATE_ISSUED) | TO(STATE_APPROVED),
    [STATE_WITHDRAWN] = TO(STATE_ACCEPTED) | TO(STATE_ISSUED) | TO(STATE_APPROVED),
};

bool application_state_follows(enum application_state from, enum application_state to)
{
	return (follows[from] & TO(to)) != 0;
}

bool application_state_live(enum application_state state)
{
	return state == STATE_SUBMITTED || state == STATE_RETURNED || state == STATE_ACCEPTED || state == STATE_APPROVED ||
	       state == STATE_ISSUED;
}

bool application_open(const struct application *application)
{
	return application->kind == APPLICATION_NEW && (application->state == STATE_DRAFT || application->state == STATE_RETURNED);
}

const char *application_note_words(const char *note)
{
	static const struct {
		const char *note, *words;
	} notes[] = {
	    {NOTE_ACCEPT_EXPIRED, N_("受理已超过七天，需重新受理。")},
	    {NOTE_CANCELLED, N_("申请已由审核员作废。")},
	};

	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (strcmp(notes[i].note, note) == 0)
			return notes[i].words;
	return NULL;
}
