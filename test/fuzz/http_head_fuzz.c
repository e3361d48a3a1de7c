/* A request's head, cut in place as the HTTP library does: what is taken has one meaning. */
#include "fuzz.h"
#include "head_check.h"

#include <string.h>

/* Puts NUL for each line's first colon and for its end; the fields that the library would see. */
static size_t cut(char *lines, size_t size)
{
	char *line = lines, *end;
	size_t fields = 0;

	while ((end = memchr(line, '\n', size - (size_t)(line - lines))) != NULL) {
		char *colon = memchr(line, ':', (size_t)(end - line));

		if (colon != NULL) {
			*colon = '\0';
			fields++;
		}
		*end = '\0';
		if (end > line && end[-1] == '\r')
			end[-1] = '\0';
		line = end + 1;
	}
	return fields;
}

static void promises(const struct head *head)
{
	bool length = head_find(head, "content-length") != NULL;

	FUZZ_PROMISE(head->count <= HEAD_FIELDS_MAX);
	FUZZ_PROMISE(!(length && head->chunked));
	FUZZ_PROMISE(length || head->content_length == 0);
	for (size_t i = 0; i < head->count; i++)
		FUZZ_PROMISE(strpbrk(head->fields[i].name, " \t:\r\n") == NULL && strpbrk(head->fields[i].value, "\r\n") == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct head head = {.target = "/"};
	struct err err;
	char *lines = malloc(size + 1);
	size_t fields;

	FUZZ_PROMISE(lines != NULL);
	if (size > 0)
		memcpy(lines, data, size);
	lines[size] = '\0';
	(void)!head_check_line(lines, "HTTP/1.1", &err);
	fields = cut(lines, size);
	if (head_read_fields(&head, lines, size, fields, &err) == 0 && head_check_meaning(&head, "HTTP/1.1", &err) == 0)
		promises(&head);
	free(lines);
	return 0;
}
