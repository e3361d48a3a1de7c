/* Percent-encoded text: paths, queries, urlencoded forms. RFC 3986 2.1, WHATWG URL 5.1. */
#ifndef HUFU_WEB_URL_TEXT_H
#define HUFU_WEB_URL_TEXT_H

#include "pool.h"

/* Decodes into pool; with plus a '+' is a space. HF_HTTP_FORM for a broken code; *out may hold any bytes, and has a NUL behind it. */
int url_decode(struct bytes text, bool plus, struct pool *pool, struct bytes *out, struct err *err) MUST_CHECK;
/* As url_decode, and the result must be UTF-8 without control characters: lent NUL-terminated. */
int url_decode_text(struct bytes text, bool plus, struct pool *pool, const char **out, struct err *err) MUST_CHECK;

/* Takes the front "name=value" (up to '&') off a query or urlencoded body; both still encoded. false at the end. */
bool url_pair_take(struct bytes *rest, struct bytes *name, struct bytes *value);

#endif
