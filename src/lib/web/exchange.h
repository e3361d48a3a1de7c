/* One request and its reply as the library's own files see them: from the head to the last byte sent. */
#ifndef HUFU_WEB_EXCHANGE_H
#define HUFU_WEB_EXCHANGE_H

#include "form.h"
#include "head_check.h"
#include "reply_stream.h"
#include "router.h"

#define REQUEST_PARTS_MAX 8
#define REPLY_HEADERS_MAX 24

struct reply_header {
	const char *name, *value;
};

struct reply {
	struct pool *pool; /* the request's */
	int status;
	enum reply_kind kind;
	const char *content_type;
	struct reply_header headers[REPLY_HEADERS_MAX];
	size_t header_count;
	struct buf body;
	bool lent;
	struct bytes lent_body;
	reply_release_fn *release;
	void *release_ctx;
	struct reply_stream *stream;
	const struct stream_door *streams; /* NULL: none may be opened */
};

/* What the bodies under way may take, all connections together. */
struct body_room {
	_Atomic size_t held;
	size_t max;
};

struct web_request {
	uint64_t id;
	int socket;
	char address[64];
	enum web_method method;
	struct head head;
	const char *path, *query; /* both encoded; query is "" when there is none */
	const struct router *router;
	const struct route *route;
	const char *part_names[REQUEST_PARTS_MAX], *part_values[REQUEST_PARTS_MAX];
	size_t part_count;
	struct pool *pool;
	struct body_room *room; /* the server's; NULL: no limit but the row's */
	struct buf body;
	uint64_t body_size; /* as it came so far, also of a streamed one */
	struct form_result form;
	void *session;
	bool gated;
	void *upload;
	bool upload_begun;
	struct reply reply;
};

/* Makes a fresh exchange in the same memory: the pool is reset, all else forgotten. */
void exchange_begin(struct web_request *r, struct pool *pool);
/* Releases what the exchange holds; the pool is emptied. */
void exchange_end(struct web_request *r);

/* The head is filled: method, path and query from head.target; then route, size and gate. */
int exchange_take_method(struct web_request *r, const char *method, struct err *err) MUST_CHECK;
int exchange_route(struct web_request *r, const struct router *router, struct err *err) MUST_CHECK;
/* A body that may be large is worth keeping only for those who may send it: then the gate is asked before it comes, on a worker. */
bool exchange_gate_first(const struct web_request *r);
int exchange_gate(struct web_request *r, struct err *err) MUST_CHECK;
/* HF_HTTP_BUSY: the bodies of all connections take too much. */
int exchange_take_body(struct web_request *r, struct bytes piece, struct err *err) MUST_CHECK;
/* The body is whole: gate if it has not been asked, form, token, handler; a failure becomes the problem's reply. */
void exchange_answer(struct web_request *r);
/* The same for several of one row that is answered together. */
void exchange_answer_together(struct web_request *const *requests, size_t n);
void exchange_fail(struct web_request *r, const struct err *why);
bool exchange_waits(const struct web_request *r); /* whether exchange_answer belongs on a worker */

#endif
