/* The agent's settings file. */
#include "agent_settings.h"

#include "file.h"
#include "text_code.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

enum shape { PATH, NUMBER };

static const struct {
	const char *name;
	enum shape shape;
	const char *fallback; /* NULL: must be there */
} rows[AGENT_SETTINGS] = {
    [AGENT_ROOT] = {"root", PATH, NULL},
    [AGENT_RELEASE] = {"release", PATH, NULL},
    [AGENT_ISSUING] = {"issuing", PATH, NULL},
    [AGENT_JOURNAL] = {"journal", PATH, NULL},
    [AGENT_ORIGINS] = {"origins", PATH, NULL},
    [AGENT_ORIGINS_SIGNATURE] = {"origins_signature", PATH, NULL},
    [AGENT_STATE] = {"state", PATH, NULL},
    [AGENT_LIBRARY] = {"library", PATH, ""},
    [AGENT_PINENTRY] = {"pinentry", PATH, "/usr/bin/pinentry"},
    [AGENT_PORT] = {"port", NUMBER, "21871"},
};

static struct bytes trim(struct bytes text)
{
	while (text.size > 0 && (text.data[0] == ' ' || text.data[0] == '\t'))
		text = (struct bytes){text.data + 1, text.size - 1};
	while (text.size > 0 && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t' || text.data[text.size - 1] == '\r'))
		text.size--;
	return text;
}

static int take_line(struct agent_settings *s, struct bytes line, int number, struct err *err)
{
	const uint8_t *equals;
	struct bytes name, value;
	size_t before;

	line = trim(line);
	if (line.size == 0 || line.data[0] == '#')
		return 0;
	equals = memchr(line.data, '=', line.size);
	if (equals == NULL)
		return err_set(err, HF_SETTING, "line %d is not name = value", number);
	before = (size_t)(equals - line.data);
	name = trim((struct bytes){line.data, before});
	value = trim((struct bytes){equals + 1, line.size - before - 1});
	if (value.size == 0 || text_check(value) != TEXT_FINE)
		return err_set(err, HF_SETTING, "line %d has no value, or one that is no text", number);
	for (int i = 0; i < AGENT_SETTINGS; i++) {
		if (!bytes_is_text(name, rows[i].name))
			continue;
		if (s->values[i] != NULL)
			return err_set(err, HF_SETTING, "line %d: %s stands there twice", number, rows[i].name);
		if (rows[i].shape == PATH && value.data[0] != '/')
			return err_set(err, HF_SETTING, "line %d: %s is not an absolute path", number, rows[i].name);
		s->values[i] = strndup((const char *)value.data, value.size);
		return s->values[i] != NULL ? 0 : err_set(err, HF_MEMORY, "settings");
	}
	return err_set(err, HF_SETTING, "line %d: unknown name", number);
}

static int fill_in(struct agent_settings *s, struct err *err)
{
	char *end;
	long port;

	for (int i = 0; i < AGENT_SETTINGS; i++) {
		if (s->values[i] == NULL && rows[i].fallback == NULL)
			return err_set(err, HF_SETTING, "%s is missing", rows[i].name);
		if (s->values[i] == NULL)
			s->values[i] = strdup(rows[i].fallback);
		if (s->values[i] == NULL)
			return err_set(err, HF_MEMORY, "settings");
	}
	port = strtol(s->values[AGENT_PORT], &end, 10);
	if (*end != '\0' || port < 1024 || port > 65533)
		return err_set(err, HF_SETTING, "port is not a number from 1024 to 65533");
	s->port = (uint16_t)port;
	return 0;
}

int agent_settings_parse(struct agent_settings *s, struct bytes text, struct err *err)
{
	int number = 0, rc = 0;

	*s = (struct agent_settings){.port = 0};
	while (rc == 0 && text.size > 0) {
		const uint8_t *end = memchr(text.data, '\n', text.size);
		size_t n = end != NULL ? (size_t)(end - text.data) : text.size;

		rc = take_line(s, (struct bytes){text.data, n}, ++number, err);
		n += end != NULL;
		text = (struct bytes){text.data + n, text.size - n};
	}
	if (rc == 0)
		rc = fill_in(s, err);
	if (rc != 0)
		agent_settings_free(s);
	return rc;
}

int agent_settings_read(struct agent_settings *s, const char *path, struct err *err)
{
	struct buf text;
	int rc;

	*s = (struct agent_settings){.port = 0};
	buf_init(&text, AGENT_SETTINGS_MAX);
	rc = file_read(&text, AT_FDCWD, path, err);
	if (rc == 0)
		rc = agent_settings_parse(s, buf_get(&text), err);
	if (rc != 0)
		err_wrap(err, "%s", path);
	buf_free(&text);
	return rc;
}

void agent_settings_free(struct agent_settings *s)
{
	for (int i = 0; i < AGENT_SETTINGS; i++)
		free(s->values[i]);
	*s = (struct agent_settings){.port = 0};
}
