/* The one place where a string becomes JSON. */
#ifndef HUFU_JSON_JSON_STRING_H
#define HUFU_JSON_JSON_STRING_H

#include "bytes.h"

/* Integers that every JSON reader keeps exactly (RFC 8259 6). */
#define JSON_INTEGER_MAX 9007199254740991

/* Appends text in quotes, escaped as RFC 8785 3.2.2.2 says. HF_JSON when it is not UTF-8. */
int json_append_string(struct buf *out, struct bytes text, struct err *err) MUST_CHECK;
/* How many bytes in front stand as themselves in a string: no quote, no backslash, no control character. */
size_t json_plain_run(const uint8_t *from, const uint8_t *end);

#endif
