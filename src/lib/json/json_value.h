/* What a JSON value is inside. Only for the files of this folder. */
#ifndef HUFU_JSON_JSON_VALUE_H
#define HUFU_JSON_JSON_VALUE_H

#include "json.h"

/* Values stand in the order of the text, a container before what it holds, all in the one piece of memory that the root begins. */
struct json {
	enum json_kind kind;
	uint32_t count;   /* members or items */
	uint32_t values;  /* in this one with all it holds, itself included: the next sibling stands so many further */
	const char *name; /* of a member, ends with NUL; NULL for others */
	union {
		int64_t integer;
		struct bytes text;         /* of a string; a NUL follows */
		const struct json **items; /* of an array in order, of an object by name */
	};
};

/* The piece of memory. */
struct json_document {
	struct json_form form;
	struct json values[];
};

#endif
