/* Login by certificate at both doors: doc/protocol/login.md. */
#include "login.h"

#include "gate.h"
#include "handlers.h"
#include "input.h"
#include "json_write.h"
#include "navigation.h"
#include "page.h"

static int draw_login(struct web_request *r, struct reply *reply, enum login_door door, const char *fault, struct err *err)
{
	const char *path = door == LOGIN_STAFF ? "/staff/login" : "/login", *back = page_own_path(request_query(r, "back"), "");
	const char *action = *back != '\0' ? pool_format(request_pool(r), "%s?back=%s", path, page_url_part(r, back)) : path;
	struct login_view v = {
	    .keys = page_keys(r, "certificate"),
	    .waiting = page_waiting_window(N_("窗口会显示本站网址和口令还可试几次；请核对，输入口令。"), true),
	    .action = action,
	    .fault = fault,
	    .staff = door == LOGIN_STAFF,
	};

	if (action == NULL)
		return err_set(err, HF_MEMORY, "login");
	if (*fault != '\0')
		reply_set_status(reply, 422);
	return PAGE_DRAW(login, r, reply, &v, err);
}

int login_page(struct web_request *r, struct reply *reply, struct err *err)
{
	return draw_login(r, reply, LOGIN_ENTERPRISE, "", err);
}

int login_staff_page(struct web_request *r, struct reply *reply, struct err *err)
{
	return draw_login(r, reply, LOGIN_STAFF, "", err);
}

int login_challenge_page(struct web_request *r, struct reply *reply, struct err *err)
{
	uint8_t challenge[CHALLENGE_SIZE];
	char digits[5];
	struct json_writer w;

	if (login_challenge(service_of(r), actor_of(r), challenge, digits, err) != 0)
		return -1;
	reply_set_kind(reply, REPLY_JSON, NULL);
	json_begin(&w, reply_body(reply));
	json_open_object(&w, NULL);
	json_put_hex(&w, "challenge", BYTES_ARRAY(challenge));
	json_put_string(&w, "digits", digits);
	json_close(&w);
	return json_end(&w, err);
}

static int take_login(struct web_request *r, struct reply *reply, enum login_door door, struct err *err)
{
	const struct login_input *input = request_form(r);
	struct login_answer answer = {.serial = input->serial, .origin = request_header(r, "Origin")};
	char token[SESSION_TOKEN_SIZE + 1];
	struct session session;
	struct err why;

	if (page_form_fine(r, err) == 0 && page_field_bytes(r, input->certificate, &answer.certificate, err) == 0 &&
	    page_field_bytes(r, input->signature, &answer.signature, err) == 0 &&
	    login(service_of(r), actor_of(r), door, &answer, token, request_pool(r), &session, err) == 0) {
		if (gate_change_cookie(r, reply, token, err) != 0)
			return -1;
		return reply_redirect(reply, page_own_path(request_query(r, "back"), navigation_home(&session)), err);
	}
	why = *err;
	if (why.kind != ERR_REFUSED && why.kind != ERR_INPUT)
		return -1;
	return draw_login(r, reply, door, page_fault(r, why.code), err);
}

int login_take_page(struct web_request *r, struct reply *reply, struct err *err)
{
	return take_login(r, reply, LOGIN_ENTERPRISE, err);
}

int login_staff_take_page(struct web_request *r, struct reply *reply, struct err *err)
{
	return take_login(r, reply, LOGIN_STAFF, err);
}

int logout_page(struct web_request *r, struct reply *reply, struct err *err)
{
	if (session_end(service_of(r), actor_of(r), err) != 0 || gate_change_cookie(r, reply, NULL, err) != 0)
		return -1;
	return reply_redirect(reply, "/", err);
}
