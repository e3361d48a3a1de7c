/* What all pages share: the frame around them, texts made for them, and the reply they go into. */
#ifndef HUFU_PORTAL_PAGE_H
#define HUFU_PORTAL_PAGE_H

#include "portal.h"
#include "portal_pages.h"
#include "reply.h"

/* Fills the frame and prepares the reply. */
int page_begin(struct web_request *r, struct reply *reply, struct frame_view *frame, struct err *err) MUST_CHECK;
/* Draws the page NAME with its view: the last step of a handler. */
#define PAGE_DRAW(NAME, r, reply, view, err) \
	(page_begin((r), (reply), &(view)->layout, (err)) != 0 ? -1 : NAME##_render(reply_body(reply), request_language(r), (view), (err)))

/* Where this page is shown again, with what was asked of it: a GET's own address, else that of the form's page. */
const char *page_again(struct web_request *r);

/* 303 to a path made from a format; the parts must be safe in a path (numbers, serials, ids). */
int page_redirect(struct web_request *r, struct reply *reply, struct err *err, const char *fmt, ...) PRINTF_LIKE(4, 5) MUST_CHECK;

/* path, if it is one of this site; else the other one. path may be NULL. */
const char *page_own_path(const char *path, const char *other);

/* In the request's language; from its pool, or "" when that is full. */
const char *page_text(struct web_request *r, const char *id);
const char *page_fault(struct web_request *r, enum err_code code); /* with the code behind: "… 代码 HF-5016" */
const char *page_format(struct web_request *r, const char *id, const struct catalogue_value *values, size_t n);
const char *page_size(struct web_request *r, int64_t bytes);           /* 1.2 MiB */
const char *page_waiting(struct web_request *r, int64_t seconds);      /* 3 小时 */
const char *page_left(struct web_request *r, int64_t notafter);        /* 还有20天, 今天到期, 已过期 */
const char *page_left_tone(int64_t notafter);                          /* class of the badge: "", amber, red, black */
const char *page_masked_mail(struct web_request *r, const char *mail); /* z***@example.cn */
const char *page_url_part(struct web_request *r, const char *text);    /* percent-encoded (RFC 3986 2.1) */
const char *page_grouped(struct web_request *r, const char *code);     /* hashes and serials by four: "0123 4567"; several with " · " */
const char *page_base64(struct web_request *r, struct bytes data);     /* NULL when the pool is full */

/* want: "certificate" or "key" to choose one, "watch" to see which keys there are. */
struct keys_view page_keys(struct web_request *r, const char *want);
/* Only the certificate that is logged in, which alone may sign this person's orders. */
struct keys_view page_own_key(struct web_request *r);
struct waiting_view page_waiting_window(const char *what, bool digits);

/* Fields of the route's form that are wrong end the request: for forms whose fields a person cannot get wrong one by one. */
int page_form_fine(struct web_request *r, struct err *err) MUST_CHECK;
/* Base64 of a form into the pool. HF_HTTP_FORM. */
int page_field_bytes(struct web_request *r, struct bytes text, struct bytes *out, struct err *err) MUST_CHECK;
/* A certificate request as people have it in a file, DER or PEM (RFC 7468 7): DER in the pool. HF_CSR_FORMAT. */
int page_request_file(struct web_request *r, struct bytes content, struct bytes *der, struct err *err) MUST_CHECK;

#endif
