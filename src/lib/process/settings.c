/* Reads hufu.ini by the table, and hands each process its part. */
#include "settings.h"

#include "file.h"
#include "text_code.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* libinih cuts longer lines (its INI_MAX_LINE) and would read the rest as another one. */
#define LINE_SIZE_MAX 198

struct settings {
	char **values; /* by row; NULL: the fallback */
};

struct parse {
	struct settings *s;
	struct err err; /* of the first wrong line */
};

static size_t find_row(const char *section, const char *name)
{
	size_t i;

	for (i = 0; i < settings_rows; i++)
		if (strcmp(settings_table[i].name, name) == 0 && strcmp(settings_table[i].section, section) == 0)
			break;
	return i;
}

static bool read_integer(const char *text, int64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoll(text, &end, 10);
	return *text != '\0' && *end == '\0' && errno == 0;
}

static bool value_fits(const struct setting *row, const char *value)
{
	int64_t n;

	switch (row->type) {
	case SETTING_INTEGER:
		return read_integer(value, &n) && n >= row->from && n <= row->to;
	case SETTING_TEXT:
		return text_check(bytes_text(value)) == TEXT_FINE;
	}
	return false;
}

static int put(struct settings *s, const char *section, const char *name, const char *value, struct err *err)
{
	size_t row = find_row(section, name);
	char *copy;

	if (row == settings_rows)
		return err_set(err, HF_SETTING, "[%s] has no setting %s", section, name);
	if (s->values[row] != NULL)
		return err_set(err, HF_SETTING, "[%s] %s is set twice", section, name);
	if (!value_fits(&settings_table[row], value))
		return err_set(err, HF_SETTING, "[%s] %s: this value does not fit (%s)", section, name, settings_table[row].help);
	copy = strdup(value);
	if (copy == NULL)
		return err_set(err, HF_MEMORY, "settings");
	s->values[row] = copy;
	return 0;
}

static int on_ini_line(void *ctx, const char *section, const char *name, const char *value)
{
	struct parse *p = ctx;

	return p->err.code == HF_NONE && put(p->s, section, name, value, &p->err) == 0;
}

static int settings_new(struct settings **out, struct err *err)
{
	struct settings *s = calloc(1, sizeof(*s));

	if (s == NULL || (s->values = calloc(settings_rows, sizeof(*s->values))) == NULL) {
		free(s);
		return err_set(err, HF_MEMORY, "settings");
	}
	*out = s;
	return 0;
}

void settings_free(struct settings **s)
{
	if (*s == NULL)
		return;
	for (size_t i = 0; i < settings_rows; i++)
		free((*s)->values[i]);
	free((*s)->values);
	free(*s);
	*s = NULL;
}

static int check_lines(struct bytes ini, struct err *err)
{
	size_t begun = 0, line = 1;

	for (size_t i = 0; i < ini.size; i++) {
		if (i - begun > LINE_SIZE_MAX)
			return err_set(err, HF_SETTING, "line %zu: longer than %d bytes", line, LINE_SIZE_MAX);
		if (ini.data[i] == '\n') {
			begun = i + 1;
			line++;
		}
	}
	return 0;
}

static int check_pairs(const struct settings *s, struct err *err)
{
	for (size_t i = 0; i < settings_rows; i++) {
		const struct setting *row = &settings_table[i];

		if (row->above != NULL && settings_integer(s, row->section, row->name) <= settings_integer(s, row->section, row->above))
			return err_set(err, HF_SETTING, "[%s] %s must be above %s", row->section, row->name, row->above);
	}
	return 0;
}

