/* Whether an asker has what it asks for already. RFC 9110 13.1 */
#ifndef HUFU_RESPONDER_HTTP_CONDITION_H
#define HUFU_RESPONDER_HTTP_CONDITION_H

#include "server.h"

/* If-None-Match (which goes before If-Modified-Since) names the etag, with its quotes, or any; or nothing changed since the time that
 * If-Modified-Since has. modified: seconds, as Last-Modified tells it. */
bool http_is_unchanged(const struct web_request *request, const char *etag, int64_t modified);

#endif
