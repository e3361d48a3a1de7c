/* pinentry-script: answers keydoor's windows from a plan, for tests and demonstrations. Never installed.
 *
 * The plan is $XDG_RUNTIME_DIR/hufu-pinentry.plan, lines of words separated by blanks; what is answered is taken out of it:
 *   pin KEY PIN      the PIN of the key with this serial number; follows the changes that this program answered
 *   new KEY PIN      the next new PIN for it
 *   wrong KEY N      the next N windows for its PIN get a wrong one
 *   code CODE        what the next window about the paper is told
 *   refuse N         the next N windows are refused
 *   late N           the next N windows tell that nobody answered in time
 *   wait N           each window is answered only after N milliseconds; the newest such line counts
 * Every window is appended to $XDG_RUNTIME_DIR/hufu-pinentry.log with its words and whether it was answered, without any PIN. */
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1000 /* as the real one: a longer line ends it */
#define PLAN_MAX 65536
#define ROWS_MAX 256
#define ERR_CANCELLED "ERR 83886179 Operation cancelled <Pinentry>"
#define ERR_TIME_OUT "ERR 83886142 Timeout <Pinentry>"

struct row {
	char word[3][128];
};

struct plan {
	int fd;
	struct row rows[ROWS_MAX];
	size_t count;
};

struct window {
	char description[4 * LINE_MAX_BYTES], prompt[LINE_MAX_BYTES], error[LINE_MAX_BYTES];
	bool repeat;
};

static void path_of(const char *name, char path[512])
{
	const char *folder = getenv("XDG_RUNTIME_DIR");

	(void)snprintf(path, 512, "%s/%s", folder != NULL ? folder : "/nowhere", name);
}

/* ---- the plan ---- */

static bool plan_open(struct plan *plan)
{
	static char text[PLAN_MAX];
	char path[512], *line, *rest = text;
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	ssize_t n;

	path_of("hufu-pinentry.plan", path);
	plan->count = 0;
	plan->fd = open(path, O_RDWR | O_CLOEXEC);
	if (plan->fd < 0 || fcntl(plan->fd, F_SETLKW, &lock) != 0)
		return false;
	n = read(plan->fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	while ((line = strsep(&rest, "\n")) != NULL && plan->count < ROWS_MAX) {
		struct row *row = &plan->rows[plan->count];

		memset(row, 0, sizeof(*row));
		if (sscanf(line, "%127s %127s %127s", row->word[0], row->word[1], row->word[2]) >= 2)
			plan->count++;
	}
	return true;
}

static void plan_close(struct plan *plan)
{
	if (plan->fd < 0)
		return;
	if (ftruncate(plan->fd, 0) == 0 && lseek(plan->fd, 0, SEEK_SET) == 0)
		for (size_t i = 0; i < plan->count; i++)
			if (plan->rows[i].word[0][0] != '\0')
				(void)dprintf(plan->fd, "%s %s %s\n", plan->rows[i].word[0], plan->rows[i].word[1], plan->rows[i].word[2]);
	(void)close(plan->fd);
	plan->fd = -1;
}

/* The first row of a kind; key: only one whose key the description names. */
static struct row *find(struct plan *plan, const char *kind, const char *description)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct row *row = &plan->rows[i];

		if (strcmp(row->word[0], kind) == 0 && (description == NULL || strstr(description, row->word[1]) != NULL))
			return row;
	}
	return NULL;
}

/* Counts a row down; false when there is none or it is at its end. */
static bool count_down(struct row *row, int word)
{
	long left = row != NULL ? strtol(row->word[word], NULL, 10) : 0;

	if (left <= 0)
		return false;
	(void)snprintf(row->word[word], sizeof(row->word[word]), "%ld", left - 1);
	return true;
}

/* ---- the answers ---- */

__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vprintf(format, args);
	va_end(args);
	(void)fflush(stdout);
}

