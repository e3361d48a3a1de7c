/* Rows of the outbox. */
#include "mail.h"

const char *const mail_kind_names[] = {"code",    "received",  "accepted", "returned", "rejected", "ready",   "collected",
                                       "revoked", "suspended", "resumed",  "expiring", "renewal",  "renewed", NULL};
const char *const mail_state_names[] = {"waiting", "sent", "failed", NULL};

static const struct column mail_columns[] = {
    COLUMN(mail, id, COLUMN_INTEGER),
    COLUMN_OF_CHOICE(mail, kind, mail_kind_names),
    COLUMN(mail, address, COLUMN_TEXT),
    COLUMN(mail, language, COLUMN_TEXT),
    COLUMN(mail, number, COLUMN_TEXT),
    COLUMN(mail, name, COLUMN_TEXT),
    COLUMN(mail, detail, COLUMN_TEXT),
    COLUMN(mail, origin, COLUMN_TEXT),
    COLUMN_OF_CHOICE(mail, state, mail_state_names),
    COLUMN(mail, tries, COLUMN_INTEGER),
    COLUMN(mail, due, COLUMN_INTEGER),
    COLUMN(mail, created, COLUMN_INTEGER),
    COLUMN(mail, sent, COLUMN_INTEGER),
    COLUMN(mail, fault, COLUMN_TEXT),
};
const struct shape mail_shape = SHAPE(mail, mail_columns);
