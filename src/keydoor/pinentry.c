/* One run of a pinentry program: started for one window, spoken to by Assuan lines, ended. */
#include "pinentry.h"

#include "assuan.h"
#include "clock.h"
#include "file.h"
#include "spawn.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define INPUT_SIZE 2048 /* more than the longest line of Assuan */
#define END_MS 500

struct pinentry {
	pid_t pid;
	int fd;
	const struct recall *recall;
	int64_t until;       /* clock_monotonic_ms */
	struct secret input; /* may hold a PIN */
	size_t have, taken;  /* bytes in input; of them the line handed out last, with its line feed */
};

static int fill_input(struct pinentry *p, struct err *err)
{
	struct pollfd wait[2] = {{.fd = p->fd, .events = POLLIN}, {.fd = p->recall->told, .events = POLLIN}};
	int64_t left = p->until - clock_monotonic_ms();
	ssize_t n;

	if (p->have == p->input.size)
		return err_set(err, HF_WINDOW_FAILED, "pinentry: a line without end");
	if (left <= 0 || poll(wait, 2, (int)left) == 0)
		return err_set(err, HF_WINDOW_TIME_OUT, "pinentry: no answer in time");
	if (recall_check(p->recall, err) != 0)
		return -1;
	n = read(p->fd, p->input.data + p->have, p->input.size - p->have);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0)
		return err_set(err, HF_WINDOW_FAILED, "pinentry ended before it answered");
	p->have += (size_t)n;
	return 0;
}

/* Lends the next line until the next call. */
static int take_line(struct pinentry *p, struct bytes *line, struct err *err)
{
	uint8_t *end;

	memmove(p->input.data, p->input.data + p->taken, p->have - p->taken);
	p->have -= p->taken;
	secret_wipe(p->input.data + p->have, p->input.size - p->have);
	p->taken = 0;
	while ((end = memchr(p->input.data, '\n', p->have)) == NULL)
		if (fill_input(p, err) != 0)
			return -1;
	*line = (struct bytes){p->input.data, (size_t)(end - p->input.data)};
	p->taken = line->size + 1;
	return 0;
}

static int keep_data(struct bytes text, struct secret *answer, struct err *err)
{
	struct secret escaped;
	size_t size = text.size;
	int rc;

	if (answer->size > 0)
		return err_set(err, HF_WINDOW_FAILED, "pinentry: more than one line of data");
	if (text.size == 0)
		return 0;
	if (secret_copy(&escaped, text, err) != 0)
		return -1;
	rc = assuan_unescape(escaped.data, &size, err);
	if (rc == 0)
		rc = secret_copy(answer, (struct bytes){escaped.data, size}, err);
	secret_free(&escaped);
	return rc;
}

/* Reads until OK or ERR; *code is 0 for OK. answer and repeated may be NULL where no data may come. */
static int take_answer(struct pinentry *p, uint32_t *code, struct secret *answer, bool *repeated, struct err *err)
{
	for (;;) {
		struct assuan_answer a;
		struct bytes line;

		if (take_line(p, &line, err) != 0 || assuan_read(&a, line, err) != 0)
			return -1;
		if (a.kind == ASSUAN_OK || a.kind == ASSUAN_ERR) {
			*code = a.kind == ASSUAN_OK ? 0 : a.code;
			if (a.kind == ASSUAN_ERR && a.code == 0)
				return err_set(err, HF_WINDOW_FAILED, "pinentry: an error without a code");
			return 0;
		}
		if (a.kind == ASSUAN_INQUIRE || (a.kind == ASSUAN_DATA && answer == NULL))
			return err_set(err, HF_WINDOW_FAILED, "pinentry asks or tells what it should not");
		if (a.kind == ASSUAN_DATA && keep_data(a.text, answer, err) != 0)
			return -1;
		if (a.kind == ASSUAN_STATUS && repeated != NULL && bytes_is_text(a.text, "PIN_REPEATED"))
			*repeated = true;
	}
}

