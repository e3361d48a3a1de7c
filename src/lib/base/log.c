/* Log lines are built on the stack and leave in one write, so that lines of several processes do not mix. */
#include "log.h"

#include "clock.h"
#include "text_code.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_SIZE 2048
#define TEXT_MAX_SIZE 1024

static const char *process_name = "hufu";
static enum log_level least_level = LOG_LEVEL_INFO;

struct line {
	char text[LINE_MAX_SIZE];
	size_t size;
};

void log_start(const char *process, enum log_level least)
{
	process_name = process;
	least_level = least;
	(void)signal(SIGPIPE, SIG_IGN);
}

static void line_put(struct line *line, const char *text, size_t size)
{
	/* 3 bytes stay free for the end of the line: "}\n" must always fit. */
	if (size <= sizeof(line->text) - 3 - line->size) {
		memcpy(line->text + line->size, text, size);
		line->size += size;
	}
}

/* What is not UTF-8 is escaped byte by byte; a reader still sees which bytes came. */
static void line_put_escaped(struct line *line, const char *text)
{
	bool utf8 = text_characters(bytes_text(text)) > 0;

	/* The closing quote must fit too. */
	for (; *text && line->size < sizeof(line->text) - 16; text++) {
		uint8_t c = (uint8_t)*text;
		char escape[8];

		if (c == '"' || c == '\\') {
			escape[0] = '\\';
			escape[1] = (char)c;
			line_put(line, escape, 2);
		} else if (c < 0x20 || c == 0x7f || (c >= 0x80 && !utf8)) {
			line_put(line, escape, (size_t)snprintf(escape, sizeof(escape), "\\u%04x", c));
		} else {
			line_put(line, text, 1);
		}
	}
}

static void line_put_member(struct line *line, const char *name, const char *text)
{
	line_put(line, ",\"", 2);
	line_put(line, name, strlen(name));
	line_put(line, "\":\"", 3);
	line_put_escaped(line, text);
	line_put(line, "\"", 1);
}

static void log_line(enum log_level level, const char *event, const struct err *err, const char *text)
{
	static const char *const levels[] = {"debug", "info", "warning", "error"};
	struct civil c = clock_civil(clock_now(), 0);
	struct line line = {.size = 0};
	char code[16];

	if (level < least_level)
		return;
	line.size = (size_t)snprintf(line.text, sizeof(line.text), "{\"time\":\"%04d-%02d-%02dT%02d:%02d:%02dZ\"", c.year, c.month, c.day,
	                             c.hour, c.minute, c.second);
	line_put_member(&line, "process", process_name);
	line_put_member(&line, "level", levels[level]);
	line_put_member(&line, "event", event);
	if (err) {
		snprintf(code, sizeof(code), "HF-%04d", (int)err->code);
		line_put_member(&line, "code", code);
	}
	line_put_member(&line, "text", text);
	memcpy(line.text + line.size, "}\n", 2);
	line.size += 2;
	/* A log that cannot be written has nobody to be told. */
	if (write(STDERR_FILENO, line.text, line.size) < 0)
		return;
}

void log_event(enum log_level level, const char *event, const char *fmt, ...)
{
	char text[TEXT_MAX_SIZE];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	log_line(level, event, NULL, text);
}

static enum log_level level_of(enum err_kind kind)
{
	switch (kind) {
	case ERR_NONE:
	case ERR_INPUT:
	case ERR_REFUSED:
	case ERR_AUTH:
	case ERR_MISSING:
	case ERR_CONFLICT:
		return LOG_LEVEL_INFO;
	case ERR_LATER:
	case ERR_LIMIT:
		return LOG_LEVEL_WARNING;
	case ERR_SYSTEM:
	case ERR_MEMORY:
		break;
	}
	return LOG_LEVEL_ERROR;
}

void log_fault(const char *event, const struct err *err)
{
	log_line(level_of(err->kind), event, err, err->text);
}
