/* Errors as replies. */
#include "problem.h"

#include "json_write.h"
#include "log.h"

#include <inttypes.h>
#include <stdio.h>

static int status_of(const struct err *why)
{
	switch (why->code) {
	case HF_SESSION_NONE:
	case HF_SESSION_ENDED:
		return 401;
	case HF_HTTP_METHOD:
		return 405;
	case HF_LIMIT:
	case HF_PAPER_SIZE:
		return 413;
	default:
		break;
	}
	switch (why->kind) {
	case ERR_INPUT:
		return 400;
	case ERR_AUTH:
		return 403;
	case ERR_MISSING:
		return 404;
	case ERR_CONFLICT:
		return 409;
	case ERR_REFUSED:
		return 422;
	case ERR_LIMIT:
		return 429;
	case ERR_LATER:
		return 503;
	case ERR_NONE:
	case ERR_SYSTEM:
	case ERR_MEMORY:
		break;
	}
	return 500;
}

static const char *kind_name(enum err_kind kind)
{
	static const char *const names[] = {"none",     "input", "refused", "auth",   "missing",
	                                    "conflict", "later", "limit",   "system", "memory"};

	return names[kind];
}

void problem_of(const struct err *why, enum language language, struct problem *out)
{
	out->status = status_of(why);
	snprintf(out->code, sizeof(out->code), "HF-%04u", (unsigned)why->code % 10000);
	out->kind = kind_name(why->kind);
	out->words = catalogue_fault(language, why->code);
}

static void problem_reply_json(const struct problem *p, struct reply *reply)
{
	struct json_writer w;
	struct err err;

	reply_set_status(reply, p->status);
	reply_set_kind(reply, REPLY_JSON, "application/json");
	json_begin(&w, reply_body(reply));
	json_open_object(&w, NULL);
	json_put_string(&w, "code", p->code);
	json_put_string(&w, "kind", p->kind);
	json_put_string(&w, "text", p->words);
	json_close(&w);
	if (json_end(&w, &err) != 0)
		log_fault("web.problem", &err);
}

/* Words and code as plain text: a program with pages draws its own. */
static void reply_text(const struct problem *p, struct reply *reply)
{
	struct err err;

	reply_set_status(reply, p->status);
	reply_set_kind(reply, REPLY_DATA, "text/plain; charset=utf-8");
	if (buf_append_format(reply_body(reply), &err, "%s (%s)\n", p->words, p->code) != 0)
		log_fault("web.problem", &err);
}

void problem_reply(struct web_request *r, const struct err *why, struct reply *reply)
{
	struct problem p;

	if (why->kind == ERR_SYSTEM || why->kind == ERR_MEMORY)
		log_event(LOG_LEVEL_ERROR, "web.failed", "request %" PRIu64 " %s: %s", request_id(r), request_path(r), why->text);
	problem_of(why, request_language(r), &p);
	if (request_wants_json(r))
		problem_reply_json(&p, reply);
	else
		reply_text(&p, reply);
}
