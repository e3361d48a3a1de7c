/* What handlers may say in a reply. */
#include "reply.h"

#include "cookie.h"
#include "exchange.h"

#include <string.h>

void reply_set_status(struct reply *reply, int status)
{
	reply->status = status;
}

/* RFC 9110 5.5: what would end the line ends the reply instead. */
static bool is_header_text(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

int reply_lend_header(struct reply *reply, const char *name, const char *value, struct err *err)
{
	if (reply->header_count == REPLY_HEADERS_MAX)
		return err_set(err, HF_SYSTEM, "more than %d headers", REPLY_HEADERS_MAX);
	reply->headers[reply->header_count++] = (struct reply_header){name, value};
	return 0;
}

int reply_add_header(struct reply *reply, const char *name, const char *value, struct err *err)
{
	const char *own_name, *own_value;

	if (!is_header_text(name) || !is_header_text(value))
		return err_set(err, HF_SYSTEM, "a header with a control character: %.32s", name);
	own_name = pool_text(reply->pool, bytes_text(name));
	own_value = pool_text(reply->pool, bytes_text(value));
	if (own_name == NULL || own_value == NULL)
		return err_set(err, HF_MEMORY, "no memory for a header");
	return reply_lend_header(reply, own_name, own_value, err);
}

struct buf *reply_body(struct reply *reply)
{
	return &reply->body;
}

static const char *const usual_types[] = {
    [REPLY_PAGE] = "text/html; charset=utf-8", [REPLY_JSON] = "application/json", [REPLY_FILE] = NULL};

void reply_set_kind(struct reply *reply, enum reply_kind kind, const char *content_type)
{
	reply->kind = kind;
	reply->content_type = content_type != NULL ? content_type : usual_types[kind];
}

void reply_lend_body(struct reply *reply, struct bytes body, reply_release_fn *release, void *ctx)
{
	if (reply->release != NULL)
		reply->release(reply->release_ctx);
	buf_free(&reply->body);
	reply->lent = true;
	reply->lent_body = body;
	reply->release = release;
	reply->release_ctx = ctx;
}

int reply_redirect(struct reply *reply, const char *path, struct err *err)
{
	if (path[0] != '/' || path[1] == '/' || strchr(path, '\\') != NULL)
		return err_set(err, HF_SYSTEM, "a redirect to elsewhere");
	reply->status = 303;
	return reply_add_header(reply, "Location", path, err);
}

int reply_set_cookie(struct reply *reply, const char *name, const char *value, int64_t max_age, bool secure, struct err *err)
{
	struct buf text;
	const char *line;
	int result = -1;

	buf_init(&text, 4096);
	if (cookie_write(&text, name, value, max_age, secure, err) == 0) {
		line = pool_text(reply->pool, buf_get(&text));
		result =
		    line != NULL ? reply_add_header(reply, "Set-Cookie", line, err) : err_set(err, HF_MEMORY, "no memory for a cookie");
	}
	buf_wipe(&text);
	return result;
}
