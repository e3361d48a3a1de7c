/* Reading a request's head strictly. */
#include "head_check.h"

#include <string.h>
#include <strings.h>

static bool is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_token_char(char c)
{
	if (is_alphanumeric(c))
		return true;
	return c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

static bool is_token(const char *text)
{
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++)
		if (!is_token_char(*text))
			return false;
	return true;
}

/* RFC 9110 5.5: visible characters, space, tab and bytes above 0x7f. */
static bool is_value(const char *text)
{
	for (; *text != '\0'; text++)
		if (((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7f)
			return false;
	return true;
}

/* One field from the front of lines; returns the bytes it takes, 0 when they are no field. */
static size_t field_take(struct head_field *field, char *lines, size_t size)
{
	size_t name_size = strnlen(lines, size);
	size_t value_at = name_size + 1, end;

	if (name_size == size)
		return 0;
	while (value_at < size && (lines[value_at] == ' ' || lines[value_at] == '\t'))
		value_at++;
	end = value_at + strnlen(lines + value_at, size - value_at);
	/* the NULs of CR and LF */
	if (end + 2 > size || lines[end] != '\0' || lines[end + 1] != '\0')
		return 0;
	field->name = lines;
	field->value = lines + value_at;
	for (size_t i = end; i > value_at && (lines[i - 1] == ' ' || lines[i - 1] == '\t'); i--)
		lines[i - 1] = '\0';
	return end + 2;
}

int head_read_fields(struct head *head, char *lines, size_t size, size_t fields_seen, struct err *err)
{
	size_t at = 0;

	head->count = 0;
	while (size - at >= 2 && (lines[at] != '\0' || lines[at + 1] != '\0')) {
		struct head_field *field = &head->fields[head->count];
		size_t used;

		if (head->count == HEAD_FIELDS_MAX)
			return err_set(err, HF_HTTP_FORM, "more than %d header fields", HEAD_FIELDS_MAX);
		used = field_take(field, lines + at, size - at);
		if (used == 0)
			return err_set(err, HF_HTTP_FORM, "a header line ends otherwise than in CR LF, or holds a NUL (RFC 9112 2.2)");
		if (!is_token(field->name))
			return err_set(err, HF_HTTP_FORM, "a header name is no token (RFC 9112 5.1)");
		if (!is_value(field->value))
			return err_set(err, HF_HTTP_FORM, "a header value holds a control character (RFC 9110 5.5)");
		head->count++;
		at += used;
	}
	if (size - at != 2 || head->count != fields_seen)
		return err_set(err, HF_HTTP_FORM, "the head does not end where its lines do (RFC 9112 2.2)");
	return 0;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* What browsers send: RFC 3986, and in a query also some characters that it would have escaped. */
static bool is_target(const char *target)
{
	const char *barred = "\"<>#\\^`{|}";

	if (target[0] != '/')
		return false;
	for (; *target != '\0'; target++) {
		if (is_alphanumeric(*target))
			continue;
		if (*target == '?')
			barred = "\"<>#";
		if (*target <= ' ' || *target > '~' || strchr(barred, *target) != NULL)
			return false;
		if (*target != '%')
			continue;
		if (hex_value(target[1]) < 0 || hex_value(target[2]) < 0 || (target[1] == '0' && target[2] == '0'))
			return false;
	}
	return true;
}

int head_check_line(const char *target, const char *version, struct err *err)
{
	if (strlen(target) > HEAD_TARGET_MAX)
		return err_set(err, HF_HTTP_FORM, "a request target of more than %d bytes", HEAD_TARGET_MAX);
	if (!is_target(target))
		return err_set(err, HF_HTTP_FORM, "the request target is no path (RFC 9112 3.2.1)");
	if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
		return err_set(err, HF_HTTP_FORM, "the version is neither HTTP/1.1 nor HTTP/1.0");
	return 0;
}

const char *head_find(const struct head *head, const char *name)
{
	for (size_t i = 0; i < head->count; i++)
		if (strcasecmp(head->fields[i].name, name) == 0)
			return head->fields[i].value;
	return NULL;
}

const char *head_find_last(const struct head *head, const char *name)
{
	for (size_t i = head->count; i > 0; i--)
		if (strcasecmp(head->fields[i - 1].name, name) == 0)
			return head->fields[i - 1].value;
	return NULL;
}

/* The only value of a field that may stand once; NULL in *value when it is absent. */
static int find_single(const struct head *head, const char *name, const char **value, struct err *err)
{
	*value = NULL;
	for (size_t i = 0; i < head->count; i++) {
		if (strcasecmp(head->fields[i].name, name) != 0)
			continue;
		if (*value != NULL)
			return err_set(err, HF_HTTP_FORM, "two fields %s", name);
		*value = head->fields[i].value;
	}
	return 0;
}

static bool is_host(const char *host)
{
	if (*host == '\0')
		return false;
	for (; *host != '\0'; host++)
		if (!is_token_char(*host) && strchr(":[]", *host) == NULL)
			return false;
	return true;
}

static int read_length(const char *text, uint64_t *length, struct err *err)
{
	size_t digits = strspn(text, "0123456789");

	*length = 0;
	if (digits == 0 || digits > 18 || text[digits] != '\0')
		return err_set(err, HF_HTTP_FORM, "Content-Length is no plain number (RFC 9112 6.3)");
	for (; *text != '\0'; text++)
		*length = *length * 10 + (uint64_t)(*text - '0');
	return 0;
}

/* What is decided by these must not depend on which of two is read. */
static int check_singles(const struct head *head, struct err *err)
{
	static const char *const names[] = {"Origin", "Cookie", "Content-Type", "Sec-Fetch-Site", "X-Hufu-Agent", "X-Hufu-Csrf"};
	const char *ignored;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (find_single(head, names[i], &ignored, err) != 0)
			return -1;
	return 0;
}

int head_check_meaning(struct head *head, const char *version, struct err *err)
{
	bool old = strcmp(version, "HTTP/1.0") == 0;
	const char *host, *length, *coding;

	if (check_singles(head, err) != 0)
		return -1;
	head->content_length = 0;
	head->chunked = false;
	if (find_single(head, "Host", &host, err) != 0 || find_single(head, "Content-Length", &length, err) != 0 ||
	    find_single(head, "Transfer-Encoding", &coding, err) != 0)
		return -1;
	if (host == NULL ? !old : !is_host(host))
		return err_set(err, HF_HTTP_FORM, "no valid Host (RFC 9112 3.2)");
	if (coding != NULL && (length != NULL || old || strcasecmp(coding, "chunked") != 0))
		return err_set(err, HF_HTTP_FORM, "Transfer-Encoding other than chunked, or with Content-Length (RFC 9112 6.1)");
	head->chunked = coding != NULL;
	return length != NULL ? read_length(length, &head->content_length, err) : 0;
}
