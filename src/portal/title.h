/* What states, businesses, roles and reasons are called on pages, and the colour of their badges. */
#ifndef HUFU_PORTAL_TITLE_H
#define HUFU_PORTAL_TITLE_H

#include "application.h"
#include "certificate.h"
#include "portal.h"

/* Ids of the catalogue; tones are classes of hufu.css. */
const char *title_of_kind(enum application_kind kind);
const char *title_of_state(enum application_state state);
const char *title_of_step(enum application_state state, bool done); /* coming to the state, as done or as still to do */
const char *tone_of_state(enum application_state state);
const char *title_of_status(enum certificate_status status);
const char *tone_of_status(enum certificate_status status);
const char *title_of_use(enum certificate_use use);
/* "受理员、审核员" in the request's language, from its pool; "" for none. */
const char *title_of_roles(struct web_request *r, int64_t roles);

/* A note of a step, which the service may have made itself. */
const char *title_of_note(struct web_request *r, const char *note);

const char *title_of_deed(const char *deed); /* of the audit; "" for one that has none */

/* Reasons a holder or an operator may give for a revocation: RFC 5280 5.3.1 as in orders, and what they mean to people. */
struct reason_title {
	const char *reason, *title;
};
#define REASON_TITLES 5
extern const struct reason_title reason_titles[REASON_TITLES];
const char *title_of_reason(const char *reason); /* NULL for a word that is none of them */

#endif
