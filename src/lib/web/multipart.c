/* A state machine over multipart/form-data that keeps only what may still become a boundary or a part's head. */
#include "multipart.h"

#include "text_code.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HEAD_MAX 2048
#define DELIMITER_MAX (MULTIPART_BOUNDARY_MAX + 4)

enum multipart_state { STATE_PREAMBLE, STATE_AFTER_BOUNDARY, STATE_HEAD, STATE_DATA, STATE_DONE, STATE_FAILED };

struct multipart {
	const struct multipart_sink *sink;
	enum multipart_state state;
	size_t parts;
	char delimiter[DELIMITER_MAX + 1]; /* CR LF "--" boundary */
	size_t delimiter_size;
	struct buf held; /* bytes not judged yet */
	char name[MULTIPART_NAME_MAX + 1], file[MULTIPART_NAME_MAX + 1], type[MULTIPART_NAME_MAX + 1];
	bool has_name, has_file;
};

/* RFC 2046 5.1.1 bchars, without space. */
static bool is_boundary(const char *boundary)
{
	size_t size = strlen(boundary);

	return size >= 1 && size <= MULTIPART_BOUNDARY_MAX &&
	       strspn(boundary, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=?") == size;
}

int multipart_new(struct multipart **m, const char *boundary, const struct multipart_sink *sink, struct err *err)
{
	struct multipart *new;

	if (!is_boundary(boundary))
		return err_set(err, HF_HTTP_FORM, "a boundary that is not allowed (RFC 2046 5.1.1)");
	new = calloc(1, sizeof(*new));
	if (new == NULL)
		return err_set(err, HF_MEMORY, "no memory for a form");
	new->sink = sink;
	memcpy(new->delimiter, "\r\n--", 4);
	memcpy(new->delimiter + 4, boundary, strlen(boundary));
	new->delimiter_size = 4 + strlen(boundary);
	buf_init(&new->held, HEAD_MAX + DELIMITER_MAX + 4);
	*m = new;
	return 0;
}

void multipart_free(struct multipart **m)
{
	if (*m == NULL)
		return;
	buf_wipe(&(*m)->held);
	free(*m);
	*m = NULL;
}

/* Copies a quoted-string or token value of a parameter; '\' and %22 stay as browsers send them (WHATWG HTML 4.10.22.8). */
static int parameter_copy(const char *value, char out[MULTIPART_NAME_MAX + 1], const char **behind, struct err *err)
{
	const char *start = value, *end;

	if (*value == '"') {
		start++;
		end = strchr(start, '"');
	} else {
		end = start + strcspn(start, "; \t");
	}
	if (end == NULL || (size_t)(end - start) > MULTIPART_NAME_MAX)
		return err_set(err, HF_HTTP_FORM, "a part's name does not end, or is too long (RFC 7578 4.2)");
	memcpy(out, start, (size_t)(end - start));
	out[end - start] = '\0';
	if (text_check(bytes_text(out)) != TEXT_FINE)
		return err_set(err, HF_HTTP_FORM, "a part's name is no UTF-8 text");
	*behind = *value == '"' ? end + 1 : end;
	return 0;
}

/* form-data; name="…"; filename="…" */
static int disposition_read(struct multipart *m, const char *value, struct err *err)
{
	if (strncasecmp(value, "form-data", 9) != 0)
		return err_set(err, HF_HTTP_FORM, "a part that is no form-data (RFC 7578 4.2)");
	value += 9;
	for (;;) {
		bool is_name, is_file;
		char ignored[MULTIPART_NAME_MAX + 1];

		value += strspn(value, " \t");
		if (*value == '\0')
			break;
		if (*value != ';')
			return err_set(err, HF_HTTP_FORM, "a part's disposition is malformed (RFC 7578 4.2)");
		value++;
		value += strspn(value, " \t");
		is_name = strncasecmp(value, "name=", 5) == 0;
		is_file = strncasecmp(value, "filename=", 9) == 0;
		value += strcspn(value, "=;");
		if (*value != '=' || (is_name && m->has_name) || (is_file && m->has_file))
			return err_set(err, HF_HTTP_FORM, "a part's disposition is malformed or says a thing twice (RFC 7578 4.2)");
		if (parameter_copy(value + 1, is_name ? m->name : is_file ? m->file : ignored, &value, err) != 0)
			return -1;
		m->has_name |= is_name;
		m->has_file |= is_file;
	}
	return m->has_name ? 0 : err_set(err, HF_HTTP_FORM, "a part without a name (RFC 7578 4.2)");
}

static int head_line_read(struct multipart *m, const char *line, bool *disposed, struct err *err)
{
	static const char disposition[] = "Content-Disposition:", type[] = "Content-Type:";
	const char *value;

	if (strncasecmp(line, disposition, sizeof(disposition) - 1) == 0) {
		value = line + sizeof(disposition) - 1;
		if (*disposed)
			return err_set(err, HF_HTTP_FORM, "a part with two dispositions");
		*disposed = true;
		return disposition_read(m, value + strspn(value, " \t"), err);
	}
	if (strncasecmp(line, type, sizeof(type) - 1) == 0) {
		value = line + sizeof(type) - 1;
		value += strspn(value, " \t");
		if (strlen(value) > MULTIPART_NAME_MAX || text_check(bytes_text(value)) != TEXT_FINE)
			return err_set(err, HF_HTTP_FORM, "a part's type is too long or no text");
		memcpy(m->type, value, strlen(value) + 1);
	}
	return 0;
}

/* head: the lines up to and with the empty one, without NUL. */
static int head_read(struct multipart *m, char *head, struct err *err)
{
	struct multipart_part part;
	bool disposed = false;

	m->has_name = m->has_file = false;
	m->type[0] = '\0';
	while (strncmp(head, "\r\n", 2) != 0) {
		char *end = strstr(head, "\r\n");

		*end = '\0';
		if (head_line_read(m, head, &disposed, err) != 0)
			return -1;
		head = end + 2;
	}
	if (!disposed)
		return err_set(err, HF_HTTP_FORM, "a part without a disposition (RFC 7578 4.2)");
	if (++m->parts > MULTIPART_PARTS_MAX)
		return err_set(err, HF_HTTP_FORM, "more than %d parts", MULTIPART_PARTS_MAX);
	part = (struct multipart_part){m->name, m->has_file ? m->file : NULL, m->type};
	return m->sink->begin(m->sink->ctx, &part, err);
}

/* Each step takes what it can from the front of rest: 1 went on, 0 needs more bytes, -1 failed. */
static int step_preamble(struct multipart *m, struct bytes *rest, struct err *err)
{
	const char *dashes = m->delimiter + 2;
	size_t size = m->delimiter_size - 2;

	if (rest->size < size)
		return 0;
	if (memcmp(rest->data, dashes, size) != 0)
		return err_set(err, HF_HTTP_FORM, "the form does not begin with its boundary (RFC 2046 5.1.1)");
	*rest = (struct bytes){rest->data + size, rest->size - size};
	m->state = STATE_AFTER_BOUNDARY;
	return 1;
}

static int step_after_boundary(struct multipart *m, struct bytes *rest, struct err *err)
{
	if (rest->size < 2)
		return 0;
	if (memcmp(rest->data, "--", 2) == 0)
		m->state = STATE_DONE;
	else if (memcmp(rest->data, "\r\n", 2) == 0)
		m->state = STATE_HEAD;
	else
		return err_set(err, HF_HTTP_FORM, "a boundary is followed by other bytes (RFC 2046 5.1.1)");
	*rest = (struct bytes){rest->data + 2, rest->size - 2};
	return 1;
}

static int step_head(struct multipart *m, struct bytes *rest, struct err *err)
{
	char head[HEAD_MAX + 1];
	const uint8_t *end;
	size_t size;

	if (rest->size >= 2 && memcmp(rest->data, "\r\n", 2) == 0)
		return err_set(err, HF_HTTP_FORM, "a part without a head (RFC 7578 4.2)");
	end = memmem(rest->data, rest->size, "\r\n\r\n", 4);
	size = end != NULL ? (size_t)(end - rest->data) + 4 : 0;
	if (end == NULL && rest->size < HEAD_MAX)
		return 0;
	if (end == NULL || size > HEAD_MAX || memchr(rest->data, '\0', size) != NULL)
		return err_set(err, HF_HTTP_FORM, "a part's head is too long or holds a NUL");
	memcpy(head, rest->data, size);
	head[size] = '\0';
	if (head_read(m, head, err) != 0)
		return -1;
	*rest = (struct bytes){rest->data + size, rest->size - size};
	m->state = STATE_DATA;
	return 1;
}

/* Where the delimiter, or a piece of it at the end, begins; size when it does not. */
static size_t delimiter_find(const struct multipart *m, struct bytes rest)
{
	const uint8_t *whole = memmem(rest.data, rest.size, m->delimiter, m->delimiter_size);
	size_t from = rest.size > m->delimiter_size ? rest.size - m->delimiter_size : 0;

	if (whole != NULL)
		return (size_t)(whole - rest.data);
	for (; from < rest.size; from++)
		if (memcmp(rest.data + from, m->delimiter, rest.size - from) == 0)
			return from;
	return rest.size;
}

static int step_data(struct multipart *m, struct bytes *rest, struct err *err)
{
	size_t plain = delimiter_find(m, *rest);

	if (plain > 0 && m->sink->data(m->sink->ctx, (struct bytes){rest->data, plain}, err) != 0)
		return -1;
	*rest = (struct bytes){rest->data + plain, rest->size - plain};
	if (rest->size < m->delimiter_size)
		return 0;
	if (m->sink->end(m->sink->ctx, err) != 0)
		return -1;
	*rest = (struct bytes){rest->data + m->delimiter_size, rest->size - m->delimiter_size};
	m->state = STATE_AFTER_BOUNDARY;
	return 1;
}

static int step(struct multipart *m, struct bytes *rest, struct err *err)
{
	if (rest->size == 0)
		return 0;
	switch (m->state) {
	case STATE_PREAMBLE:
		return step_preamble(m, rest, err);
	case STATE_AFTER_BOUNDARY:
		return step_after_boundary(m, rest, err);
	case STATE_HEAD:
		return step_head(m, rest, err);
	case STATE_DATA:
		return step_data(m, rest, err);
	case STATE_DONE: /* the epilogue is nobody's */
		*rest = BYTES_NONE;
		return 0;
	case STATE_FAILED:
		break;
	}
	return err_set(err, HF_HTTP_FORM, "the form was refused before");
}

static int run(struct multipart *m, struct bytes *rest, struct err *err)
{
	int went;

	do
		went = step(m, rest, err);
	while (went > 0);
	if (went < 0)
		m->state = STATE_FAILED;
	return went;
}

/* Judges what is held from before together with as much of piece as is needed, then the piece by itself, and holds what is left. */
int multipart_feed(struct multipart *m, struct bytes piece, struct err *err)
{
	struct bytes rest;

	if (piece.size == 0)
		return m->state == STATE_FAILED ? err_set(err, HF_HTTP_FORM, "the form was refused before") : 0;
	while (m->held.size > 0 && piece.size > 0) {
		size_t room = m->held.max - m->held.size, take = piece.size < room ? piece.size : room;

		if (buf_append(&m->held, (struct bytes){piece.data, take}, err) != 0)
			return -1;
		rest = buf_get(&m->held);
		if (run(m, &rest, err) != 0)
			return -1;
		if (rest.size <= take) {
			/* what was held is judged: the rest stands in piece as well */
			piece = (struct bytes){piece.data + (take - rest.size), piece.size - (take - rest.size)};
			buf_clear(&m->held);
			break;
		}
		buf_consume(&m->held, m->held.size - rest.size);
		piece = (struct bytes){piece.data + take, piece.size - take};
	}
	if (piece.size == 0)
		return 0;
	rest = piece;
	if (run(m, &rest, err) != 0)
		return -1;
	return buf_append(&m->held, rest, err);
}

int multipart_end(struct multipart *m, struct err *err)
{
	if (m->state != STATE_DONE)
		return err_set(err, HF_HTTP_FORM, "the form ends before its last boundary (RFC 2046 5.1.1)");
	return 0;
}
