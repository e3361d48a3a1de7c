/* Serving compiled-in files. */
#include "static_file.h"

#include <stdlib.h>
#include <string.h>

static int file_compare(const void *path, const void *file)
{
	return strcmp(path, ((const struct static_file *)file)->path);
}

/* Whether the list of codings names gzip and does not give it q=0. RFC 9110 12.5.3 */
static bool accepts_gzip(const char *accept)
{
	const char *at = accept != NULL ? strstr(accept, "gzip") : NULL;

	if (at == NULL)
		return false;
	at += strlen("gzip");
	at += strspn(at, " \t");
	return strncmp(at, ";q=0", 4) != 0 || (at[4] == '.' && at[5] != '0' && at[5] != '\0');
}

int static_file_get(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct static_table *table = request_route(r)->detail;
	const char *path = request_part(r, "file"), *match = request_header(r, "If-None-Match");
	const struct static_file *file = bsearch(path, table->files, table->count, sizeof(table->files[0]), file_compare);
	bool packed;

	if (file == NULL)
		return err_set(err, HF_NOT_FOUND, "no such static file");
	packed = file->gzip.size > 0 && accepts_gzip(request_header(r, "Accept-Encoding"));
	reply_set_kind(reply, REPLY_DATA, file->type);
	if (reply_add_header(reply, "Cache-Control", "public, max-age=31536000, immutable", err) != 0 ||
	    reply_add_header(reply, "ETag", file->etag, err) != 0)
		return -1;
	if (file->gzip.size > 0 && reply_add_header(reply, "Vary", "Accept-Encoding", err) != 0)
		return -1;
	if (match != NULL && strstr(match, file->etag) != NULL) {
		reply_set_status(reply, 304);
		return 0;
	}
	if (packed && reply_add_header(reply, "Content-Encoding", "gzip", err) != 0)
		return -1;
	reply_lend_body(reply, packed ? file->gzip : file->content, NULL, NULL);
	return 0;
}
