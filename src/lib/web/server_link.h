/* One connection of the server: its deadline, and the exchange that runs on it. */
#ifndef HUFU_WEB_SERVER_LINK_H
#define HUFU_WEB_SERVER_LINK_H

#include "exchange.h"
#include "server.h"
#include "work_queue.h"

#include <microhttpd.h>
#include <pthread.h>

enum link_phase {
	LINK_IDLE,    /* before a head */
	LINK_HEAD,    /* the request line came */
	LINK_GATE,    /* a worker asks the gate before a large body comes; the connection is suspended */
	LINK_BODY,    /* the head was taken; the body comes, or the end of the request */
	LINK_SWALLOW, /* the reply is made; the rest of the body is read and dropped */
	LINK_WORK,    /* a worker makes the reply; the connection is suspended */
	LINK_REPLY    /* the reply is queued */
};

struct link {
	struct link *previous, *next;
	struct web_server *server;
	struct MHD_Connection *connection;
	_Atomic int64_t deadline; /* clock_monotonic_ms, 0: none */
	_Atomic(enum link_phase) phase;
	atomic_bool streams;    /* the reply's stream may be read or ended; it is let go under the server's lock */
	const char *raw_target; /* where libmicrohttpd has it: for the head's check only */
	size_t raw_target_size;
	uint64_t swallowed, swallow_max;
	uint64_t watched; /* body bytes at which the deadline was last moved */
	bool admitted;    /* by the gate that was asked before the body */
	bool close;       /* the connection ends after the reply */
	struct work work;
	struct pool *pool;
	struct web_request request;
};

struct web_server {
	struct web_server_settings settings;
	const char *policy;
	const struct router *router;
	struct stream_door streams;
	struct body_room room;
	struct work_queue *queue;
	struct MHD_Daemon *daemons[4];
	size_t daemon_count;
	pthread_mutex_t lock; /* of the list of links */
	pthread_cond_t stop;
	struct link *links;
	bool stopping;
	pthread_t watch;
	bool watching;
	_Atomic uint64_t requests, refused, cut, by_class[6];
	_Atomic unsigned connections;
};

/* Callbacks of libmicrohttpd. */
void link_on_connection(void *server, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code);
void *link_on_target(void *server, const char *target, struct MHD_Connection *connection);
enum MHD_Result link_on_access(void *server, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                               const char *data, size_t *size, void **context);
void link_on_completed(void *server, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode code);

void link_set_deadline(struct link *link, int64_t ms); /* from now */
/* Queues the exchange's reply. */
enum MHD_Result link_send(struct link *link);

#endif
