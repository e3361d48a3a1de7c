/* The head of a request, taken only when it has one meaning. RFC 9112 2.2, 3, 5, 6.3; what may follow from two meanings is RFC 9112 11.2.
 */
#ifndef HUFU_WEB_HEAD_CHECK_H
#define HUFU_WEB_HEAD_CHECK_H

#include "bytes.h"

#define HEAD_FIELDS_MAX 64
#define HEAD_TARGET_MAX 4096

struct head_field {
	const char *name;  /* a token, NUL-terminated */
	const char *value; /* without white space around it */
};
struct head {
	const char *target; /* path and query as sent */
	struct head_field fields[HEAD_FIELDS_MAX];
	size_t count;
	uint64_t content_length; /* 0 when none is given */
	bool chunked;
};

/* Lines as libmicrohttpd leaves them: "name\0 value\0\0" for each field, "\0\0" after the last; every other NUL, and every other line end
 * than CR LF, was sent so. fields_seen: how many the server itself found. Trims white space behind values in place. HF_HTTP_FORM. */
int head_read_fields(struct head *head, char *lines, size_t size, size_t fields_seen, struct err *err) MUST_CHECK;
/* target: visible ASCII from '/', whole percent codes, no NUL among them, no fragment. version: "HTTP/1.1" or "HTTP/1.0". HF_HTTP_FORM. */
int head_check_line(const char *target, const char *version, struct err *err) MUST_CHECK;
/* One Host (none is fine for HTTP/1.0), one Content-Length of digits or one Transfer-Encoding "chunked" (HTTP/1.1 only), never both; and
 * no second field of those that programs decide by (Origin, Cookie, …). Fills content_length and chunked. HF_HTTP_FORM. */
int head_check_meaning(struct head *head, const char *version, struct err *err) MUST_CHECK;

/* Of that name in any case, or NULL. */
const char *head_find(const struct head *head, const char *name); /* the first */
const char *head_find_last(const struct head *head, const char *name);

#endif
