/* Filling error values, and the rows of the code table. */
#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	va_list args;

	if (!err)
		return -1;
	err->code = code;
	err->kind = err_code_kind(code);
	va_start(args, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	return -1;
}

int err_set_errno(struct err *err, enum err_code code, const char *fmt, ...)
{
	int number = errno;
	char what[ERR_TEXT_MAX], why[128];
	va_list args;

	if (!err)
		return -1;
	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	return err_set(err, code, "%s: %s", what, strerror_r(number, why, sizeof(why)));
}

int err_wrap(struct err *err, const char *fmt, ...)
{
	char inner[ERR_TEXT_MAX];
	va_list args;
	int used;

	if (!err)
		return -1;
	memcpy(inner, err->text, sizeof(inner));
	va_start(args, fmt);
	used = vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	if (used >= 0 && (size_t)used < sizeof(err->text))
		snprintf(err->text + used, sizeof(err->text) - (size_t)used, ": %s", inner);
	return -1;
}

enum err_kind err_code_kind(enum err_code code)
{
	switch (code) {
#define X(name, number, kind) \
	case name: \
		return kind;
		ERR_CODES(X)
#undef X
	}
	return ERR_SYSTEM;
}

const char *err_code_name(enum err_code code)
{
	switch (code) {
#define X(name, number, kind) \
	case name: \
		return &#name[sizeof("HF_") - 1];
		ERR_CODES(X)
#undef X
	}
	return "UNKNOWN";
}

void err_clear(struct err *err)
{
	if (err)
		memset(err, 0, sizeof(*err));
}
