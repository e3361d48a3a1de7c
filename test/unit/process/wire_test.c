/* The asking and the answering side against each other over real sockets: many threads, batches, torn and broken frames, dead peers. */
#include "call.h"
#include "line.h"
#include "log.h"
#include "serve.h"
#include "spawn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/sockios.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT_MS 300000 /* only a test that hangs gets there */

enum { ECHO = 1, REFUSE, KEEP, BUSY, LARGE, HUGE_REPLY };

static const struct message table[] = {
    {ECHO, "echo", 4096, 4096}, {REFUSE, "refuse", 16, 16},   {KEEP, "keep", 16, 16},
    {BUSY, "busy", 16, 16},     {LARGE, "large", 4, 1 << 20}, {HUGE_REPLY, "huge", 65536, 4},
};
#define ROWS (sizeof(table) / sizeof(table[0]))

struct server {
	struct serve *serve;
	pthread_t thread;
	char path[64];
	atomic_size_t largest_batch, batches, ticks;
	struct request kept[4];
	atomic_size_t kept_count;
	sem_t busy, go; /* of BUSY: it has begun, and may end */
	int result;
};

static void answer_one(struct server *server, struct request *r)
{
	static const uint8_t zeros[1 << 20];

	switch (r->type) {
	case REFUSE:
		r->result = err_set(&r->err, HF_ORDER_SAME_PERSON, "door %d", *(const int *)r->door_ctx);
		return;
	case KEEP:
		server->kept[server->kept_count] = *r;
		server->kept_count++;
		r->kept = true;
		return;
	case BUSY:
		sem_post(&server->busy);
		sem_wait(&server->go);
		break;
	case LARGE:
		r->result = buf_append(&r->reply, BYTES_ARRAY(zeros), &r->err);
		return;
	default:
		break;
	}
	r->result = buf_append(&r->reply, r->body, &r->err);
}

static void answer_batch(void *ctx, struct request **batch, size_t n)
{
	struct server *server = ctx;

	server->batches++;
	if (n > server->largest_batch)
		server->largest_batch = n;
	for (size_t i = 0; i < n; i++)
		answer_one(server, batch[i]);
}

static void count_tick(void *ctx)
{
	struct server *server = ctx;

	server->ticks++;
}

static void *server_main(void *ctx)
{
	struct server *server = ctx;
	struct err err;

	server->result = serve_run(server->serve, 32, &err);
	return NULL;
}

static const int door = 7;

static struct server *server_new(void)
{
	struct server *server = calloc(1, sizeof(*server));
	struct err err;
	int fd;

	sem_init(&server->busy, 0, 0);
	sem_init(&server->go, 0, 0);
	snprintf(server->path, sizeof(server->path), "/tmp/hufu-wire-%d.sock", getpid());
	fd = socket_listen_unix(server->path, 0600, &err);
	assert_true(fd >= 0);
	assert_int_equal(serve_new(&server->serve, answer_batch, count_tick, 5, server, &err), 0);
	assert_int_equal(serve_add_listener(server->serve, fd, table, ROWS, &door, &err), 0);
	assert_int_equal(pthread_create(&server->thread, NULL, server_main, server), 0);
	return server;
}

static void server_end(struct server *server)
{
	serve_stop(server->serve);
	pthread_join(server->thread, NULL);
	assert_int_equal(server->result, 0);
	serve_free(&server->serve);
	unlink(server->path);
	sem_destroy(&server->busy);
	sem_destroy(&server->go);
	free(server);
}

static int set_up(void **state)
{
	*state = server_new();
	return 0;
}

static int tear_down(void **state)
{
	server_end(*state);
	return 0;
}

static struct call *connected(const struct server *server)
{
	struct call *c;
	struct err err;

	assert_int_equal(call_connect(&c, server->path, &err), 0);
	return c;
}

static enum err_code code_of(struct call *c, uint16_t type, struct bytes body, int timeout_ms)
{
	struct buf answer;
	struct err err = {0};

	buf_init(&answer, 1 << 20);
	(void)!call_ask(c, type, body, &answer, timeout_ms, &err);
	buf_free(&answer);
	return err.code;
}

