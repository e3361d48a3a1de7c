/* The stream of events for a page. */
#include "agent_routes.h"
#include "ask.h"

int events_post(struct web_request *r, struct reply *reply, struct err *err)
{
	struct reply_stream *stream;
	char nothing;

	if (agent_request_read(&agent_nothing_table, request_body(r), request_pool(r), &nothing, err) != 0 ||
	    reply_stream_open(reply, &stream, err) != 0)
		return -1;
	reply_set_kind(reply, REPLY_DATA, "application/x-ndjson");
	if (events_listen(agent_of(r)->events, stream, asked_of(r)->origin_row, err) == 0)
		return 0;
	reply_stream_close(&stream);
	return -1;
}
