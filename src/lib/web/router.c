/* Matching paths against the table's patterns, which are cut into their parts once. */
#include "router_table.h"

#include "exchange.h"
#include "url_text.h"

#include <stdlib.h>
#include <string.h>

#define SEGMENTS_MAX 12

enum segment_kind { SEGMENT_LITERAL, SEGMENT_PART, SEGMENT_REST };

struct segment {
	enum segment_kind kind;
	const char *text; /* the literal or the name, size bytes */
	size_t size;
	char *name; /* NUL-terminated, for parts */
};

struct pattern {
	const struct route *row;
	struct segment segments[SEGMENTS_MAX];
	size_t count;
};

struct router {
	struct pattern *patterns;
	size_t count;
	const struct router_program *program;
};

static int segment_read(struct pattern *p, const char *text, size_t size, bool last, struct err *err)
{
	struct segment *segment = &p->segments[p->count];

	if (p->count == SEGMENTS_MAX || (size == 0 && !last) || (text[0] == '*' && !last))
		return err_set(err, HF_SETTING, "route %s is malformed", p->row->path);
	*segment = (struct segment){SEGMENT_LITERAL, text, size, NULL};
	if (size > 1 && (text[0] == ':' || text[0] == '*')) {
		segment->kind = text[0] == ':' ? SEGMENT_PART : SEGMENT_REST;
		segment->name = strndup(text + 1, size - 1);
		if (segment->name == NULL)
			return err_set(err, HF_MEMORY, "no memory for routes");
	}
	p->count++;
	return 0;
}

static int pattern_read(struct pattern *p, const struct route *row, struct err *err)
{
	const char *text = row->path;

	p->row = row;
	if ((row->handler == NULL) == (row->together == NULL) || text == NULL || text[0] != '/')
		return err_set(err, HF_SETTING, "route %s is malformed", text != NULL ? text : "");
	while (*text == '/') {
		size_t size = strcspn(text + 1, "/");
		bool last = text[1 + size] == '\0';

		if (segment_read(p, text + 1, size, last, err) != 0)
			return -1;
		text += 1 + size;
	}
	return 0;
}

static int row_judge(const struct router *router, const struct route *row, struct err *err)
{
	const struct router_program *program = router->program;

	if (row->roles != 0 && program->gate == NULL)
		return err_set(err, HF_SETTING, "route %s asks for roles and there is no gate", row->path);
	if ((row->flags & ROUTE_CSRF) != 0 && program->csrf == NULL)
		return err_set(err, HF_SETTING, "route %s asks for a token and nothing checks it", row->path);
	if (row->upload != NULL && row->form != NULL)
		return err_set(err, HF_SETTING, "route %s has a form and an upload", row->path);
	if (row->together != NULL && ((row->flags & ROUTE_WAITS) == 0 || row->upload != NULL))
		return err_set(err, HF_SETTING, "route %s is answered together, but not on a worker", row->path);
	for (size_t i = 0; i < router->count; i++)
		if (router->patterns[i].row->method == row->method && strcmp(router->patterns[i].row->path, row->path) == 0)
			return err_set(err, HF_SETTING, "route %s stands twice", row->path);
	return 0;
}

int router_new(struct router **router, const struct route *rows, size_t n, const struct router_program *program, struct err *err)
{
	struct router *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return err_set(err, HF_MEMORY, "no memory for routes");
	new->program = program;
	new->patterns = calloc(n + 1, sizeof(new->patterns[0]));
	if (new->patterns == NULL) {
		err_set(err, HF_MEMORY, "no memory for routes");
		goto failed;
	}
	for (size_t i = 0; i < n; i++) {
		if (row_judge(new, &rows[i], err) != 0)
			goto failed;
		new->count++;
		if (pattern_read(&new->patterns[i], &rows[i], err) != 0)
			goto failed;
	}
	*router = new;
	return 0;
failed:
	router_free(&new);
	return -1;
}