static void test_answers_and_faults(void **state)
{
	struct call *c = connected(*state);
	static uint8_t body[65536];
	struct buf answer;
	struct err err;

	buf_init(&answer, 64);
	assert_int_equal(call_ask(c, ECHO, BYTES_LITERAL("hello"), &answer, WAIT_MS, &err), 0);
	assert_true(bytes_is_text(buf_get(&answer), "hello"));
	buf_free(&answer);
	assert_int_equal(call_ask(c, REFUSE, BYTES_NONE, &answer, WAIT_MS, &err), -1);
	assert_int_equal(err.code, HF_ORDER_SAME_PERSON);
	assert_string_equal(err.text, "door 7");
	assert_int_equal(code_of(c, 99, BYTES_NONE, WAIT_MS), HF_MESSAGE_UNKNOWN);
	assert_int_equal(code_of(c, REFUSE, (struct bytes){body, 17}, WAIT_MS), HF_MESSAGE_SIZE);
	assert_int_equal(code_of(c, HUGE_REPLY, (struct bytes){body, 5}, WAIT_MS), HF_LIMIT);
	assert_int_equal(code_of(c, HUGE_REPLY, (struct bytes){body, 4}, WAIT_MS), HF_NONE);
	assert_int_equal(code_of(c, ECHO, (struct bytes){body, 4096}, WAIT_MS), HF_NONE);
	call_free(&c);
	assert_null(c);
	call_free(&c);
}

struct asker {
	struct call *c;
	pthread_t thread;
	unsigned number, rounds;
	unsigned wrong;
};

static void *ask_often(void *ctx)
{
	struct asker *a = ctx;

	for (unsigned i = 0; i < a->rounds; i++) {
		struct buf answer;
		struct err err;
		char text[32];

		snprintf(text, sizeof(text), "%u/%u", a->number, i);
		buf_init(&answer, 64);
		if (call_ask(a->c, ECHO, bytes_text(text), &answer, WAIT_MS, &err) || !bytes_is_text(buf_get(&answer), text))
			a->wrong++;
		buf_free(&answer);
	}
	return NULL;
}

static void test_many_threads_on_two_connections(void **state)
{
	struct call *c[2] = {connected(*state), connected(*state)};
	struct asker askers[16];

	for (unsigned i = 0; i < 16; i++) {
		askers[i] = (struct asker){.c = c[i % 2], .number = i, .rounds = 200};
		assert_int_equal(pthread_create(&askers[i].thread, NULL, ask_often, &askers[i]), 0);
	}
	for (unsigned i = 0; i < 16; i++) {
		pthread_join(askers[i].thread, NULL);
		assert_int_equal(askers[i].wrong, 0);
	}
	call_free(&c[0]);
	call_free(&c[1]);
}

static void test_many_at_once_become_batches(void **state)
{
	struct server *server = *state;
	struct call *c = connected(server);
	struct call_item items[100];
	char texts[100][8];
	struct err err;

	for (size_t i = 0; i < 100; i++) {
		snprintf(texts[i], sizeof(texts[i]), "n%zu", i);
		items[i] = (struct call_item){.type = ECHO, .body = bytes_text(texts[i])};
		buf_init(&items[i].answer, 8);
	}
	items[50].type = REFUSE;
	assert_int_equal(call_ask_many(c, items, 100, WAIT_MS, &err), -1);
	assert_int_equal(err.code, HF_ORDER_SAME_PERSON);
	for (size_t i = 0; i < 100; i++) {
		assert_int_equal(items[i].result, i == 50 ? -1 : 0);
		if (i != 50)
			assert_true(bytes_is_text(buf_get(&items[i].answer), texts[i]));
		buf_free(&items[i].answer);
	}
	assert_true(server->largest_batch > 1);
	assert_true(server->largest_batch <= 32);
	assert_int_equal(call_ask_many(c, NULL, 0, WAIT_MS, &err), 0);
	call_free(&c);
}

