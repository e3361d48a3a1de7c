/* Files compiled into a program by tool/make-static: named by their content's hash, so they may be kept for a year. */
#ifndef HUFU_WEB_STATIC_FILE_H
#define HUFU_WEB_STATIC_FILE_H

#include "router.h"

struct static_file {
	const char *name; /* "app.css" */
	const char *path; /* "app.4f1c….css": what the URL ends in */
	const char *type;
	const char *etag; /* with its quotes */
	struct bytes content;
	struct bytes gzip; /* empty when it would not be smaller */
};
struct static_table {
	const struct static_file *files; /* sorted by path */
	size_t count;
};

/* Handler of a row "/static/" "*file" whose detail is a struct static_table. Serves only exact names; gzip when accepted, 304 by ETag. */
int static_file_get(struct web_request *r, struct reply *reply, struct err *err) MUST_CHECK;

#endif
