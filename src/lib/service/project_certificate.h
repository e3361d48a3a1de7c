/* Certificates in the store, as the journal tells of them. */
#ifndef HUFU_SERVICE_PROJECT_CERTIFICATE_H
#define HUFU_SERVICE_PROJECT_CERTIFICATE_H

#include "journal_event.h"
#include "query.h"
#include "service.h"

/* The dual certificates of an `issued`; *serials gets both as text. */
int certificate_put_pair(struct connection *c, const struct journal_event *event, const struct order *order, struct pool *pool,
                         const char **serials, struct err *err) MUST_CHECK;
/* Those of a `person`; *serial gets the signature certificate's, *added how many were new. */
int certificate_put_staff(struct connection *c, const struct journal_event *event, struct pool *pool, const char **serial, int64_t *added,
                          struct err *err) MUST_CHECK;
/* The keys of certificates that were put by a program that did not keep them. */
int certificate_fill_keys(struct store *store, struct err *err) MUST_CHECK;
/* Ends the open logins of what is no longer good. */
int certificate_put_status(struct connection *c, const struct octets_list *serials, enum event_status status, const char *reason,
                           int64_t time, struct pool *pool, struct err *err) MUST_CHECK;
/* Revoked as superseded; an application whose certificates never reached their key ends with them. */
int certificate_put_superseded(struct connection *c, const struct octets_list *serials, int64_t time, struct pool *pool,
                               struct err *err) MUST_CHECK;
int certificate_put_installed(struct connection *c, const struct octets_list *serials, int64_t time, struct pool *pool,
                              struct err *err) MUST_CHECK;
/* Mails the handler that a certificate was revoked or suspended; ends an application whose certificates never reached their key. */
int certificate_tell_holder(struct connection *c, const struct service *s, const struct journal_event *event, const char *serial,
                            int64_t time, struct pool *pool, struct err *err) MUST_CHECK;

#endif
