/* The trip of one request through its route's row: gate, form, token, handler, and the reply when one of them refuses. */
#include "exchange.h"

#include "log.h"
#include "problem.h"
#include "router_table.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>
#include <strings.h>

#define BODY_SMALL (64u << 10) /* so much of every connection may be held without asking who sends it */

static void reply_begin(struct reply *reply, struct pool *pool, const struct stream_door *streams)
{
	*reply =
	    (struct reply){.pool = pool, .status = 200, .kind = REPLY_PAGE, .content_type = "text/html; charset=utf-8", .streams = streams};
	buf_init(&reply->body, REPLY_BODY_MAX);
}

static void reply_end(struct reply *reply)
{
	buf_free(&reply->body);
	if (reply->release != NULL)
		reply->release(reply->release_ctx);
	if (reply->stream != NULL)
		reply_stream_forget(reply->stream);
}

static int body_keep(struct web_request *r, struct bytes piece, struct err *err)
{
	struct body_room *room = r->room;

	if (room != NULL && atomic_fetch_add(&room->held, piece.size) + piece.size > room->max) {
		atomic_fetch_sub(&room->held, piece.size);
		return err_set(err, HF_HTTP_BUSY, "bodies under way take %zu bytes", room->max);
	}
	if (buf_append(&r->body, piece, err) == 0)
		return 0;
	if (room != NULL)
		atomic_fetch_sub(&room->held, piece.size);
	return -1;
}

static void body_drop(struct web_request *r)
{
	if (r->room != NULL)
		atomic_fetch_sub(&r->room->held, r->body.size);
	buf_wipe(&r->body);
}

/* The route is told once how its streamed body ended. */
static void upload_end(struct web_request *r, bool whole)
{
	if (r->upload_begun)
		r->route->upload->end(r->upload, whole);
	r->upload_begun = false;
}

void exchange_begin(struct web_request *r, struct pool *pool)
{
	const struct stream_door *streams = r->reply.streams;

	pool_reset(pool);
	r->pool = pool;
	r->head.count = 0;
	r->path = r->query = "";
	r->router = NULL;
	r->route = NULL;
	r->part_count = 0;
	buf_init(&r->body, 0);
	r->body_size = 0;
	r->form = (struct form_result){0};
	r->session = NULL;
	r->gated = false;
	r->upload = NULL;
	r->upload_begun = false;
	reply_begin(&r->reply, pool, streams);
}

void exchange_end(struct web_request *r)
{
	upload_end(r, false);
	if (r->session != NULL && router_program(r->router)->release != NULL)
		router_program(r->router)->release(r->session);
	r->session = NULL;
	body_drop(r);
	reply_end(&r->reply);
	reply_begin(&r->reply, r->pool, r->reply.streams);
	pool_reset(r->pool);
}

int exchange_take_method(struct web_request *r, const char *method, struct err *err)
{
	for (int i = 0; i < WEB_METHODS; i++) {
		if (strcmp(method, web_method_name((enum web_method)i)) != 0)
			continue;
		r->method = (enum web_method)i;
		return 0;
	}
	return err_set(err, HF_HTTP_METHOD, "the method %.16s", method);
}

static int path_split(struct web_request *r, struct err *err)
{
	const char *mark = strchr(r->head.target, '?');
	size_t size = mark != NULL ? (size_t)(mark - r->head.target) : strlen(r->head.target);

	r->path = pool_text(r->pool, (struct bytes){(const uint8_t *)r->head.target, size});
	r->query = mark != NULL ? mark + 1 : "";
	return r->path != NULL ? 0 : err_set(err, HF_MEMORY, "no memory for a path");
}

int exchange_gate(struct web_request *r, struct err *err)
{
	const struct router_program *program = router_program(r->router);

	r->gated = true;
	return program->gate != NULL ? program->gate(r, r->route, err) : 0;
}

static int body_judge(const struct web_request *r, struct err *err)
{
	const char *type = head_find(&r->head, "Content-Type");

	if (r->head.content_length > r->route->max_body)
		return err_set(err, HF_LIMIT, "a body of %" PRIu64 " bytes where %zu are allowed", r->head.content_length,
		               r->route->max_body);
	if (r->head.chunked && r->route->max_body == 0)
		return err_set(err, HF_LIMIT, "a body where none is allowed");
	if ((r->route->flags & ROUTE_JSON) != 0 && (type == NULL || strcasecmp(type, "application/json") != 0) &&
	    (type == NULL || strncasecmp(type, "application/json;", 17) != 0))
		return err_set(err, HF_HTTP_FORM, "a body that is not application/json");
	return 0;
}

