/* The answer to one request, filled by a handler and sent by the server. Starts as 200 with an empty body. */
#ifndef HUFU_WEB_REPLY_H
#define HUFU_WEB_REPLY_H

#include "bytes.h"

struct reply;

#define REPLY_BODY_MAX (16u << 20)

void reply_set_status(struct reply *reply, int status); /* with 204 and 304 no body is sent, whatever there is */
/* Adds a header; CR, LF and NUL in it are refused. name and value are copied. */
int reply_add_header(struct reply *reply, const char *name, const char *value, struct err *err) MUST_CHECK;
/* As reply_add_header for texts that live as long as the request or what was lent as body, and are known to be clean: not copied. */
int reply_lend_header(struct reply *reply, const char *name, const char *value, struct err *err) MUST_CHECK;
/* Where the body is written; lent, at most REPLY_BODY_MAX. */
struct buf *reply_body(struct reply *reply);

/* What the body is, by which Content-Type and the standing headers are chosen. */
enum reply_kind {
	REPLY_DATA, /* Content-Type is the given one; nosniff; caching is the handler's */
	REPLY_PAGE, /* text/html; the program's Content-Security-Policy, nosniff, Referrer-Policy, COOP, no-store */
	REPLY_JSON, /* application/json; nosniff, no-store */
	REPLY_FILE  /* Content-Type is the given one; as attachment or shown alone: sandbox policy, nosniff, no-store */
};
void reply_set_kind(struct reply *reply, enum reply_kind kind,
                    const char *content_type); /* kept: a literal, or of the request's pool; NULL: the usual one of pages and JSON */

/* A body that belongs to the program (compiled in, or a cached answer) and is not copied. release (may be NULL) is called once
 * when the server needs it no more, perhaps from another thread. Replaces the buffer. */
typedef void reply_release_fn(void *ctx);
void reply_lend_body(struct reply *reply, struct bytes body, reply_release_fn *release, void *ctx);

/* 303 See Other to a path of this site ("/…", not "//…"); anything else fails. */
int reply_redirect(struct reply *reply, const char *path, struct err *err) MUST_CHECK;

/* A cookie (RFC 6265bis): HttpOnly, SameSite=Strict, Path=/. With secure the name should begin with "__Host-".
 * max_age in seconds; 0 deletes it, -1 lives as long as the browser. */
int reply_set_cookie(struct reply *reply, const char *name, const char *value, int64_t max_age, bool secure, struct err *err) MUST_CHECK;

/* A body that comes bit by bit (events). The stream belongs to the caller until reply_stream_close; all calls may come from any
 * thread. Needs a server started with streams. */
struct reply_stream;
int reply_stream_open(struct reply *reply, struct reply_stream **stream, struct err *err) MUST_CHECK;
/* -1 when the client has gone, or does not read and 256 KiB wait. */
int reply_stream_write(struct reply_stream *stream, struct bytes more, struct err *err) MUST_CHECK;
bool reply_stream_gone(struct reply_stream *stream);
void reply_stream_close(struct reply_stream **stream); /* ends the body after what was written */

#endif
