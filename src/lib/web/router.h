/* The route table: which method and path is answered by whom, who may ask, and what may come in. */
#ifndef HUFU_WEB_ROUTER_H
#define HUFU_WEB_ROUTER_H

#include "form.h"
#include "reply.h"
#include "request.h"

/* Fills the reply, or fails with err: then the program's problem function answers. */
typedef int route_fn(struct web_request *r, struct reply *reply, struct err *err);

/* One request of several that are answered together. */
struct route_turn {
	struct web_request *request;
	struct reply *reply;
	int result; /* as a route_fn's, with err */
	struct err err;
};
/* Answers requests of one row that wait at the same time: where what they cost is a question to another process and a commit, all share
 * them. At most ROUTE_TOGETHER_MAX; each has passed gate, form and token. */
typedef void route_together_fn(struct route_turn *turns, size_t n);
#define ROUTE_TOGETHER_MAX 16

/* A body taken as it comes. begin runs after the gate; the route's handler runs when the body is whole. */
struct route_upload {
	/* size: Content-Length, or UINT64_MAX when it is not told. The state is given to the others. */
	int (*begin)(struct web_request *r, uint64_t size, void **state, struct err *err);
	int (*data)(void *state, struct bytes piece, struct err *err);
	/* Called once at the end of every request whose begin succeeded, after the handler; whole is false when the client broke off
	 * or data failed. */
	void (*end)(void *state, bool whole);
};

enum {
	ROUTE_CSRF = 1,  /* the token of the session must come in the form field "csrf" or the header X-Hufu-Csrf */
	ROUTE_WAITS = 2, /* asks other processes or the store: runs on a worker, not on the loop that serves other clients */
	ROUTE_JSON = 4   /* the body must be application/json */
};

/* path: "/queue/:number/accept"; a last part "*rest" takes all that follows. A GET row answers HEAD too. */
struct route {
	enum web_method method;
	const char *path;
	uint32_t roles; /* for the gate: who may; 0: anybody */
	uint32_t flags;
	size_t max_body;               /* larger is refused with 413; 0: no body */
	const struct form_table *form; /* urlencoded, multipart or JSON body to struct; NULL: none */
	route_fn *handler;
	const struct route_upload *upload; /* NULL: the body is kept whole */
	const void *detail;                /* for the gate and the handler */
	route_together_fn *together;       /* in place of handler, for a row with ROUTE_WAITS and without upload */
};

/* What a program adds to its table. */
struct router_program {
	void *ctx; /* request_program */
	/* Looks at the session, sets it on the request and judges row->roles. Called before the body comes; for a row with ROUTE_WAITS
	 * that streams none, on a worker: before a body of more than 64 KiB, after a smaller one. NULL: all rows must have roles 0. */
	int (*gate)(struct web_request *r, const struct route *row, struct err *err);
	/* Whether the token (empty when none came) fits the request's session; called for rows with ROUTE_CSRF. */
	int (*csrf)(struct web_request *r, struct bytes token, struct err *err);
	/* Fills the reply of a failed request. NULL: problem_reply. It must not fail. */
	void (*problem)(struct web_request *r, const struct err *why, struct reply *reply);
	/* The session set by the gate is no longer needed. May be NULL. */
	void (*release)(void *session);
};

struct router;
/* rows and program are kept. HF_SETTING when two rows are the same, a path is malformed, or a row asks for what program has not. */
int router_new(struct router **router, const struct route *rows, size_t n, const struct router_program *program,
               struct err *err) MUST_CHECK;
void router_free(struct router **router);

#endif
