/* What comes between the gate and a window. */
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

/* A page of RIG_ALL asks for an order, and keydoor completes it; the connection and keydoor's next request, if any, are open then. */
static int ask_order(struct agent_rig *rig, int refusals)
{
	const struct route route = {.method = WEB_POST, .path = "/v1/sign/order"};
	const struct keydoor_complete_reply completed = {BYTES_LITERAL("{}")};
	struct agent_ask a = agent_ask_good(&route);
	struct frame request;
	int fd;

	a.body = "{\"container\":\"C\",\"draft\":{},\"key\":\"K\"}";
	fd = agent_ask_send(rig, &a);
	request = agent_rig_take(rig);
	assert_int_equal(request.type, KEYDOOR_COMPLETE_ORDER);
	/* The gate lies behind it: meanwhile the person refuses other windows of this origin. */
	for (int i = 0; i < refusals; i++)
		silence_refused(&rig->agent.silence, RIG_ROW_ALL);
	agent_rig_answer(rig, &request, &keydoor_complete_reply_body, &completed);
	return fd;
}

static void one_refusal_lets_the_next_window_open(void **state)
{
	struct agent_rig *rig = *state;
	char reply[REPLY_MAX];
	int fd = ask_order(rig, 1);
	struct frame request = agent_rig_take(rig);

	assert_int_equal(request.type, KEYDOOR_SIGN_ORDER);
	agent_rig_answer_fault(rig, &request, HF_KEY_ABSENT);
	assert_int_equal(web_receive(fd, reply, sizeof(reply)), 404);
	close(fd);
	silence_agreed(&rig->agent.silence, RIG_ROW_ALL);
}

static void a_request_on_its_way_opens_no_third_window(void **state)
{
	struct agent_rig *rig = *state;
	char reply[REPLY_MAX];
	int fd = ask_order(rig, 2);

	assert_int_equal(web_receive(fd, reply, sizeof(reply)), 429);
	assert_non_null(strstr(reply, "HF-4021"));
	assert_false(agent_rig_keydoor_heard(rig, 0));
	close(fd);
	silence_agreed(&rig->agent.silence, RIG_ROW_ALL);
}

/* Two windows that end this way silence the origin, or do not. */
static void end_windows(struct agent_rig *rig, enum err_code fault, bool silent)
{
	const struct route route = {.method = WEB_POST, .path = "/v1/enroll/key"};
	const struct keydoor_outcome_reply outcome = {.fault = fault, .tries = KEYDOOR_NO_TRIES};
	struct agent_ask a = agent_ask_good(&route);
	char reply[REPLY_MAX];
	struct err err;

	for (int i = 0; i < SILENCE_REFUSALS; i++) {
		int fd = agent_ask_send(rig, &a);
		struct frame request = agent_rig_take(rig);

		agent_rig_answer(rig, &request, &keydoor_outcome_reply_body, &outcome);
		assert_true(web_receive(fd, reply, sizeof(reply)) > 200);
		close(fd);
	}
	assert_int_equal(silence_check(&rig->agent.silence, RIG_ROW_ALL, &err), silent ? -1 : 0);
	silence_agreed(&rig->agent.silence, RIG_ROW_ALL);
}

static void refused_windows_silence_and_failed_ones_do_not(void **state)
{
	end_windows(*state, HF_WINDOW_REFUSED, true);
	end_windows(*state, HF_WINDOW_TIME_OUT, true);
	end_windows(*state, HF_WINDOW_FAILED, false);
	end_windows(*state, HF_ASKER_GONE, false);
	end_windows(*state, HF_KEY_ABSENT, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_refusal_lets_the_next_window_open),
	    cmocka_unit_test(a_request_on_its_way_opens_no_third_window),
	    cmocka_unit_test(refused_windows_silence_and_failed_ones_do_not),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
