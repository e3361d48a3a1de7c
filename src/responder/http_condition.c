/* Whether an asker has what it asks for already. */
#include "http_condition.h"

#include "http_date.h"

#include <string.h>

bool http_is_unchanged(const struct web_request *request, const char *etag, int64_t modified)
{
	const char *match = request_header(request, "If-None-Match"), *since = request_header(request, "If-Modified-Since");
	int64_t seconds;

	if (match != NULL)
		return strcmp(match, "*") == 0 || strstr(match, etag) != NULL;
	return since != NULL && http_date_read(since, &seconds) && modified <= seconds;
}
