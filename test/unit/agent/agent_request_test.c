/* What no call takes: the whole valid body of each route, and one member more. */
#include "agent_rig.h"
#include "keydoor_message.h"
#include "web_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#define REPLY_MAX 4096
#define HEX32 "000102030405060708090a0b0c0d0e0f"
#define IN_CONTAINER "\"container\":\"C\",\"key\":\"K\""

/* The members of each route's body, and what keydoor is asked then; 0: nothing. */
static const struct body_row {
	const char *path, *members;
	uint16_t asks;
} rows[] = {
    {"/v1/keys", "", KEYDOOR_LIST},
    {"/v1/enroll/key", "\"key\":\"K\"", KEYDOOR_MAKE_KEY},
    {"/v1/enroll/install", "\"application\":\"" HEX32 "\"," IN_CONTAINER ",\"encryption\":\"AA==\",\"envelope\":\"AA==\",\"sign\":\"AA==\"",
     KEYDOOR_INSTALL},
    {"/v1/sign/login", "\"challenge\":\"" HEX32 HEX32 "\"," IN_CONTAINER, KEYDOOR_SIGN_LOGIN},
    {"/v1/sign/order", IN_CONTAINER ",\"draft\":{}", KEYDOOR_COMPLETE_ORDER},
    {"/v1/pin/change", "\"key\":\"K\"", KEYDOOR_CHANGE_PIN},
    {"/v1/receipt", "\"order\":\"{}\",\"receipt\":\"{}\",\"signature\":\"AA==\"", 0},
    {"/v1/events", "", 0},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static int set_up(void **state)
{
	static struct agent_rig rig;

	agent_rig_begin(&rig);
	*state = &rig;
	return 0;
}

static int tear_down(void **state)
{
	agent_rig_end(*state);
	return 0;
}

static struct agent_ask ask_of(const struct body_row *row, const char *body)
{
	const struct route route = {.method = WEB_POST, .path = row->path};
	struct agent_ask a = agent_ask_good(&route);

	a.body = body;
	return a;
}

static void every_route_with_a_body_has_its_row(void **state)
{
	size_t posts = 0;

	for (size_t i = 0; i < agent_route_count; i++) {
		size_t found = 0;

		if (agent_routes[i].method != WEB_POST)
			continue;
		for (size_t j = 0; j < ROWS; j++)
			found += strcmp(rows[j].path, agent_routes[i].path) == 0;
		if (found != 1)
			fail_msg("%s has %zu rows", agent_routes[i].path, found);
		posts++;
	}
	assert_int_equal(posts, ROWS);
}

/* Without this the next test would prove nothing. */
static void the_whole_body_is_taken(void **state)
{
	struct agent_rig *rig = *state;
	char body[512], reply[REPLY_MAX];

	for (size_t i = 0; i < ROWS; i++) {
		(void)snprintf(body, sizeof(body), "{%s}", rows[i].members);
		struct agent_ask a = ask_of(&rows[i], body);

		if (rows[i].asks != 0) {
			int fd = agent_ask_send(rig, &a);
			struct frame request = agent_rig_take(rig);

			assert_int_equal(request.type, rows[i].asks);
			agent_rig_answer_fault(rig, &request, HF_KEY_ABSENT);
			assert_int_equal(web_receive(fd, reply, sizeof(reply)), 404);
			close(fd);
		} else if (strcmp(rows[i].path, "/v1/receipt") == 0) {
			agent_ask_expect(rig, &a, 400, "HF-2002", true); /* as a body it will do, as an order it does not */
		}                                                        /* events: events_test */
	}
}

static void no_call_takes_a_pin_a_path_a_library_an_address_or_a_hash(void **state)
{
	static const char *const more[] = {"\"pin\":\"123456\"", "\"path\":\"/etc/passwd\"", "\"library\":\"/tmp/x.so\"",
	                                   "\"url\":\"http://127.0.0.1/\"", "\"hash\":\"" HEX32 HEX32 "\""};
	char body[512];

	for (size_t i = 0; i < ROWS; i++)
		for (size_t j = 0; j < sizeof(more) / sizeof(more[0]); j++) {
			(void)snprintf(body, sizeof(body), "{%s%s%s}", rows[i].members, *rows[i].members != '\0' ? "," : "", more[j]);
			struct agent_ask a = ask_of(&rows[i], body);

			agent_ask_expect(*state, &a, 400, "HF-9011", true);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_route_with_a_body_has_its_row),
	    cmocka_unit_test(the_whole_body_is_taken),
	    cmocka_unit_test(no_call_takes_a_pin_a_path_a_library_an_address_or_a_hash),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
