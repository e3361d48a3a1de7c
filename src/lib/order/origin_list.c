/* The list of origins whose pages may speak to the agent. */
#include "origin_list.h"

#include <string.h>

static const char *const class_names[] = {"enrol", "login", "order", NULL};

static const struct member origin_members[] = {
    ROW_CHOICES(origin_row, "classes", classes, class_names, 3, 0),
    ROW_TEXT(origin_row, "origin", origin, ORIGIN_MAX, 0),
};
static const struct member_table origin_table = MEMBER_TABLE(origin_members);

static const struct member list_members[] = {
    ROW_HEX(origin_list, "ca", ca, 0),
    ROW_OBJECT_LIST(origin_list, "origins", origins, sizeof(struct origin_row), ORIGIN_LIST_MAX, &origin_table),
    ROW_INTEGER(origin_list, "until", until),
    ROW_INTEGER(origin_list, "v", v),
    ROW_INTEGER(origin_list, "version", version),
};
static const struct member_table list_table = MEMBER_TABLE(list_members);

static bool take_prefix(struct bytes *text, const char *prefix)
{
	size_t n = strlen(prefix);

	if (text->size < n || memcmp(text->data, prefix, n) != 0)
		return false;
	*text = (struct bytes){text->data + n, text->size - n};
	return true;
}

/* Cuts ":port" from the end of the rest; false when what follows the colon is no port, or the scheme's own. */
static bool take_port(struct bytes *rest, unsigned own)
{
	const uint8_t *colon = rest->size > 0 ? memrchr(rest->data, ':', rest->size) : NULL;
	const uint8_t *end = rest->data + rest->size;
	unsigned port = 0;

	if (colon == NULL || memchr(colon, ']', (size_t)(end - colon)) != NULL)
		return true;
	if (end - colon < 2 || end - colon > 6 || colon[1] == '0')
		return false;
	for (const uint8_t *p = colon + 1; p < end; p++) {
		if (*p < '0' || *p > '9')
			return false;
		port = port * 10 + (unsigned)(*p - '0');
	}
	rest->size = (size_t)(colon - rest->data);
	return port <= 65535 && port != own;
}

static bool host_is_name(struct bytes host)
{
	uint8_t before = '.';

	for (size_t i = 0; i < host.size; i++) {
		uint8_t c = host.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || (c == '.' && before != '.')))
			return false;
		before = c;
	}
	return host.size > 0 && before != '.';
}

bool origin_is_valid(struct bytes origin)
{
	struct bytes rest = origin;

	if (origin.size > ORIGIN_MAX)
		return false;
	if (take_prefix(&rest, "https://"))
		return take_port(&rest, 443) && host_is_name(rest);
	return take_prefix(&rest, "http://") && take_port(&rest, 80) &&
	       (bytes_is_text(rest, "127.0.0.1") || bytes_is_text(rest, "localhost") || bytes_is_text(rest, "[::1]"));
}

static int check_rows(const struct object_list *origins, struct err *err)
{
	const struct origin_row *rows = origins->items;

	for (size_t i = 0; i < origins->count; i++) {
		if (!origin_is_valid(rows[i].origin))
			return err_set(err, HF_ORDER_MEMBER, "origin %zu is not one (RFC 6454 6.2, agent.md 4)", i);
		if (rows[i].classes == 0)
			return err_set(err, HF_ORDER_MEMBER, "origin %zu has no class (agent.md 4)", i);
		if (i > 0 && bytes_compare(rows[i - 1].origin, rows[i].origin) >= 0)
			return err_set(err, HF_ORDER_MEMBER, "origins are not sorted (agent.md 4)");
	}
	return 0;
}

int origin_list_parse(struct origin_list *list, struct bytes text, struct pool *pool, struct err *err)
{
	memset(list, 0, sizeof(*list));
	if (members_read_text(&list_table, MEMBER_ALL, text, ORIGIN_LIST_TEXT_MAX, pool, list, err) < 0)
		return -1;
	return list->v == 1 ? check_rows(&list->origins, err) : err_set(err, HF_ORDER_MEMBER, "member v: not 1");
}

int origin_list_write(const struct origin_list *list, struct buf *out, struct err *err)
{
	return members_write_text(&list_table, MEMBER_ALL, list, out, err);
}
