/* Log lines stay one line of JSON whatever is logged. */
#include "log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_ROOM 4096

/* What the call writes to standard error. */
static void capture(char line[LINE_ROOM], enum log_level level, const char *event, const char *text)
{
	int pipe_fds[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe(pipe_fds), 0);
	dup2(pipe_fds[1], STDERR_FILENO);
	log_event(level, event, "%s", text);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(pipe_fds[1]);
	n = read(pipe_fds[0], line, LINE_ROOM - 1);
	line[n > 0 ? n : 0] = '\0';
	close(pipe_fds[0]);
}

static void test_text_is_escaped(void **state)
{
	char line[LINE_ROOM];

	capture(line, LOG_LEVEL_INFO, "a.b", "say \"虎\"\n\\");
	assert_memory_equal(line, "{\"time\":\"20", 11);
	assert_non_null(
	    strstr(line, "\"process\":\"test\",\"level\":\"info\",\"event\":\"a.b\",\"text\":\"say \\\"虎\\\"\\u000a\\\\\"}\n"));
	capture(line, LOG_LEVEL_INFO, "a.b", "bad \xff");
	assert_non_null(strstr(line, "\"text\":\"bad \\u00ff\"}\n"));
}

static void test_long_text_is_cut_but_closed(void **state)
{
	char line[LINE_ROOM], text[3000];

	memset(text, '\1', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	capture(line, LOG_LEVEL_INFO, "a.b", text);
	assert_string_equal(line + strlen(line) - 3, "\"}\n");
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void test_level_is_kept(void **state)
{
	char line[LINE_ROOM];

	capture(line, LOG_LEVEL_DEBUG, "a.b", "quiet");
	assert_string_equal(line, "");
}

/* A server goes on when the one who read its log is gone. */
static void test_reader_may_go(void **state)
{
	int pipe_fds[2], status;
	pid_t pid;

	assert_int_equal(pipe(pipe_fds), 0);
	close(pipe_fds[0]);
	pid = fork();
	if (pid == 0) {
		(void)signal(SIGPIPE, SIG_DFL);
		log_start("test", LOG_LEVEL_INFO);
		dup2(pipe_fds[1], STDERR_FILENO);
		log_info("a.b", "nobody hears it");
		_exit(0);
	}
	close(pipe_fds[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text_is_escaped),
	    cmocka_unit_test(test_long_text_is_cut_but_closed),
	    cmocka_unit_test(test_level_is_kept),
	    cmocka_unit_test(test_reader_may_go),
	};

	log_start("test", LOG_LEVEL_INFO);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
