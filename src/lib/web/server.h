/* The HTTP server: the only user of libmicrohttpd. Takes descriptors that listen already and serves a router on them. */
#ifndef HUFU_WEB_SERVER_H
#define HUFU_WEB_SERVER_H

#include "router.h"

struct web_server_settings {
	int threads;                      /* event loops, 1..64 */
	int workers;                      /* threads for rows with ROUTE_WAITS, 0..64; 0: no such rows */
	bool streams;                     /* reply_stream_open may be used */
	unsigned connections;             /* at once, of all clients; more wait in the listen queue */
	unsigned connections_per_address; /* 0: no limit (behind a front) */
	size_t bodies_max;                /* bytes of all bodies under way that are kept whole; more are refused with 503 */
	int head_ms;                      /* from connecting to the end of the head */
	int idle_ms;                      /* from one reply to the end of the next head */
	int body_ms;                      /* for a whole body, or for each 64 KiB of a streamed one */
	int send_ms;                      /* for a reply, and as much again for each MiB of it */
	size_t head_max;                  /* bytes of memory for one request's line and headers; about half is usable */
	const char *policy;               /* Content-Security-Policy of pages; NULL: WEB_POLICY */
	bool front;                       /* peers are fronts of ours: the client's address is the last of X-Forwarded-For */
};
extern const struct web_server_settings
    web_server_usual; /* 2 loops, 8 workers, 512 connections, 16 an address, 64 MiB, 10/60/30/60 s, 32 KiB */

#define WEB_POLICY \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self' " \
	"http://127.0.0.1:21871 http://127.0.0.1:21872 http://127.0.0.1:21873; form-action 'self'; frame-ancestors 'none'; base-uri " \
	"'none'"

struct web_server;
/* Serves at once, on threads of its own (so a jail is entered before). The descriptors (1..4) are taken over; router and policy are
 * kept, settings are copied. Every request's head is checked first (head_check.h); 400 and the connection ends when it is not one meaning
 * only. */
int web_server_start(struct web_server **s, const struct web_server_settings *settings, const int *listeners, size_t n,
                     struct router *router, struct err *err) MUST_CHECK;
/* Takes no new connections, lets running requests end for at most grace_ms, then closes the rest. Frees. */
void web_server_stop(struct web_server **s, int grace_ms);

/* For metrics; all since start. */
struct web_server_counts {
	uint64_t requests, refused, cut; /* answered; malformed; connections ended by a deadline */
	uint64_t by_class[6];            /* replies by first digit of the status */
	unsigned connections;            /* open now */
	uint64_t bodies;                 /* bytes of bodies that are kept now */
};
struct web_server_counts web_server_counts_get(const struct web_server *s);

#endif
