/* The life of a connection: what libmicrohttpd tells of it becomes an exchange. */
#include "server_link.h"

#include "clock.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define POOL_MAX (32u << 20)
#define SWALLOW_MAX (1u << 20)
#define WATCH_STEP (64u << 10)

_Static_assert(WORK_TOGETHER_MAX <= ROUTE_TOGETHER_MAX, "what is run together is answered together");

void link_set_deadline(struct link *link, int64_t ms)
{
	atomic_store_explicit(&link->deadline, ms == 0 ? 0 : clock_monotonic_ms() + ms, memory_order_relaxed);
}

static struct link *link_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static void address_write(struct web_request *r, const struct sockaddr *address)
{
	const char *text = NULL;

	if (address != NULL && address->sa_family == AF_INET)
		text = inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, r->address, sizeof(r->address));
	else if (address != NULL && address->sa_family == AF_INET6)
		text =
		    inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, r->address, sizeof(r->address));
	if (text == NULL)
		memcpy(r->address, "unix", sizeof("unix"));
}

static void link_begin(struct web_server *server, struct MHD_Connection *connection, void **context)
{
	struct link *link = calloc(1, sizeof(*link));

	if (link == NULL)
		return;
	link->pool = pool_new(POOL_MAX);
	if (link->pool == NULL) {
		free(link);
		return;
	}
	link->server = server;
	link->connection = connection;
	link->request.reply.streams = server->settings.streams ? &server->streams : NULL;
	link->request.room = &server->room;
	link->request.socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	address_write(&link->request, MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
	link_set_deadline(link, server->settings.head_ms);
	atomic_fetch_add(&server->connections, 1);
	pthread_mutex_lock(&server->lock);
	link->next = server->links;
	if (link->next != NULL)
		link->next->previous = link;
	server->links = link;
	pthread_mutex_unlock(&server->lock);
	*context = link;
}

/* The socket is still open here; after this nobody shuts it down. */
static void link_end(struct web_server *server, struct link *link)
{
	pthread_mutex_lock(&server->lock);
	if (link->next != NULL)
		link->next->previous = link->previous;
	*(link->previous != NULL ? &link->previous->next : &server->links) = link->next;
	pthread_mutex_unlock(&server->lock);
	atomic_fetch_sub(&server->connections, 1);
	if (atomic_load(&link->phase) != LINK_IDLE)
		exchange_end(&link->request);
	pool_free(&link->pool);
	free(link);
}

void link_on_connection(void *server, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		link_begin(server, connection, context);
	else if (*context != NULL)
		link_end(server, *context);
}

void *link_on_target(void *server, const char *target, struct MHD_Connection *connection)
{
	struct link *link = link_of(connection);

	if (link == NULL || target == NULL)
		return NULL;
	exchange_begin(&link->request, link->pool);
	link->request.id = atomic_fetch_add(&link->server->requests, 1) + 1;
	link->raw_target = target;
	link->raw_target_size = strlen(target);
	link->request.head.target = pool_text(link->pool, (struct bytes){(const uint8_t *)target, link->raw_target_size});
	link->swallowed = link->watched = 0;
	link->close = false;
	atomic_store(&link->phase, LINK_HEAD);
	return link;
}

void link_on_completed(void *server, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode code)
{
	struct link *link = *context;

	if (link == NULL)
		return;
	*context = NULL;
	if (atomic_load(&link->streams)) {
		pthread_mutex_lock(&link->server->lock);
		atomic_store(&link->streams, false);
		exchange_end(&link->request);
		pthread_mutex_unlock(&link->server->lock);
	} else {
		exchange_end(&link->request);
	}
	atomic_store(&link->phase, LINK_IDLE);
	link_set_deadline(link, link->server->settings.idle_ms);
}

/* libmicrohttpd has cut the lines in place, between the method and the end of the head: method 0 target 0 version 0 0 fields. A gap
 * between them is a space or NUL too many. */
static int head_read(struct link *link, const char *method, const char *version, struct err *err)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(link->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	size_t size = info != NULL ? info->header_size : 0, line = strlen(method) + 1 + link->raw_target_size + 1 + strlen(version) + 2;
	struct head *head = &link->request.head;
	char *raw = (char *)(uintptr_t)method;
	int fields = MHD_get_connection_values(link->connection, MHD_HEADER_KIND, NULL, NULL);

	if (head->target == NULL)
		return err_set(err, HF_MEMORY, "no memory for a request");
	if (link->raw_target != method + strlen(method) + 1 || version != link->raw_target + link->raw_target_size + 1 || size < line ||
	    raw[line - 1] != '\0' || raw[line - 2] != '\0')
		return err_set(err, HF_HTTP_FORM, "the request line has more than its three words (RFC 9112 3)");
	if (head_check_line(head->target, version, err) != 0 ||
	    head_read_fields(head, raw + line, size - line, fields < 0 ? 0 : (size_t)fields, err) != 0)
		return -1;
	return head_check_meaning(head, version, err);
}

/* The last address that a front of ours has added, to the line of its client or in a line of its own. */
static void address_from_front(struct web_request *r)
{
	const char *list = head_find_last(&r->head, "X-Forwarded-For"), *last;
	uint8_t ignored[sizeof(struct in6_addr)];

	if (list == NULL)
		return;
	last = strrchr(list, ',');
	last = last != NULL ? last + 1 + strspn(last + 1, " ") : list;
	if (strlen(last) < sizeof(r->address) && (inet_pton(AF_INET, last, ignored) == 1 || inet_pton(AF_INET6, last, ignored) == 1))
		memcpy(r->address, last, strlen(last) + 1);
}

static uint64_t swallow_most(const struct web_request *r)
{
	return r->route != NULL && r->route->max_body > SWALLOW_MAX ? r->route->max_body : SWALLOW_MAX;
}

/* A refusal before the body came: a body that might have been taken is read and dropped first, because a reply sent before it reaches the
 * client as a broken connection. */
static enum MHD_Result send_at_head(struct link *link)
{
	const struct head *head = &link->request.head;
	uint64_t most = swallow_most(&link->request);

	if (head->content_length > 0 && head->content_length <= most && head_find(head, "Expect") == NULL) {
		link->swallow_max = most;
		link_set_deadline(link, link->server->settings.body_ms);
		atomic_store(&link->phase, LINK_SWALLOW);
		return MHD_YES;
	}
	link->close = head->content_length > 0 || head->chunked;
	return link_send(link);
}

static enum MHD_Result refuse_at_head(struct link *link, const struct err *why)
{
	exchange_fail(&link->request, why);
	return send_at_head(link);
}

static enum MHD_Result expect_body(struct link *link)
{
	const struct head *head = &link->request.head;

	if (head->content_length > 0 || head->chunked)
		link_set_deadline(link, link->server->settings.body_ms);
	atomic_store(&link->phase, LINK_BODY);
	return MHD_YES;
}

static struct link *link_of_work(struct work *work)
{
	return (struct link *)(void *)((char *)work - offsetof(struct link, work));
}

/* Hands the exchange to a worker; the connection sleeps until it is done. kind: as work.h's. */
static enum MHD_Result give_work(struct link *link, enum link_phase phase, void (*run)(struct work *chain), const void *kind)
{
	struct err stopping;

	link_set_deadline(link, 0);
	atomic_store(&link->phase, phase);
	link->work.run = run;
	link->work.kind = kind;
	link->admitted = false;
	MHD_suspend_connection(link->connection);
	if (!work_queue_push(link->server->queue, &link->work)) {
		err_set(&stopping, HF_PEER_GONE, "the server stops");
		exchange_fail(&link->request, &stopping);
		MHD_resume_connection(link->connection);
	}
	return MHD_YES;
}

static void gate_run(struct work *chain)
{
	struct link *link = link_of_work(chain);
	struct err err;

	link->admitted = exchange_gate(&link->request, &err) == 0;
	if (!link->admitted)
		exchange_fail(&link->request, &err);
	MHD_resume_connection(link->connection);
}

static enum MHD_Result take_head(struct link *link, const char *method, const char *version)
{
	struct web_request *r = &link->request;
	struct err err;

	if (head_read(link, method, version, &err) != 0) {
		atomic_fetch_add(&link->server->refused, 1);
		r->head.count = 0;
		exchange_fail(r, &err);
		link->close = true;
		return link_send(link);
	}
	if (link->server->settings.front)
		address_from_front(r);
	if (exchange_take_method(r, method, &err) != 0 || exchange_route(r, link->server->router, &err) != 0)
		return refuse_at_head(link, &err);
	if (exchange_gate_first(r) && link->server->queue != NULL)
		return give_work(link, LINK_GATE, gate_run, NULL);
	return expect_body(link);
}

static enum MHD_Result take_body(struct link *link, const char *data, size_t *size)
{
	struct web_request *r = &link->request;
	struct bytes piece = {(const uint8_t *)data, *size};
	struct err err;

	*size = 0;
	if (exchange_take_body(r, piece, &err) != 0) {
		exchange_fail(r, &err);
		link->swallow_max = swallow_most(r);
		atomic_store(&link->phase, LINK_SWALLOW);
	} else if (r->route->upload != NULL && r->body_size - link->watched >= WATCH_STEP) {
		link->watched = r->body_size;
		link_set_deadline(link, link->server->settings.body_ms);
	}
	return MHD_YES;
}

static void work_run(struct work *chain)
{
	struct web_request *requests[WORK_TOGETHER_MAX] = {NULL};
	size_t n = 0;

	for (struct work *work = chain; work != NULL; work = work->next)
		requests[n++] = &link_of_work(work)->request;
	if (n == 1)
		exchange_answer(requests[0]);
	else
		exchange_answer_together(requests, n);
	while (chain != NULL) {
		struct link *link = link_of_work(chain);

		chain = chain->next; /* what is resumed belongs to its loop */
		MHD_resume_connection(link->connection);
	}
}

static enum MHD_Result take_end(struct link *link)
{
	const struct route *route = link->request.route;

	link_set_deadline(link, 0);
	if (exchange_waits(&link->request) && link->server->queue != NULL)
		return give_work(link, LINK_WORK, work_run, route->together != NULL ? route : NULL);
	exchange_answer(&link->request);
	return link_send(link);
}

static enum MHD_Result swallow(struct link *link, size_t *size)
{
	if (*size == 0)
		return link_send(link);
	link->swallowed += *size;
	*size = 0;
	return link->swallowed <= link->swallow_max ? MHD_YES : MHD_NO;
}

enum MHD_Result link_on_access(void *server, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                               const char *data, size_t *size, void **context)
{
	struct link *link = *context;

	if (link == NULL)
		return MHD_NO;
	switch (atomic_load(&link->phase)) {
	case LINK_HEAD:
		return take_head(link, method, version);
	case LINK_GATE:
		return link->admitted ? expect_body(link) : send_at_head(link);
	case LINK_BODY:
		return *size > 0 ? take_body(link, data, size) : take_end(link);
	case LINK_SWALLOW:
		return swallow(link, size);
	case LINK_WORK:
		return link_send(link);
	case LINK_REPLY:
		return MHD_YES;
	case LINK_IDLE:
		break;
	}
	return MHD_NO;
}
