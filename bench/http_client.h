/* A blocking HTTP/1.1 client on one kept-alive connection with one cookie: a browser as the bench needs it. */
#ifndef HUFU_BENCH_HTTP_CLIENT_H
#define HUFU_BENCH_HTTP_CLIENT_H

#include "bytes.h"

#define COOKIE_MAX 200
#define LOCATION_MAX 512

struct http_client {
	uint16_t port;
	uint32_t source; /* own loopback address, host order: every visitor has one of its own, as limits are per address */
	char cookie[COOKIE_MAX + 1];

	int fd; /* -1: connects at the next question */
	struct buf in;
	/* of the last answer */
	int status;
	char location[LOCATION_MAX + 1];
	struct bytes body; /* lent until the next question */
};

/* Nothing is connected yet. */
void http_client_init(struct http_client *h, uint16_t port, uint32_t source);
void http_client_free(struct http_client *h);

struct http_question {
	const char *method, *path;
	const char *type;    /* of the body; NULL: there is none */
	const char *headers; /* further lines, each with CR LF; NULL: none */
	struct bytes body;
};
/* Any status is an answer. HF_PEER_GONE when there is none within 60 s, HF_HTTP_FORM when it is none. */
int http_client_ask(struct http_client *h, const struct http_question *q, struct err *err) MUST_CHECK;

#endif
