/* Cookies: reading the Cookie header and writing Set-Cookie. RFC 6265bis 4.1, 4.2. */
#ifndef HUFU_WEB_COOKIE_H
#define HUFU_WEB_COOKIE_H

#include "bytes.h"

/* The value of the cookie in a Cookie header's text, lent. -1 when it is absent, stands twice, or has forbidden characters. */
int cookie_find(struct bytes header, const char *name, struct bytes *value) MUST_CHECK;
/* "name=value; Path=/; HttpOnly; SameSite=Strict[; Max-Age=n][; Secure]". Name and value are checked. */
int cookie_write(struct buf *out, const char *name, const char *value, int64_t max_age, bool secure, struct err *err) MUST_CHECK;

#endif
