/* Rows of certificates. */
#include "certificate.h"

const char *const certificate_use_names[] = {"sign", "encrypt", NULL};
const char *const certificate_status_names[] = {"good", "suspended", "revoked", NULL};

static const struct column certificate_columns[] = {
    COLUMN(certificate, serial, COLUMN_TEXT),       COLUMN_OF_CHOICE(certificate, use, certificate_use_names),
    COLUMN(certificate, pair, COLUMN_TEXT),         COLUMN(certificate, application, COLUMN_TEXT),
    COLUMN(certificate, code, COLUMN_TEXT),         COLUMN(certificate, name, COLUMN_TEXT),
    COLUMN(certificate, person, COLUMN_TEXT),       COLUMN(certificate, notbefore, COLUMN_INTEGER),
    COLUMN(certificate, notafter, COLUMN_INTEGER),  COLUMN_OF_CHOICE(certificate, status, certificate_status_names),
    COLUMN(certificate, reason, COLUMN_TEXT),       COLUMN(certificate, status_time, COLUMN_INTEGER),
    COLUMN(certificate, installed, COLUMN_INTEGER), COLUMN(certificate, key_serial, COLUMN_TEXT),
    COLUMN(certificate, der, COLUMN_BYTES),
};
const struct shape certificate_shape = SHAPE(certificate, certificate_columns);