void router_free(struct router **router)
{
	if (*router == NULL)
		return;
	for (size_t i = 0; i < (*router)->count; i++)
		for (size_t k = 0; k < (*router)->patterns[i].count; k++)
			free((*router)->patterns[i].segments[k].name);
	free((*router)->patterns);
	free(*router);
	*router = NULL;
}

const struct router_program *router_program(const struct router *router)
{
	return router->program;
}

void *request_program(const struct web_request *r)
{
	return r->router->program->ctx;
}

/* Whether the path fits; parts are still encoded pieces of it. */
static bool pattern_fits(const struct pattern *p, const char *path, struct bytes parts[REQUEST_PARTS_MAX])
{
	size_t found = 0;

	for (size_t i = 0; i < p->count; i++) {
		const struct segment *segment = &p->segments[i];
		size_t size;

		if (*path != '/')
			return false;
		path++;
		size = segment->kind == SEGMENT_REST ? strlen(path) : strcspn(path, "/");
		if (segment->kind == SEGMENT_LITERAL) {
			if (size != segment->size || memcmp(path, segment->text, size) != 0)
				return false;
		} else if (size == 0 || found == REQUEST_PARTS_MAX) {
			return false;
		} else {
			parts[found++] = (struct bytes){(const uint8_t *)path, size};
		}
		path += size;
	}
	return *path == '\0';
}

/* A literal word is nearer than a named part, so "/queue/new" goes before "/queue/:number" wherever the rows stand. */
static bool is_nearer(const struct pattern *a, const struct pattern *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++)
		if (a->segments[i].kind != b->segments[i].kind)
			return a->segments[i].kind < b->segments[i].kind;
	return false;
}

static bool method_fits(const struct route *row, enum web_method method)
{
	return row->method == method || (row->method == WEB_GET && method == WEB_HEAD);
}

static int parts_take(struct web_request *r, const struct pattern *p, const struct bytes *parts, struct err *err)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct segment *segment = &p->segments[i];
		const char *value;

		if (segment->kind == SEGMENT_LITERAL)
			continue;
		if (segment->kind == SEGMENT_REST)
			value = pool_text(r->pool, parts[r->part_count]);
		else if (url_decode_text(parts[r->part_count], false, r->pool, &value, err) != 0)
			return -1;
		if (value == NULL)
			return err_set(err, HF_MEMORY, "no memory for a path");
		r->part_names[r->part_count] = segment->name;
		r->part_values[r->part_count++] = value;
	}
	return 0;
}

int router_match(const struct router *router, struct web_request *r, struct err *err)
{
	struct bytes parts[REQUEST_PARTS_MAX];
	const struct pattern *best = NULL;
	bool other_method = false;

	for (size_t i = 0; i < router->count; i++) {
		const struct pattern *p = &router->patterns[i];

		if (!pattern_fits(p, r->path, parts))
			continue;
		if (!method_fits(p->row, r->method))
			other_method = true;
		else if (best == NULL || is_nearer(p, best))
			best = p;
	}
	if (best == NULL && other_method)
		return err_set(err, HF_HTTP_METHOD, "no %s there", web_method_name(r->method));
	if (best == NULL)
		return err_set(err, HF_NOT_FOUND, "no such path");
	r->route = best->row;
	pattern_fits(best, r->path, parts);
	return parts_take(r, best, parts, err);
}

const char *router_allow(const struct router *router, const struct web_request *r)
{
	struct bytes parts[REQUEST_PARTS_MAX];
	bool has[WEB_METHODS] = {false};
	const char *allow = NULL;

	for (size_t i = 0; i < router->count; i++)
		if (pattern_fits(&router->patterns[i], r->path, parts))
			has[router->patterns[i].row->method] = true;
	has[WEB_HEAD] = has[WEB_HEAD] || has[WEB_GET];
	for (int i = 0; i < WEB_METHODS; i++)
		if (has[i])
			allow = pool_format(r->pool, "%s%s%s", allow != NULL ? allow : "", allow != NULL ? ", " : "",
			                    web_method_name((enum web_method)i));
	return allow;
}
