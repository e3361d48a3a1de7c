/* OCSP over HTTP: POST and GET (RFC 6960 A), with the caching of RFC 5019 6. */
#include "pages.h"

#include "clock.h"
#include "http_condition.h"
#include "text_code.h"
#include "url_text.h"

#define AS_TEXT(n) #n
#define CACHE_CONTROL(seconds) "max-age=" AS_TEXT(seconds) ", public, no-transform, must-revalidate"

static int caching_add(struct web_request *request, struct reply *reply, const struct answer *answer, int64_t now, struct err *err)
{
	int64_t left = answer->until - now;
	const char *control = CACHE_CONTROL(REPLY_FRESH);

	if (left < REPLY_FRESH)
		control = "no-store";
	if (reply_lend_header(reply, "Cache-Control", control, err) != 0 || reply_lend_header(reply, "ETag", answer->etag, err) != 0 ||
	    reply_lend_header(reply, "Last-Modified", answer->made_text, err) != 0 ||
	    reply_lend_header(reply, "Expires", answer->until_text, err) != 0)
		return -1;
	if (http_is_unchanged(request, answer->etag, answer->made))
		reply_set_status(reply, 304);
	return 0;
}

static int answer(struct web_request *request, struct reply *reply, struct bytes der, bool cacheable, struct err *err)
{
	int64_t now = clock_now();
	struct answer *kept;

	reply_set_kind(reply, REPLY_DATA, "application/ocsp-response");
	if (ocsp_answer(request_program(request), der, now, reply_body(reply), &kept, err) != 0)
		return -1;
	if (kept == NULL)
		return reply_lend_header(reply, "Cache-Control", "no-store", err);
	reply_lend_body(reply, kept->der, answer_release, kept);
	return cacheable ? caching_add(request, reply, kept, now, err) : 0;
}

int ocsp_post(struct web_request *request, struct reply *reply, struct err *err)
{
	return answer(request, reply, request_body(request), false, err);
}

/* base64, then percent-encoded; askers that forget to encode '/' and '+' are understood. */
int ocsp_get(struct web_request *request, struct reply *reply, struct err *err)
{
	struct bytes text;
	struct buf der;
	int result = -1;

	buf_init(&der, OCSP_REQUEST_MAX);
	if (url_decode(bytes_text(request_part(request, "request")), false, request_pool(request), &text, err) != 0)
		return -1;
	/* what is no base64 is answered as the empty request is: malformed */
	if (base64_read(&der, text, NULL) != 0)
		buf_clear(&der);
	result = answer(request, reply, buf_get(&der), true, err);
	buf_free(&der);
	return result;
}
