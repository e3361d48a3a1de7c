/* One request's visit to a key: opened, the person's consent and PIN taken in a window, used, left. */
#include "visit.h"

#include "text_code.h"

#include <string.h>

#define DESCRIPTION_MAX 4096
#define LINE_MAX_BYTES 400
#define WARN_TRIES 2  /* so many left: warn before each */
#define ROUNDS_MAX 20 /* of a PIN that does not do: then the person is taken to have given up */

int visit_begin(struct visit *v, struct keydoor *k, const struct keydoor_asker *asker, struct pool *pool, uint32_t *tries, struct err *err)
{
	*v = (struct visit){.library = k->library, .place = &k->place, .tries = tries};
	/* A line feed may stand in texts of the wire, but not here: it would draw a line of its own in the window. */
	if (text_check(asker->origin) != TEXT_FINE || text_check(asker->key) != TEXT_FINE || asker->origin.size == 0)
		return err_set(err, HF_MESSAGE_FORMAT, "origin or key of a request to keydoor");
	if (bytes_is_text(asker->language, language_name(LANGUAGE_EN)))
		v->language = LANGUAGE_EN;
	else if (bytes_is_text(asker->language, language_name(LANGUAGE_ZH)))
		v->language = LANGUAGE_ZH;
	else
		return err_set(err, HF_MESSAGE_FORMAT, "language of a request to keydoor");
	recall_begin(v->place->recall, asker->number);
	v->origin = pool_text(pool, asker->origin);
	v->key = pool_text(pool, asker->key);
	return v->origin != NULL && v->key != NULL ? 0 : err_set(err, HF_MEMORY, "visit");
}

void visit_close(struct visit *v)
{
	token_close(&v->token);
}

/* Opens the key anew and looks at its PIN, unless the page that asked is gone. */
static int enter(struct visit *v, struct err *err)
{
	visit_close(v);
	if (recall_check(v->place->recall, err) != 0 || token_open(&v->token, v->library, v->key, v->info.device, err) != 0 ||
	    token_info_get(v->token, &v->info, err) != 0)
		return -1;
	if (v->info.pin == TOKEN_PIN_LOCKED)
		return err_set(err, HF_PIN_LOCKED, "key %s is locked", v->key);
	return 0;
}

static int append_text(struct buf *out, const struct visit *v, const char *id, const char *value, int64_t number, struct err *err)
{
	const struct catalogue_value values[] = {
	    {"value", CATALOGUE_TEXT, value, 0},
	    {"n", CATALOGUE_NUMBER, NULL, number},
	};

	return catalogue_format(out, v->language, id, values, 2, err);
}

static int append_origin(struct buf *out, const struct visit *v, struct err *err)
{
	return append_text(out, v, N_("网站：{value}\n"), v->origin, 0, err);
}

/* Origin, action, key with its tries. */
static int append_head(struct buf *out, const struct visit *v, const char *action, struct err *err)
{
	if (append_origin(out, v, err) != 0 || append_text(out, v, N_("事项：{value}\n"), catalogue_text(v->language, action), 0, err) != 0)
		return -1;
	return append_text(out, v, N_("证书钥匙：{value}（口令还可试{n}次）\n"), v->key, v->info.tries_left, err);
}

/* Ends the text for use as a C string; lent from the buffer. */
static int close_text(struct buf *text, const char **out, struct err *err)
{
	if (buf_append_u8(text, 0, err) != 0)
		return -1;
	*out = (const char *)text->data;
	return 0;
}

static int warn_of_few_tries(const struct visit *v, struct err *err)
{
	struct window w = {.place = v->place, .language = v->language, .origin = v->origin};
	struct buf text;
	int rc = -1;

	buf_init(&text, DESCRIPTION_MAX);
	if (append_origin(&text, v, err) == 0 &&
	    append_text(&text, v,
	                N_("注意：证书钥匙{value}的口令只能再试{n}次，用完即锁定，须办理解锁。\n如不能确定口令，请点“取消”。仍要继续吗？"),
	                v->key, v->info.tries_left, err) == 0 &&
	    close_text(&text, &w.description, err) == 0)
		rc = window_confirm(&w, err);
	buf_free(&text);
	return rc;
}

/* Whether the PIN typed was right; a wrong one writes why into error and is no failure. */
static int try_pin(struct visit *v, const struct secret *pin, bool *right, struct buf *error, struct err *err)
{
	struct err why = {0};

	*right = false;
	buf_clear(error);
	if (pin->size < TOKEN_PIN_MIN || pin->size > TOKEN_PIN_MAX)
		return append_text(error, v, N_("口令应为6至16位的字母、数字或英文符号。"), "", 0, err);
	if (enter(v, err) != 0)
		return -1;
	if (token_verify_pin(v->token, pin, v->tries, &why) == 0) {
		*right = true;
		return 0;
	}
	if (why.code == HF_PIN_LENGTH) /* a character that the key does not take */
		return append_text(error, v, N_("口令应为6至16位的字母、数字或英文符号。"), "", 0, err);
	if (why.code == HF_PIN_WRONG && *v->tries > 0)
		return append_text(error, v, N_("口令不正确，还可试{n}次。"), "", *v->tries, err);
	return err_set(err, why.code, "%s", why.text);
}