bool exchange_waits(const struct web_request *r)
{
	return r->route != NULL && (r->route->flags & ROUTE_WAITS) != 0;
}

bool exchange_gate_first(const struct web_request *r)
{
	return exchange_waits(r) && !r->gated && (r->head.chunked ? r->route->max_body : r->head.content_length) > BODY_SMALL;
}

int exchange_route(struct web_request *r, const struct router *router, struct err *err)
{
	uint64_t size = r->head.chunked ? UINT64_MAX : r->head.content_length;

	r->router = router;
	if (path_split(r, err) != 0 || router_match(router, r, err) != 0 || body_judge(r, err) != 0)
		return -1;
	buf_init(&r->body, r->route->max_body);
	/* the gate of a row that waits may wait too: it is asked on a worker, unless a body is streamed */
	if ((r->route->upload != NULL || !exchange_waits(r)) && exchange_gate(r, err) != 0)
		return -1;
	if (r->route->upload == NULL)
		return 0;
	if (r->route->upload->begin(r, size, &r->upload, err) != 0)
		return -1;
	r->upload_begun = true;
	return 0;
}

int exchange_take_body(struct web_request *r, struct bytes piece, struct err *err)
{
	if (piece.size > r->route->max_body - r->body_size)
		return err_set(err, HF_LIMIT, "a body of more than %zu bytes", r->route->max_body);
	r->body_size += piece.size;
	if (r->route->upload != NULL)
		return r->route->upload->data(r->upload, piece, err);
	return body_keep(r, piece, err);
}

static int form_take(struct web_request *r, struct err *err)
{
	char boundary[MULTIPART_BOUNDARY_MAX + 1];
	enum form_encoding encoding;

	if (form_encoding_of(head_find(&r->head, "Content-Type"), &encoding, boundary, err) != 0)
		return -1;
	return form_read(&r->form, r->route->form, encoding, boundary, buf_get(&r->body), r->pool, err);
}

static int token_check(struct web_request *r, struct err *err)
{
	const char *header = head_find(&r->head, "X-Hufu-Csrf");

	return router_program(r->router)->csrf(r, header != NULL ? bytes_text(header) : r->form.token, err);
}

void exchange_fail(struct web_request *r, const struct err *why)
{
	const struct router_program *program = r->router != NULL ? router_program(r->router) : NULL;
	const char *allow = why->code == HF_HTTP_METHOD && r->router != NULL ? router_allow(r->router, r) : NULL;
	struct err ignored;

	upload_end(r, false);
	body_drop(r);
	reply_end(&r->reply);
	reply_begin(&r->reply, r->pool, r->reply.streams);
	if (program != NULL && program->problem != NULL)
		program->problem(r, why, &r->reply);
	else
		problem_reply(r, why, &r->reply);
	if (allow != NULL && reply_add_header(&r->reply, "Allow", allow, &ignored) != 0)
		log_fault("web.allow", &ignored);
}

static int row_admit(struct web_request *r, struct err *err)
{
	if (!r->gated && exchange_gate(r, err) != 0)
		return -1;
	if (r->route->form != NULL && form_take(r, err) != 0)
		return -1;
	return (r->route->flags & ROUTE_CSRF) != 0 ? token_check(r, err) : 0;
}

void exchange_answer(struct web_request *r)
{
	struct err err;
	int result;

	if (r->route->together != NULL) {
		exchange_answer_together(&r, 1);
		return;
	}
	result = row_admit(r, &err);
	if (result == 0)
		result = r->route->handler(r, &r->reply, &err);
	upload_end(r, true);
	if (result != 0)
		exchange_fail(r, &err);
}

void exchange_answer_together(struct web_request *const *requests, size_t n)
{
	struct route_turn turns[ROUTE_TOGETHER_MAX];
	size_t admitted = 0;

	for (size_t i = 0; i < n; i++) {
		struct route_turn *turn = &turns[admitted];

		*turn = (struct route_turn){.request = requests[i], .reply = &requests[i]->reply};
		if (row_admit(requests[i], &turn->err) == 0)
			admitted++;
		else
			exchange_fail(requests[i], &turn->err);
	}
	if (admitted > 0)
		requests[0]->route->together(turns, admitted);
	for (size_t i = 0; i < admitted; i++)
		if (turns[i].result != 0)
			exchange_fail(turns[i].request, &turns[i].err);
}