static void test_large_answers_are_taken_as_they_come(void **state)
{
	struct call *c = connected(*state);
	struct call_item items[16];
	struct err err;

	for (size_t i = 0; i < 16; i++) {
		items[i] = (struct call_item){.type = LARGE};
		buf_init(&items[i].answer, 1 << 20);
	}
	assert_int_equal(call_ask_many(c, items, 16, WAIT_MS, &err), 0);
	for (size_t i = 0; i < 16; i++) {
		assert_int_equal(items[i].answer.size, 1 << 20);
		buf_free(&items[i].answer);
	}
	call_free(&c);
}

static void *ask_kept(void *ctx)
{
	struct asker *a = ctx;

	a->wrong = (unsigned)code_of(a->c, KEEP, BYTES_LITERAL("later"), WAIT_MS);
	return NULL;
}

static void wait_for(atomic_size_t *count, size_t wanted)
{
	for (int i = 0; i < WAIT_MS && *count < wanted; i++)
		usleep(1000);
	assert_true(*count >= wanted);
}

static void test_kept_requests_are_answered_later(void **state)
{
	struct server *server = *state;
	struct call *c = connected(server);
	struct asker askers[2] = {{.c = c}, {.c = c}};
	struct err fault;

	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(pthread_create(&askers[i].thread, NULL, ask_kept, &askers[i]), 0);
		wait_for(&server->kept_count, i + 1);
	}
	assert_int_equal(code_of(c, ECHO, BYTES_LITERAL("x"), WAIT_MS), HF_NONE);
	err_set(&fault, HF_QUOTA, "not today");
	serve_answer(server->serve, server->kept[0].peer, KEEP, server->kept[0].id, BYTES_LITERAL("now"));
	serve_refuse(server->serve, server->kept[1].peer, KEEP, server->kept[1].id, &fault);
	serve_answer(server->serve, 123456, KEEP, 1, BYTES_LITERAL("nobody"));
	for (size_t i = 0; i < 2; i++)
		pthread_join(askers[i].thread, NULL);
	assert_int_equal(askers[0].wrong, HF_NONE);
	assert_int_equal(askers[1].wrong, HF_QUOTA);
	call_free(&c);
}

static void test_time_out_leaves_the_connection_usable(void **state)
{
	struct server *server = *state;
	struct call *c = connected(server);

	assert_int_equal(code_of(c, KEEP, BYTES_NONE, 30), HF_PEER_GONE);
	wait_for(&server->kept_count, 1);
	serve_answer(server->serve, server->kept[0].peer, KEEP, server->kept[0].id, BYTES_LITERAL("too late"));
	assert_int_equal(code_of(c, ECHO, BYTES_LITERAL("x"), WAIT_MS), HF_NONE);
	call_free(&c);
}

static void test_ticks(void **state)
{
	struct server *server = *state;

	wait_for(&server->ticks, 3);
}

static int raw_connection(const struct server *server)
{
	struct err err;
	int fd = socket_connect_unix(server->path, &err);

	assert_true(fd >= 0);
	return fd;
}

/* Takes what comes until the other side ends the connection. */
static void read_to_end(int fd)
{
	char piece[4096];

	while (recv(fd, piece, sizeof(piece), 0) > 0)
		;
}

/* Whether the other side has not read all yet. */
static bool unread(int fd)
{
	int size;

	assert_int_equal(ioctl(fd, SIOCOUTQ, &size), 0);
	return size > 0;
}

static void test_torn_frame_arrives_whole(void **state)
{
	static const uint8_t frame[] = {0, 0, 0, 14, 0, ECHO, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 'o', 'k'};
	uint8_t answer[sizeof(frame)];
	int fd = raw_connection(*state);

	for (size_t i = 0; i < sizeof(frame); i++) {
		assert_int_equal(send(fd, frame + i, 1, 0), 1);
		while (unread(fd))
			sched_yield();
	}
	assert_int_equal(recv(fd, answer, sizeof(answer), MSG_WAITALL), sizeof(answer));
	assert_memory_equal(answer + 8, frame + 8, sizeof(frame) - 8);
	assert_int_equal(answer[7], FRAME_FLAG_ANSWER);
	close(fd);
}

