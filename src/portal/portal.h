/* The portal as its handlers see it: the service, the texts of its settings, and who is asking. */
#ifndef HUFU_PORTAL_PORTAL_H
#define HUFU_PORTAL_PORTAL_H

#include "request.h"
#include "role.h"
#include "server.h"
#include "service.h"

/* Set once by main before the first request; read from all threads. */
struct portal {
	struct service *service;
	struct web_server *server;                           /* for the metrics */
	const char *const *origins;                          /* of the pages, NULL-terminated */
	bool asks;                                           /* the pages are not on loopback: a browser asks before they reach the agent */
	bool secure;                                         /* cookies go over TLS only: the first origin is https */
	const char *cookie;                                  /* name of the session's cookie */
	const char *name, *form, *point, *telephone, *hours; /* settings; those that are texts of the catalogue are translated */
};

/* Who may come, in the rows of the route table: ROLE_BITs of the staff, or an enterprise's certificate. */
#define WHO_STAFF (ROLE_BIT(ROLE_COUNT) - 1)
#define WHO_HOLDER ROLE_BIT(31)

/* What the gate found for one request; lives in the request's pool. */
struct visit {
	bool known; /* session is one of the store */
	struct session session;
	struct actor actor;
	char token[SESSION_TOKEN_SIZE + 1]; /* of a session that begins with this request and goes out as cookie; else "" */
};

/* What a row of the route table says beside method and path. */
struct page_detail {
	const char *title;   /* id of the catalogue */
	bool visitor;        /* a visitor gets a session here: the page has a form, or the request needs one */
	const char *section; /* path of the entry in the main navigation that this page belongs to; NULL: none */
};

struct portal *portal_of(const struct web_request *r);
const struct visit *visit_of(const struct web_request *r); /* an unknown visitor's when the gate has not run */
const struct actor *actor_of(const struct web_request *r); /* for the service */
struct service *service_of(const struct web_request *r);
const struct page_detail *detail_of(const struct web_request *r); /* never NULL */

#endif
