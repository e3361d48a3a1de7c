/* Values out of the portal's pages, and forms back to it. */
#ifndef HUFU_BENCH_PAGE_TEXT_H
#define HUFU_BENCH_PAGE_TEXT_H

#include "http_client.h"

#define CSRF_MAX 128
#define CSRF_FIELD "name=\"csrf\" value=\""
#define VERSION_FIELD "name=\"version\" value=\""

/* Appends what stands between before and the next '"', with the character references of HTML resolved. HF_NOT_FOUND. */
int page_value(struct bytes page, const char *before, struct buf *out, struct err *err) MUST_CHECK;
/* The same into a text of at most size - 1 bytes. */
int page_text(struct bytes page, const char *before, char *out, size_t size, struct err *err) MUST_CHECK;
/* Unless the last answer was 200 or 303: the code HF-nnnn of its page as HF_HTTP_FORM. */
int page_fine(const struct http_client *h, struct err *err) MUST_CHECK;
/* GET, fine, and after a 303 the page it leads to. */
int page_get(struct http_client *h, const char *path, struct err *err) MUST_CHECK;
int page_post(struct http_client *h, const char *path, const char *type, struct bytes body, struct err *err) MUST_CHECK;
int page_follow(struct http_client *h, struct err *err) MUST_CHECK;

/* application/x-www-form-urlencoded */
#define FORM_TYPE "application/x-www-form-urlencoded"
int form_put(struct buf *form, const char *name, struct bytes value, struct err *err) MUST_CHECK;
int form_put_text(struct buf *form, const char *name, const char *value, struct err *err) MUST_CHECK;
int form_put_base64(struct buf *form, const char *name, struct bytes value, struct err *err) MUST_CHECK;

/* multipart/form-data: parts, then the file, which ends it. */
#define PARTS_TYPE "multipart/form-data; boundary=hufu-bench-part"
int parts_put(struct buf *form, const char *name, const char *value, struct err *err) MUST_CHECK;
int parts_end(struct buf *form, const char *file, struct bytes content, struct err *err) MUST_CHECK;

#endif