static void assert_ended_by(const struct server *server, const void *frame, size_t size)
{
	int fd = raw_connection(server);

	assert_int_equal(send(fd, frame, size, 0), size);
	read_to_end(fd);
	close(fd);
}

static void test_broken_frames_end_the_connection(void **state)
{
	static const uint8_t size[] = {0, 0, 0, 3, 0, ECHO, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5};
	static const uint8_t answer[] = {0, 0, 0, 12, 0, ECHO, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5};
	static const uint8_t too_large[] = {0, 4, 0, 0, 0, ECHO, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5};
	struct call *c;

	assert_ended_by(*state, size, sizeof(size));
	assert_ended_by(*state, answer, sizeof(answer));
	assert_ended_by(*state, too_large, sizeof(too_large));
	c = connected(*state);
	assert_int_equal(code_of(c, ECHO, BYTES_LITERAL("still there"), WAIT_MS), HF_NONE);
	call_free(&c);
}

/* A peer that asks for much and takes nothing is stopped by back-pressure and holds up nobody. */
static void test_peer_that_does_not_read(void **state)
{
	static const uint8_t frame[] = {0, 0, 0, 12, 0, LARGE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5};
	int fd = raw_connection(*state);
	size_t sent = 0;
	struct call *c;

	while (sent < 100000 && send(fd, frame, sizeof(frame), MSG_DONTWAIT) == (ssize_t)sizeof(frame))
		sent++;
	c = connected(*state);
	for (int i = 0; i < 20; i++)
		assert_int_equal(code_of(c, ECHO, BYTES_LITERAL("x"), WAIT_MS), HF_NONE);
	call_free(&c);
	close(fd);
}

/* More than are looked at in one round, all while the server is busy. */
static void test_many_connections_end_at_once(void **state)
{
	static const uint8_t busy[] = {0, 0, 0, 12, 0, BUSY, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5};
	struct server *server = *state;
	struct call *c = connected(server);
	int fds[200];

	for (size_t i = 0; i < 200; i++) {
		fds[i] = raw_connection(server);
		assert_int_equal(code_of(c, ECHO, BYTES_LITERAL("x"), WAIT_MS), HF_NONE); /* it is taken up */
	}
	assert_int_equal(send(fds[0], busy, sizeof(busy), 0), sizeof(busy));
	sem_wait(&server->busy);
	for (size_t i = 0; i < 200; i++)
		close(fds[i]);
	sem_post(&server->go);
	assert_int_equal(code_of(c, ECHO, BYTES_LITERAL("x"), WAIT_MS), HF_NONE);
	call_free(&c);
}

static void test_broken_answers_end_the_call(void **state)
{
	struct call *c;
	struct err err;
	int fds[2];

	assert_int_equal(socket_pair(fds, &err), 0);
	assert_int_equal(call_new(&c, fds[0], &err), 0);
	assert_int_equal(send(fds[1], "\0\0\0\1abcdefghijklmnop", 20, 0), 20);
	assert_int_equal(code_of(c, ECHO, BYTES_NONE, WAIT_MS), HF_PEER_GONE);
	read_to_end(fds[1]);
	call_free(&c);
	close(fds[1]);
}

static void test_peer_killed_while_asked(void **state)
{
	struct asker a = {.wrong = 0};
	uint8_t request[FRAME_HEADER_SIZE];
	struct err err;
	int fds[2];

	assert_int_equal(socket_pair(fds, &err), 0);
	assert_int_equal(call_new(&a.c, fds[0], &err), 0);
	assert_int_equal(pthread_create(&a.thread, NULL, ask_kept, &a), 0);
	assert_int_equal(recv(fds[1], request, sizeof(request), MSG_WAITALL), sizeof(request));
	close(fds[1]);
	pthread_join(a.thread, NULL);
	assert_int_equal(a.wrong, HF_PEER_GONE);
	assert_int_equal(code_of(a.c, ECHO, BYTES_NONE, WAIT_MS), HF_PEER_GONE);
	call_free(&a.c);
}