int settings_parse(struct settings **out, struct bytes ini, struct err *err)
{
	struct parse p = {0};
	char *text;
	int line;

	if (ini.size > SETTINGS_FILE_MAX || (ini.size > 0 && memchr(ini.data, 0, ini.size) != NULL))
		return err_set(err, HF_SETTING, "not a text of at most %u bytes", SETTINGS_FILE_MAX);
	if (check_lines(ini, err) != 0)
		return -1;
	text = strndup(ini.size > 0 ? (const char *)ini.data : "", ini.size);
	if (text == NULL || settings_new(&p.s, err) != 0) {
		free(text);
		return err_set(err, HF_MEMORY, "settings");
	}
	line = ini_parse_string(text, on_ini_line, &p);
	free(text);
	if (line != 0) {
		settings_free(&p.s);
		return err_set(err, HF_SETTING, "line %d: %s", line, p.err.code != HF_NONE ? p.err.text : "no setting");
	}
	if (check_pairs(p.s, err) != 0) {
		settings_free(&p.s);
		return -1;
	}
	*out = p.s;
	return 0;
}

/* One line section.name=value; the line's end is cut off by the caller. */
static int put_line(struct settings *s, char *line, struct err *err)
{
	char *dot = strchr(line, '.'), *equals = strchr(line, '=');

	if (dot == NULL || equals == NULL || equals < dot)
		return err_set(err, HF_SETTING, "a line handed over is no setting");
	*dot = *equals = '\0';
	return put(s, line, dot + 1, equals + 1, err);
}

int settings_read(struct settings **out, int fd, struct err *err)
{
	struct settings *s = NULL;
	FILE *lines = fdopen(fd, "r");
	char line[1024];
	int result = 0;

	if (lines == NULL)
		return err_set_errno(err, HF_SETTING, "settings descriptor");
	if (settings_new(&s, err) != 0) {
		(void)fclose(lines);
		return -1;
	}
	while (result == 0 && fgets(line, sizeof(line), lines) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		result = put_line(s, line, err);
	}
	(void)fclose(lines);
	if (result != 0)
		settings_free(&s);
	*out = s;
	return result;
}

const char *settings_text(const struct settings *s, const char *section, const char *name)
{
	size_t row = find_row(section, name);

	if (row == settings_rows)
		abort();
	return s->values[row] != NULL ? s->values[row] : settings_table[row].fallback;
}

int64_t settings_integer(const struct settings *s, const char *section, const char *name)
{
	int64_t n;

	if (!read_integer(settings_text(s, section, name), &n))
		abort();
	return n;
}

int settings_section(const struct settings *s, const char *section, struct buf *out, struct err *err)
{
	for (size_t i = 0; i < settings_rows; i++) {
		const struct setting *row = &settings_table[i];

		if (s->values[i] == NULL || (strcmp(row->section, section) != 0 && strcmp(row->section, "service") != 0))
			continue;
		if (buf_append_format(out, err, "%s.%s=%s\n", row->section, row->name, s->values[i]) != 0)
			return -1;
	}
	return 0;
}

static const char *value_of(const char *const *values, const struct setting *row)
{
	for (; *values != NULL; values += 3)
		if (strcmp(values[0], row->section) == 0 && strcmp(values[1], row->name) == 0)
			return values[2];
	return NULL;
}

int settings_write(const char *const *values, struct buf *out, struct err *err)
{
	const char *section = "";

	for (const char *const *v = values; *v != NULL; v += 3)
		if (find_row(v[0], v[1]) == settings_rows)
			return err_set(err, HF_SETTING, "[%s] has no setting %s", v[0], v[1]);
	for (size_t i = 0; i < settings_rows; i++) {
		const struct setting *row = &settings_table[i];
		const char *value = value_of(values, row);

		if (strcmp(section, row->section) != 0 &&
		    buf_append_format(out, err, "%s[%s]\n", *section != '\0' ? "\n" : "", row->section) != 0)
			return -1;
		section = row->section;
		if (buf_append_format(out, err, "; %s\n%s%s = %s\n", row->help, value != NULL ? "" : ";", row->name,
		                      value != NULL ? value : row->fallback) != 0)
			return -1;
	}
	return 0;
}
