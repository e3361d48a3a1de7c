/* What handlers may ask of a request. */
#include "request.h"

#include "cookie.h"
#include "exchange.h"
#include "language.h"
#include "url_text.h"

#include <string.h>
#include <strings.h>

const char *web_method_name(enum web_method method)
{
	static const char *const names[WEB_METHODS] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

	return names[method];
}

enum web_method request_method(const struct web_request *r)
{
	return r->method;
}

const char *request_path(const struct web_request *r)
{
	return r->path;
}

const char *request_part(const struct web_request *r, const char *name)
{
	for (size_t i = 0; i < r->part_count; i++)
		if (strcmp(r->part_names[i], name) == 0)
			return r->part_values[i];
	return NULL;
}

const char *request_query(const struct web_request *r, const char *name)
{
	struct bytes rest = bytes_text(r->query), name_code, value_code;
	const char *found, *value;

	while (url_pair_take(&rest, &name_code, &value_code)) {
		if (url_decode_text(name_code, true, r->pool, &found, NULL) != 0 || strcmp(found, name) != 0)
			continue;
		return url_decode_text(value_code, true, r->pool, &value, NULL) == 0 ? value : NULL;
	}
	return NULL;
}

const char *request_query_text(const struct web_request *r)
{
	return r->query;
}

const char *request_header(const struct web_request *r, const char *name)
{
	return head_find(&r->head, name);
}

const char *request_cookie(const struct web_request *r, const char *name)
{
	struct bytes value;
	const char *header = NULL;

	for (size_t i = 0; i < r->head.count; i++) {
		if (strcasecmp(r->head.fields[i].name, "Cookie") != 0)
			continue;
		if (header != NULL)
			return NULL;
		header = r->head.fields[i].value;
	}
	if (header == NULL || cookie_find(bytes_text(header), name, &value) != 0)
		return NULL;
	return pool_text(r->pool, value);
}

struct bytes request_body(const struct web_request *r)
{
	return buf_get(&r->body);
}

const struct route *request_route(const struct web_request *r)
{
	return r->route;
}

struct pool *request_pool(struct web_request *r)
{
	return r->pool;
}

uint64_t request_id(const struct web_request *r)
{
	return r->id;
}

const void *request_form(const struct web_request *r)
{
	return r->form.value;
}

const struct form_faults *request_faults(const struct web_request *r)
{
	return r->form.value != NULL ? &r->form.faults : NULL;
}

const char *request_address(const struct web_request *r)
{
	return r->address;
}

int request_socket(const struct web_request *r)
{
	return r->socket;
}

enum language request_language(const struct web_request *r)
{
	return language_choose(request_query(r, "lang"), request_cookie(r, "lang"), request_header(r, "Accept-Language"));
}

bool request_wants_json(const struct web_request *r)
{
	const char *accept = request_header(r, "Accept");

	return accept != NULL && strcasestr(accept, "application/json") != NULL && strcasestr(accept, "text/html") == NULL;
}

void request_set_session(struct web_request *r, void *session)
{
	r->session = session;
}

void *request_session(const struct web_request *r)
{
	return r->session;
}