/* Windows until the PIN is right; then the key is open with the PIN verified and pin holds it. */
static int take_pin(struct visit *v, const char *action, const char *rest, const char *prompt, struct secret *pin, struct err *err)
{
	struct window w = {.place = v->place, .language = v->language, .origin = v->origin, .prompt = catalogue_text(v->language, prompt)};
	struct buf text, error;
	bool right = false;
	int rc = -1;

	buf_init(&text, DESCRIPTION_MAX);
	buf_init(&error, LINE_MAX_BYTES);
	*pin = (struct secret){0};
	for (int round = 0; !right; round++) {
		secret_free(pin);
		if (round == ROUNDS_MAX) {
			(void)err_set(err, HF_WINDOW_REFUSED, "no usable PIN after %d windows", ROUNDS_MAX);
			goto out;
		}
		if (enter(v, err) != 0)
			goto out;
		visit_close(v);
		if (v->info.tries_left <= WARN_TRIES && warn_of_few_tries(v, err) != 0)
			goto out;
		buf_clear(&text);
		if (append_head(&text, v, action, err) != 0 || buf_append_text(&text, rest, err) != 0 ||
		    close_text(&text, &w.description, err) != 0 || window_ask(&w, pin, err) != 0 ||
		    try_pin(v, pin, &right, &error, err) != 0 || close_text(&error, &w.error, err) != 0)
			goto out;
	}
	rc = recall_check(v->place->recall, err);
out:
	if (rc != 0) {
		secret_free(pin);
		visit_close(v);
	}
	buf_free(&error);
	buf_free(&text);
	return rc;
}

/* A window for a new PIN that is not the old one. */
static int take_new_pin(struct visit *v, const struct secret *old, struct secret *pin, struct err *err)
{
	struct window w = {
	    .place = v->place, .language = v->language, .origin = v->origin, .prompt = catalogue_text(v->language, N_("新口令："))};
	struct buf text;
	int rc = -1;

	buf_init(&text, DESCRIPTION_MAX);
	if (append_origin(&text, v, err) != 0 ||
	    append_text(&text, v, N_("请为证书钥匙{value}设置新的口令，6至16位。\n请牢记：任何人（包括工作人员）都不会知道您的口令。"),
	                v->key, 0, err) != 0 ||
	    close_text(&text, &w.description, err) != 0)
		goto out;
	for (int round = 0; round < ROUNDS_MAX; round++) {
		if (window_ask_new(&w, pin, err) != 0)
			goto out;
		if (!bytes_equal_secret(secret_get(old), secret_get(pin))) {
			rc = 0;
			goto out;
		}
		secret_free(pin);
		w.error = catalogue_text(v->language, N_("新口令不能与原口令相同。"));
	}
	(void)err_set(err, HF_WINDOW_REFUSED, "no usable new PIN after %d windows", ROUNDS_MAX);
out:
	buf_free(&text);
	return rc;
}

static int change(struct visit *v, const char *why, const char *prompt, struct err *err)
{
	struct secret old = {0}, new = {0};
	int rc = -1;

	if (take_pin(v, N_("修改口令"), why, prompt, &old, err) != 0)
		return -1;
	visit_close(v);
	if (take_new_pin(v, &old, &new, err) == 0 && enter(v, err) == 0)
		rc = token_change_pin(v->token, &old, &new, v->tries, err);
	secret_free(&new);
	secret_free(&old);
	return rc;
}

int visit_change_pin(struct visit *v, struct err *err)
{
	if (enter(v, err) != 0)
		return -1;
	if (v->info.pin == TOKEN_PIN_CHANGE_FIRST)
		return change(v, catalogue_text(v->language, N_("这是首次使用：请先输入发给您的初始口令，再设置您自己的口令。\n")),
		              N_("初始口令："), err);
	return change(v, "", N_("当前口令："), err);
}

int visit_open(struct visit *v, struct err *err)
{
	if (enter(v, err) != 0)
		return -1;
	if (v->info.pin != TOKEN_PIN_CHANGE_FIRST)
		return 0;
	if (visit_change_pin(v, err) != 0)
		return -1;
	return enter(v, err);
}

/* Details too long to stand with the head in one window get one before it, and are stood for by their mark. */
static int confirm_detail(const struct visit *v, const char *detail, struct err *err)
{
	struct window w = {.place = v->place, .language = v->language, .origin = v->origin};
	struct buf text;
	int rc = -1;

	buf_init(&text, DESCRIPTION_MAX);
	if (append_origin(&text, v, err) != 0 || buf_append_text(&text, detail, err) != 0 || close_text(&text, &w.description, err) != 0)
		goto out;
	if (!window_holds(w.description))
		w.description = detail; /* the title has the origin */
	rc = window_confirm(&w, err);
out:
	buf_free(&text);
	return rc;
}

static int show_detail(const struct visit *v, const struct act *act, const char **rest, struct err *err)
{
	struct buf whole;
	const char *text;
	bool holds;

	buf_init(&whole, DESCRIPTION_MAX);
	if (append_head(&whole, v, act->action, err) != 0 || buf_append_text(&whole, act->detail, err) != 0 ||
	    close_text(&whole, &text, err) != 0) {
		buf_free(&whole);
		return -1;
	}
	holds = window_holds(text);
	buf_free(&whole);
	*rest = holds ? act->detail : act->mark;
	return holds ? 0 : confirm_detail(v, act->detail, err);
}

int visit_consent(struct visit *v, const struct act *act, struct err *err)
{
	struct secret pin;
	const char *rest;

	visit_close(v);
	if (show_detail(v, act, &rest, err) != 0 || take_pin(v, act->action, rest, N_("口令："), &pin, err) != 0)
		return -1;
	secret_free(&pin);
	return 0;
}
