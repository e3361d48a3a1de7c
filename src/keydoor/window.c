/* The windows a person sees: ask for a PIN, a new PIN, a text; warn. Each is one run of pinentry. */
#include "window.h"

#include "assuan.h"
#include "pinentry.h"
#include "token.h"

#include <stdio.h>
#include <string.h>

#define ROUNDS_MAX 10 /* of a new PIN that does not do: then the person is taken to have given up */

bool window_holds(const char *description)
{
	return assuan_fits("SETDESC", bytes_text(description));
}

/* An option that some pinentries do not know. */
static int offer_option(struct pinentry *p, const char *name, const char *value, struct err *err)
{
	char option[256];
	bool told;

	if (snprintf(option, sizeof(option), "%s=%s", name, value) >= (int)sizeof(option))
		return err_set(err, HF_WINDOW_FAILED, "%s of over %zu bytes", name, sizeof(option) - 1);
	return pinentry_offer(p, "OPTION", option, &told, err);
}

/* The terminal, for pinentry-curses; others do not mind. */
static int offer_terminal(struct pinentry *p, const char *const *env, struct err *err)
{
	static const struct {
		const char *variable, *option;
	} rows[] = {{"GPG_TTY=", "ttyname"}, {"TERM=", "ttytype"}};

	for (; *env != NULL; env++)
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			size_t n = strlen(rows[i].variable);

			if (strncmp(*env, rows[i].variable, n) == 0 && offer_option(p, rows[i].option, *env + n, err) != 0)
				return -1;
		}
	return offer_option(p, "lc-ctype", "C.UTF-8", err);
}

/* What windows of pinentry say by themselves. */
static int offer_words(struct pinentry *p, enum language language, struct err *err)
{
	static const struct {
		const char *option, *words;
	} rows[] = {
	    {"default-ok", N_("确定")},
	    {"default-cancel", N_("取消")},
	    {"default-tt-visi", N_("显示口令")},
	    {"default-tt-hide", N_("隐藏口令")},
	    {"default-visi", N_("确实要在屏幕上显示口令吗？")},
	    {"default-capshint", N_("大写锁定已打开")},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (offer_option(p, rows[i].option, catalogue_text(language, rows[i].words), err) != 0)
			return -1;
	return 0;
}

static int set_title(struct pinentry *p, const struct window *w, struct err *err)
{
	char title[512];

	if (snprintf(title, sizeof(title), "%s · %s", catalogue_text(w->language, N_("虎符证书助手")), w->origin) >= (int)sizeof(title))
		return err_set(err, HF_WINDOW_FAILED, "a title of over %zu bytes", sizeof(title) - 1);
	return pinentry_set(p, "SETTITLE", title, err);
}

static int describe(struct pinentry *p, const struct window *w, struct err *err)
{
	char seconds[12];
	bool told;

	(void)snprintf(seconds, sizeof(seconds), "%d", WINDOW_WAIT_S);
	if (offer_terminal(p, w->place->env, err) != 0 || offer_words(p, w->language, err) != 0 ||
	    pinentry_offer(p, "SETTIMEOUT", seconds, &told, err) != 0)
		return -1;
	if (set_title(p, w, err) != 0 || pinentry_set(p, "SETDESC", w->description, err) != 0 ||
	    pinentry_set(p, "SETOK", catalogue_text(w->language, N_("确定")), err) != 0 ||
	    pinentry_set(p, "SETCANCEL", catalogue_text(w->language, N_("取消")), err) != 0)
		return -1;
	if (w->prompt != NULL && pinentry_set(p, "SETPROMPT", w->prompt, err) != 0)
		return -1;
	return w->error == NULL ? 0 : pinentry_set(p, "SETERROR", w->error, err);
}

/* One window. repeated: NULL when it is not to be typed twice, else whether pinentry saw to it. */
static int show(const struct window *w, const char *command, struct secret *answer, bool *repeated, struct err *err)
{
	struct pinentry *p = NULL;
	bool told = false, twice = false;
	int rc = -1;

	*answer = (struct secret){0};
	patience_rest(w->place->patience);
	/* Longer than pinentry's own time-out, which tells the person. */
	if (recall_check(w->place->recall, err) != 0 ||
	    pinentry_start(&p, w->place->pinentry, w->place->env, w->place->recall, (WINDOW_WAIT_S + 10) * 1000, err) != 0 ||
	    describe(p, w, err) != 0)
		goto out;
	if (repeated != NULL) {
		if (pinentry_offer(p, "SETREPEAT", catalogue_text(w->language, N_("再输一次：")), &told, err) != 0)
			goto out;
		if (told &&
		    pinentry_offer(p, "SETREPEATERROR", catalogue_text(w->language, N_("两次输入不同，请重新输入。")), &told, err) != 0)
			goto out;
	}
	rc = pinentry_ask(p, command, answer, &twice, err);
	if (repeated != NULL)
		*repeated = twice;
out:
	pinentry_end(&p);
	patience_resume(w->place->patience);
	return rc;
}

int window_ask(const struct window *w, struct secret *answer, struct err *err)
{
	return show(w, "GETPIN", answer, NULL, err);
}

int window_confirm(const struct window *w, struct err *err)
{
	struct secret none;
	int rc = show(w, "CONFIRM", &none, NULL, err);

	secret_free(&none);
	return rc;
}

/* For a pinentry that cannot have it typed twice by itself. */
static int ask_again(const struct window *w, const struct secret *first, bool *same, struct err *err)
{
	struct window again = *w;
	struct secret second;

	again.prompt = catalogue_text(w->language, N_("再输一次："));
	again.error = NULL;
	if (window_ask(&again, &second, err) != 0)
		return -1;
	*same = bytes_equal_secret(secret_get(first), secret_get(&second));
	secret_free(&second);
	return 0;
}

/* What every key takes. */
static bool is_new_pin(const struct secret *pin)
{
	for (size_t i = 0; i < pin->size; i++)
		if (pin->data[i] < 0x21 || pin->data[i] > 0x7E)
			return false;
	return pin->size >= TOKEN_PIN_MIN && pin->size <= TOKEN_PIN_MAX;
}

int window_ask_new(const struct window *w, struct secret *answer, struct err *err)
{
	struct window round = *w;

	for (int i = 0; i < ROUNDS_MAX; i++) {
		bool same = false;

		if (show(&round, "GETPIN", answer, &same, err) != 0)
			return -1;
		if (!is_new_pin(answer)) {
			round.error = catalogue_text(w->language, N_("口令应为6至16位的字母、数字或英文符号。"));
			secret_free(answer);
			continue;
		}
		if (!same && ask_again(&round, answer, &same, err) != 0) {
			secret_free(answer);
			return -1;
		}
		if (same)
			return 0;
		round.error = catalogue_text(w->language, N_("两次输入不同，请重新输入。"));
		secret_free(answer);
	}
	return err_set(err, HF_WINDOW_REFUSED, "no usable new PIN after %d windows", ROUNDS_MAX);
}