static int send_line(struct pinentry *p, const char *command, const char *text, struct err *err)
{
	struct buf line;
	int rc;

	buf_init(&line, ASSUAN_LINE_MAX + 1);
	rc = assuan_write(&line, command, bytes_text(text), err);
	if (rc == 0 && file_write_all(p->fd, buf_get(&line), err) != 0)
		rc = err_set(err, HF_WINDOW_FAILED, "pinentry does not listen");
	buf_free(&line);
	return rc;
}

int pinentry_start(struct pinentry **out, const char *program, const char *const *env, const struct recall *recall, int wait_ms,
                   struct err *err)
{
	static const char *const no_args[] = {NULL};
	struct spawn child = {.program = program, .args = no_args, .env = env, .uid = (uid_t)-1, .gid = (gid_t)-1};
	struct pinentry *p = calloc(1, sizeof(*p));
	int pair[2] = {-1, -1};
	uint32_t code;

	*out = NULL;
	if (p == NULL)
		return err_set(err, HF_MEMORY, "pinentry");
	p->fd = -1;
	p->recall = recall;
	p->until = clock_monotonic_ms() + wait_ms;
	if (secret_new(&p->input, INPUT_SIZE, err) != 0 || socket_pair(pair, err) != 0)
		goto out;
	p->fd = pair[0];
	child.input = child.output = pair[1];
	if (spawn(&child, &p->pid, err) != 0)
		goto out;
	close(pair[1]);
	pair[1] = -1;
	if (take_answer(p, &code, NULL, NULL, err) != 0)
		goto out;
	if (code == 0) {
		*out = p;
		return 0;
	}
out:
	if (pair[1] >= 0)
		close(pair[1]);
	pinentry_end(&p);
	return err_set(err, HF_WINDOW_FAILED, "%s does not start", program);
}

int pinentry_offer(struct pinentry *p, const char *command, const char *text, bool *told, struct err *err)
{
	uint32_t code;

	if (send_line(p, command, text, err) != 0 || take_answer(p, &code, NULL, NULL, err) != 0)
		return -1;
	*told = code == 0;
	return 0;
}

int pinentry_set(struct pinentry *p, const char *command, const char *text, struct err *err)
{
	bool told;

	if (pinentry_offer(p, command, text, &told, err) != 0)
		return -1;
	return told ? 0 : err_set(err, HF_WINDOW_FAILED, "pinentry refuses %s", command);
}

int pinentry_ask(struct pinentry *p, const char *command, struct secret *answer, bool *repeated, struct err *err)
{
	uint32_t code;

	*repeated = false;
	if (send_line(p, command, NULL, err) != 0 || take_answer(p, &code, answer, repeated, err) != 0)
		goto failed;
	if (code == 0)
		return 0;
	if (code == ASSUAN_CODE_CANCELLED || code == ASSUAN_CODE_FULLY_CANCELLED || code == ASSUAN_CODE_NOT_CONFIRMED)
		(void)err_set(err, HF_WINDOW_REFUSED, "%s was answered no (%u)", command, code);
	else if (code == ASSUAN_CODE_TIME_OUT)
		(void)err_set(err, HF_WINDOW_TIME_OUT, "nobody answered %s", command);
	else
		(void)err_set(err, HF_WINDOW_FAILED, "pinentry: %s ends with error %u", command, code);
failed:
	secret_free(answer);
	return -1;
}

static void end_process(pid_t pid)
{
	int64_t until = clock_monotonic_ms() + END_MS;

	while (waitpid(pid, NULL, WNOHANG) == 0) {
		if (clock_monotonic_ms() > until) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
			return;
		}
		poll(NULL, 0, 5);
	}
}

void pinentry_end(struct pinentry **p)
{
	if (*p == NULL)
		return;
	if ((*p)->fd >= 0)
		close((*p)->fd); /* pinentry ends itself at the end of its input */
	if ((*p)->pid > 0)
		end_process((*p)->pid);
	secret_free(&(*p)->input);
	free(*p);
	*p = NULL;
}