static void write_log(const char *command, const struct window *w, bool answered)
{
	char path[512];
	FILE *log;

	path_of("hufu-pinentry.log", path);
	log = fopen(path, "ae");
	if (log == NULL)
		return;
	(void)fprintf(log, "%s%s %s\n%s\n[%s]%s%s\n\n", command, w->repeat ? " twice" : "", answered ? "answered" : "refused",
	              w->description, w->prompt, w->error[0] != '\0' ? " error: " : "", w->error);
	(void)fclose(log);
}

/* What is typed into the field, or NULL: nothing is planned. */
static const char *answer_of(struct plan *plan, const struct window *w, char kept[128])
{
	struct row *pin = find(plan, "pin", w->description), *row;
	bool code = strstr(w->prompt, "末六位") != NULL || strstr(w->prompt, "Last six") != NULL;

	row = code ? find(plan, "code", NULL) : w->repeat ? find(plan, "new", w->description) : pin;
	if (!code && !w->repeat && count_down(find(plan, "wrong", w->description), 2))
		return "wrong-pin";
	if (row == NULL)
		return NULL;
	(void)snprintf(kept, 128, "%s", row->word[code ? 1 : 2]);
	if (code || w->repeat)
		row->word[0][0] = '\0'; /* used */
	if (w->repeat && pin != NULL)
		memcpy(pin->word[2], kept, 128);
	return kept;
}

static void show(const char *command, const struct window *w)
{
	bool field = strcmp(command, "GETPIN") == 0, refused, late;
	struct plan plan;
	char kept[128];
	const char *answer = NULL;
	int wait_ms = 0;

	refused = !plan_open(&plan);
	late = !refused && count_down(find(&plan, "late", NULL), 1);
	refused = refused || late || count_down(find(&plan, "refuse", NULL), 1);
	for (size_t i = 0; i < plan.count; i++)
		if (!refused && strcmp(plan.rows[i].word[0], "wait") == 0)
			wait_ms = (int)strtol(plan.rows[i].word[1], NULL, 10);
	if (!refused && field)
		answer = answer_of(&plan, w, kept);
	plan_close(&plan);
	refused = refused || (field && answer == NULL);
	write_log(command, w, !refused);
	(void)poll(NULL, 0, wait_ms);
	if (refused) {
		tell("%s\n", late ? ERR_TIME_OUT : ERR_CANCELLED);
		return;
	}
	if (field && w->repeat)
		tell("S PIN_REPEATED\n");
	if (field)
		tell("D %s\n", answer);
	tell("OK\n");
}

static void unescape(char *to, size_t size, const char *from)
{
	size_t n = 0;
	unsigned byte;

	while (*from != '\0' && n + 1 < size) {
		if (*from == '%' && sscanf(from + 1, "%2x", &byte) == 1) {
			to[n++] = (char)byte;
			from += 3;
		} else {
			to[n++] = *from++;
		}
	}
	to[n] = '\0';
}

int main(void)
{
	static struct window w;
	char line[LINE_MAX_BYTES + 2];

	tell("OK Pleased to meet you\n");
	while (fgets(line, sizeof(line), stdin) != NULL) {
		char *text;

		if (strchr(line, '\n') == NULL)
			return 1;
		line[strcspn(line, "\n")] = '\0';
		text = strchr(line, ' ');
		if (text != NULL)
			*text++ = '\0';
		if (strcmp(line, "GETPIN") == 0 || strcmp(line, "CONFIRM") == 0) {
			show(line, &w);
			continue;
		}
		if (strcmp(line, "SETDESC") == 0)
			unescape(w.description, sizeof(w.description), text != NULL ? text : "");
		if (strcmp(line, "SETPROMPT") == 0)
			unescape(w.prompt, sizeof(w.prompt), text != NULL ? text : "");
		if (strcmp(line, "SETERROR") == 0)
			unescape(w.error, sizeof(w.error), text != NULL ? text : "");
		if (strcmp(line, "SETREPEAT") == 0)
			w.repeat = true;
		tell("OK\n");
	}
	_exit(0); /* in keydoor's jail a leak checker cannot look at this process */
}
