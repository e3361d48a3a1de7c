/* Replies as libmicrohttpd's responses, with the headers that every reply of its kind has. */
#include "server_link.h"

#define STREAM_BLOCK 16384

static const struct reply_header page_headers[] = {
    {"Cache-Control", "no-store"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Referrer-Policy", "same-origin"},
};
static const struct reply_header file_headers[] = {
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy", "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Referrer-Policy", "no-referrer"},
};
static const struct reply_header json_headers[] = {{"Cache-Control", "no-store"}};

static int add_all(struct MHD_Response *response, const struct reply_header *headers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (MHD_add_response_header(response, headers[i].name, headers[i].value) != MHD_YES)
			return -1;
	return 0;
}

static int add_standing(struct MHD_Response *response, const struct web_server *server, enum reply_kind kind)
{
	switch (kind) {
	case REPLY_PAGE:
		if (MHD_add_response_header(response, "Content-Security-Policy", server->policy) != MHD_YES)
			return -1;
		return add_all(response, page_headers, sizeof(page_headers) / sizeof(page_headers[0]));
	case REPLY_FILE:
		return add_all(response, file_headers, sizeof(file_headers) / sizeof(file_headers[0]));
	case REPLY_JSON:
		return add_all(response, json_headers, 1);
	case REPLY_DATA:
		break;
	}
	return 0;
}

static int add_headers(struct MHD_Response *response, const struct link *link)
{
	const struct reply *reply = &link->request.reply;

	if (reply->content_type != NULL && reply->status != 304 && reply->status != 204 &&
	    MHD_add_response_header(response, "Content-Type", reply->content_type) != MHD_YES)
		return -1;
	if (MHD_add_response_header(response, "X-Content-Type-Options", "nosniff") != MHD_YES)
		return -1;
	if (link->close && MHD_add_response_header(response, "Connection", "close") != MHD_YES)
		return -1;
	if (add_standing(response, link->server, reply->kind) != 0)
		return -1;
	return add_all(response, reply->headers, reply->header_count);
}

static struct bytes reply_bytes(const struct reply *reply)
{
	return reply->lent ? reply->lent_body : buf_get(&reply->body);
}

static ssize_t stream_read(void *ctx, uint64_t at, char *out, size_t max)
{
	struct link *link = ctx;
	ssize_t size = reply_stream_read(link->request.reply.stream, link->connection, (uint8_t *)out, max);

	return size < 0 ? MHD_CONTENT_READER_END_OF_STREAM : size;
}

/* The body belongs to the exchange, which ends after the response has been sent or given up. */
static struct MHD_Response *response_make(struct link *link)
{
	struct reply *reply = &link->request.reply;
	struct bytes body = reply_bytes(reply);

	if (reply->stream != NULL)
		return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, stream_read, link, NULL);
	return MHD_create_response_from_buffer(body.size, (void *)(uintptr_t)body.data, MHD_RESPMEM_PERSISTENT);
}

enum MHD_Result link_send(struct link *link)
{
	struct web_server *server = link->server;
	struct reply *reply = &link->request.reply;
	struct MHD_Response *response = response_make(link);
	enum MHD_Result result = MHD_NO;

	if (response == NULL)
		return MHD_NO;
	if (add_headers(response, link) == 0)
		result = MHD_queue_response(link->connection, (unsigned)reply->status, response);
	MHD_destroy_response(response);
	atomic_fetch_add(&server->by_class[reply->status / 100 % 6], 1);
	atomic_store(&link->phase, LINK_REPLY);
	atomic_store(&link->streams, reply->stream != NULL);
	/* a stream lives as long as its client */
	link_set_deadline(link, reply->stream != NULL ? 0 : server->settings.send_ms * (1 + (int64_t)(reply_bytes(reply).size >> 20)));
	return result;
}
