/* The streams of events: who hears, how many, and when a stream ends. */
#include "agent_rig.h"
#include "keydoor_message.h"
#include "set_clock.h"
#include "web_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <unistd.h>

#define STREAM_MAX 8192
#define KEYS "{\"event\":\"keys\"}\n"
#define ALIVE "{\"event\":\"alive\"}\n"
#define END "\r\n0\r\n\r\n" /* of a chunked body */

static int set_up(void **state)
{
	static struct agent_rig rig;
	struct err err;

	agent_rig_begin(&rig);
	assert_int_equal(events_new(&rig.agent.events, rig.agent.keydoor, rig.agent.origins, &rig.agent.silence, &err), 0);
	*state = &rig;
	return 0;
}

static int close_streams(void **state)
{
	struct agent_rig *rig = *state;

	events_close(rig->agent.events);
	return 0;
}

static const struct route events_route = {.method = WEB_POST, .path = "/v1/events"};

static struct agent_ask listening(const char *origin)
{
	struct agent_ask a = agent_ask_good(&events_route);

	a.origin = origin;
	a.body = "{}";
	return a;
}

/* One stream as a page reads it. */
struct stream {
	int fd;
	size_t size;
	char text[STREAM_MAX];
};

/* Reads until the text is there. */
static void read_until(struct stream *s, const char *wanted)
{
	while (strstr(s->text, wanted) == NULL) {
		struct pollfd wait = {.fd = s->fd, .events = POLLIN};
		ssize_t n = poll(&wait, 1, 10000) == 1 ? read(s->fd, s->text + s->size, sizeof(s->text) - 1 - s->size) : 0;

		if (n <= 0)
			fail_msg("the stream has no %s: %s", wanted, s->text);
		s->size += (size_t)n;
		s->text[s->size] = '\0';
	}
}

static void listen_as(const struct agent_rig *rig, const char *origin, struct stream *s)
{
	struct agent_ask a = listening(origin);

	memset(s, 0, sizeof(*s));
	s->fd = agent_ask_send(rig, &a);
	read_until(s, ALIVE);
	assert_non_null(strstr(s->text, "HTTP/1.1 200 "));
}

/* keydoor says that keys came or went. */
static void tell_keys(struct agent_rig *rig)
{
	static uint32_t seen;
	const struct keydoor_wait_reply reply = {++seen};
	struct frame request = agent_rig_take(rig);

	assert_int_equal(request.type, KEYDOOR_WAIT);
	agent_rig_answer(rig, &request, &keydoor_wait_reply_body, &reply);
}

static void expect_ended_untold(struct stream *s)
{
	read_until(s, END);
	assert_null(strstr(s->text, KEYS));
	close(s->fd);
}

static void expect_told(struct stream *s)
{
	read_until(s, KEYS);
	close(s->fd);
}

static void a_silenced_origin_hears_no_more(void **state)
{
	struct agent_rig *rig = *state;
	static struct stream all, login;

	listen_as(rig, RIG_ALL, &all);
	listen_as(rig, RIG_LOGIN, &login);
	silence_refused(&rig->agent.silence, RIG_ROW_ALL);
	silence_refused(&rig->agent.silence, RIG_ROW_ALL);
	tell_keys(rig);
	expect_told(&login);
	expect_ended_untold(&all);
	silence_agreed(&rig->agent.silence, RIG_ROW_ALL);
}

static void a_list_that_ends_ends_its_streams(void **state)
{
	struct agent_rig *rig = *state;
	static struct stream s;

	listen_as(rig, RIG_ALL, &s);
	clock_add(RIG_LIST_LIFE + 1);
	tell_keys(rig);
	expect_ended_untold(&s);
	clock_add(-RIG_LIST_LIFE - 1);
}

/* Pages that are gone are noticed by what is written to them. */
static void wait_for_a_place(struct agent_rig *rig, struct stream *s)
{
	struct agent_ask a = listening(RIG_ALL);

	for (int i = 0; i < 1000; i++) {
		memset(s, 0, sizeof(*s));
		s->fd = agent_ask_send(rig, &a);
		read_until(s, "\r\n\r\n");
		if (strstr(s->text, "HTTP/1.1 200 ") != NULL)
			return;
		close(s->fd);
		tell_keys(rig);
		(void)poll(NULL, 0, 5);
	}
	fail_msg("the place of a page that went away is never free");
}

static void so_many_listen_and_one_that_goes_makes_place(void **state)
{
	struct agent_rig *rig = *state;
	static struct stream streams[EVENTS_LISTENERS_MAX], one_more;
	struct agent_ask a = listening(RIG_ALL);
	char reply[STREAM_MAX];

	for (size_t i = 0; i < EVENTS_LISTENERS_MAX; i++)
		listen_as(rig, RIG_ALL, &streams[i]);
	assert_int_equal(agent_ask_get(rig, &a, reply, sizeof(reply)), 429);
	assert_non_null(strstr(reply, "HF-8006"));
	assert_non_null(strstr(reply, "Access-Control-Allow-Origin: " RIG_ALL "\r\n"));
	close(streams[0].fd);
	wait_for_a_place(rig, &one_more);
	tell_keys(rig);
	expect_told(&one_more);
	for (size_t i = 1; i < EVENTS_LISTENERS_MAX; i++)
		expect_told(&streams[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(so_many_listen_and_one_that_goes_makes_place, close_streams),
	    cmocka_unit_test_teardown(a_silenced_origin_hears_no_more, close_streams),
	    cmocka_unit_test_teardown(a_list_that_ends_ends_its_streams, close_streams),
	};

	/* The thread of events ends with the process, and what it uses too. */
	return cmocka_run_group_tests(tests, set_up, NULL);
}
