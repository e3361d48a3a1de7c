/* Which language a request is answered in. */
#ifndef HUFU_WEB_LANGUAGE_H
#define HUFU_WEB_LANGUAGE_H

#include "catalogue.h"

/* query and cookie: "zh", "en" or NULL; accept: the Accept-Language header or NULL (RFC 9110 12.5.4). The first that decides wins. */
enum language language_choose(const char *query, const char *cookie, const char *accept);

#endif
