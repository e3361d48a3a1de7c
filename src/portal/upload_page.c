/* Resumable uploads in the manner of tus 1.0.0: POST creates, HEAD tells the offset, PATCH adds a piece, DELETE removes. */
#include "handlers.h"
#include "page.h"
#include "text_code.h"
#include "upload.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BASE64_MAX 2048

/* A header with a count of bytes; HF_HTTP_FORM. */
static int read_count(struct web_request *r, const char *name, int64_t *count, struct err *err)
{
	const char *text = request_header(r, name);
	char *end;

	if (text == NULL || *text < '0' || *text > '9' || strlen(text) > 15)
		return err_set(err, HF_HTTP_FORM, "upload: header %s is missing or no number (tus 1.0.0)", name);
	*count = strtoll(text, &end, 10);
	return *end == '\0' ? 0 : err_set(err, HF_HTTP_FORM, "upload: header %s is no number (tus 1.0.0)", name);
}

/* Upload-Metadata: filename BASE64 */
static int read_name(struct web_request *r, struct buf *name, struct err *err)
{
	const char *text = request_header(r, "Upload-Metadata");

	if (text == NULL || strncmp(text, "filename ", 9) != 0 || strlen(text) > NAME_BASE64_MAX)
		return err_set(err, HF_HTTP_FORM, "upload: Upload-Metadata has no filename (tus 1.0.0)");
	return base64_read(name, bytes_text(text + 9), err);
}

static int put_count(struct reply *reply, const char *name, int64_t count, struct err *err)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRId64, count);
	return reply_add_header(reply, name, text, err);
}

static int put_state(struct reply *reply, const struct paper *paper, struct err *err)
{
	if (put_count(reply, "Upload-Offset", paper->kept, err) != 0 || put_count(reply, "Upload-Length", paper->size, err) != 0 ||
	    reply_add_header(reply, "Cache-Control", "no-store", err) != 0)
		return -1;
	return paper->hash[0] != '\0' ? reply_add_header(reply, "Upload-Hash", paper->hash, err) : 0;
}

int upload_create_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct paper paper;
	struct buf name;
	int64_t size;
	const char *path;
	int result = -1;

	buf_init(&name, NAME_BASE64_MAX);
	if (read_count(r, "Upload-Length", &size, err) != 0 || read_name(r, &name, err) != 0 ||
	    upload_create(service_of(r), actor_of(r), request_part(r, "number"), buf_get(&name), size, request_pool(r), &paper, err) != 0)
		goto out;
	path = pool_format(request_pool(r), "/upload/%s", paper.id);
	reply_set_status(reply, 201);
	reply_set_kind(reply, REPLY_JSON, NULL);
	if (path == NULL || reply_add_header(reply, "Location", path, err) != 0)
		goto out;
	result = put_state(reply, &paper, err);
out:
	buf_free(&name);
	return result;
}

int upload_state_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct paper paper;

	if (upload_find(service_of(r), actor_of(r), request_part(r, "id"), request_pool(r), &paper, err) != 0)
		return -1;
	reply_set_kind(reply, REPLY_JSON, NULL);
	return put_state(reply, &paper, err);
}

int upload_piece_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const char *type = request_header(r, "Content-Type");
	struct paper paper;
	int64_t offset;

	if (type == NULL || strcmp(type, "application/offset+octet-stream") != 0)
		return err_set(err, HF_HTTP_FORM, "upload: not application/offset+octet-stream (tus 1.0.0)");
	if (read_count(r, "Upload-Offset", &offset, err) != 0 ||
	    upload_append(service_of(r), actor_of(r), request_part(r, "id"), offset, request_body(r), request_pool(r), &paper, err) != 0)
		return -1;
	reply_set_status(reply, 204);
	return put_state(reply, &paper, err);
}

int upload_remove_page(struct web_request *r, struct reply *reply, struct err *err)
{
	if (upload_remove(service_of(r), actor_of(r), request_part(r, "id"), err) != 0)
		return -1;
	reply_set_status(reply, 204);
	return 0;
}