/* For good, also where it could connect again. */
static void test_ended_while_asked(void **state)
{
	struct asker a = {.c = connected(*state)};

	assert_int_equal(pthread_create(&a.thread, NULL, ask_kept, &a), 0);
	usleep(20000);
	call_end(a.c);
	pthread_join(a.thread, NULL);
	assert_int_equal(a.wrong, HF_PEER_GONE);
	assert_int_equal(code_of(a.c, ECHO, BYTES_NONE, WAIT_MS), HF_PEER_GONE);
	call_free(&a.c);
}

static void test_connects_again(void **state)
{
	struct server *server = server_new();
	struct call *c = connected(server);

	assert_int_equal(code_of(c, ECHO, BYTES_LITERAL("x"), WAIT_MS), HF_NONE);
	server_end(server);
	assert_int_equal(code_of(c, ECHO, BYTES_LITERAL("x"), 20), HF_PEER_GONE);
	server = server_new();
	assert_int_equal(code_of(c, ECHO, BYTES_LITERAL("x"), WAIT_MS), HF_NONE);
	call_free(&c);
	server_end(server);
}

struct operator
{
	int line;
	const char *path;
	pthread_t thread;
};

/* What hufud does with a line. */
static void *operate_line(void *ctx)
{
	struct operator* o = ctx;
	struct pollfd polled = {.fd = o->line, .events = POLLIN};
	unsigned asked = 0;
	int more;

	while (poll(&polled, 1, -1) >= 0 && (more = line_asked(o->line)) >= 0) {
		struct err err;

		/* The second question finds no connection. */
		if (more && line_answer(o->line, ++asked == 2 ? -1 : socket_connect_unix(o->path, &err), &err))
			break;
	}
	close(o->line);
	return NULL;
}

static void test_line_gives_connections(void **state)
{
	struct server *server = *state;
	struct operator o = {.path = server->path};
	struct call *first, *second;
	struct err err;
	int ends[2];

	assert_int_equal(line_pair(ends, &err), 0);
	o.line = ends[1];
	assert_int_equal(pthread_create(&o.thread, NULL, operate_line, &o), 0);
	assert_int_equal(call_line(&first, ends[0], &err), 0);
	assert_int_equal(call_line(&second, ends[0], &err), -1);
	assert_int_equal(err.code, HF_PEER_GONE);
	assert_int_equal(call_line(&second, ends[0], &err), 0);
	assert_int_equal(code_of(first, ECHO, BYTES_LITERAL("x"), WAIT_MS), HF_NONE);
	assert_int_equal(code_of(second, ECHO, BYTES_LITERAL("x"), WAIT_MS), HF_NONE);
	call_free(&first);
	call_free(&second);
	close(ends[0]);
	pthread_join(o.thread, NULL);
}

static void test_serve_ends_with_its_last_peer(void **state)
{
	struct server server = {0};
	struct err err;
	int fds[2];

	assert_int_equal(socket_pair(fds, &err), 0);
	assert_int_equal(serve_new(&server.serve, answer_batch, NULL, 0, &server, &err), 0);
	assert_int_equal(serve_add_peer(server.serve, fds[0], table, ROWS, &door, &err), 0);
	close(fds[1]);
	assert_int_equal(serve_run(server.serve, 4, &err), 0);
	serve_free(&server.serve);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_answers_and_faults, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_many_threads_on_two_connections, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_many_at_once_become_batches, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_large_answers_are_taken_as_they_come, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_kept_requests_are_answered_later, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_time_out_leaves_the_connection_usable, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_ticks, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_torn_frame_arrives_whole, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_broken_frames_end_the_connection, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_peer_that_does_not_read, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_many_connections_end_at_once, set_up, tear_down),
	    cmocka_unit_test(test_broken_answers_end_the_call),
	    cmocka_unit_test(test_peer_killed_while_asked),
	    cmocka_unit_test_setup_teardown(test_ended_while_asked, set_up, tear_down),
	    cmocka_unit_test(test_connects_again),
	    cmocka_unit_test_setup_teardown(test_line_gives_connections, set_up, tear_down),
	    cmocka_unit_test(test_serve_ends_with_its_last_peer),
	};

	log_start("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
