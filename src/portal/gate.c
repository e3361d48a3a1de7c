/* The gate: sessions by cookie, roles by row, forms by token. */
#include "gate.h"

#include "login.h"
#include "router.h"
#include "static_file.h"

#include <string.h>

#define AS_LONG_AS_THE_BROWSER (-1)
#define DELETED 0

struct portal *portal_of(const struct web_request *r)
{
	return request_program(r);
}

const struct visit *visit_of(const struct web_request *r)
{
	static const struct visit nobody;
	const struct visit *visit = request_session(r);

	return visit != NULL ? visit : &nobody;
}

const struct actor *actor_of(const struct web_request *r)
{
	return &visit_of(r)->actor;
}

struct service *service_of(const struct web_request *r)
{
	return portal_of(r)->service;
}

const struct page_detail *detail_of(const struct web_request *r)
{
	static const struct page_detail none = {.title = N_("证书服务")};
	const struct route *row = request_route(r);

	/* The detail of static files is their table. */
	return row != NULL && row->detail != NULL && row->handler != static_file_get ? row->detail : &none;
}

/* A session that ended is no fault where anybody may come. */
static int find_session(struct web_request *r, const struct route *row, struct visit *visit, struct err *err)
{
	struct portal *p = portal_of(r);
	const char *token = request_cookie(r, p->cookie);

	if (token == NULL)
		return 0;
	if (session_find(p->service, bytes_text(token), request_pool(r), &visit->session, err) == 0) {
		visit->known = true;
		return 0;
	}
	if (row->roles != 0 && err->code != HF_SESSION_NONE)
		return -1;
	switch (err->kind) {
	case ERR_AUTH:
	case ERR_REFUSED:
	case ERR_INPUT:
	case ERR_MISSING:
		err_clear(err);
		return 0;
	default:
		return -1;
	}
}

static int begin_session(struct web_request *r, struct visit *visit, struct err *err)
{
	if (session_begin(service_of(r), request_address(r), visit->token, request_pool(r), &visit->session, err) != 0)
		return -1;
	visit->known = true;
	return 0;
}

static int judge_roles(const struct visit *visit, const struct route *row, struct err *err)
{
	const struct session *s = &visit->session;
	uint32_t who;

	if (row->roles == 0)
		return 0;
	if (!visit->known || session_is_visitor(s))
		return err_set(err, HF_SESSION_NONE, "%s: nobody is logged in", row->path);
	who = session_is_holder(s) ? WHO_HOLDER : (uint32_t)s->roles;
	if ((who & row->roles) == 0)
		return err_set(err, HF_PERMISSION, "%s: not for roles %x", row->path, (unsigned)who);
	return 0;
}

/* Where the browser says that a form comes from (RFC 6454 7): a page of ours, by a name of the settings or the one it was asked under. */
static bool comes_from_here(const struct web_request *r)
{
	const char *origin = request_header(r, "Origin"), *host = request_header(r, "Host"), *name;

	if (origin == NULL)
		return true;
	for (const char *const *own = portal_of(r)->origins; *own != NULL; own++)
		if (strcmp(*own, origin) == 0)
			return true;
	name = strstr(origin, "://");
	return name != NULL && host != NULL && strcmp(name + 3, host) == 0;
}

/* What of a form can be judged before it comes. */
static int judge_sender(const struct web_request *r, const struct visit *visit, const struct route *row, struct err *err)
{
	if ((row->flags & ROUTE_CSRF) == 0)
		return 0;
	if (!comes_from_here(r))
		return err_set(err, HF_CSRF, "a form from another site");
	return visit->known ? 0 : err_set(err, HF_SESSION_ENDED, "a form came without a session");
}

int gate_judge(struct web_request *r, const struct route *row, struct err *err)
{
	struct visit *visit;

	if (row->handler == static_file_get)
		return 0;
	visit = pool_alloc(request_pool(r), sizeof(*visit));
	if (visit == NULL)
		return err_set(err, HF_MEMORY, "session");
	if (find_session(r, row, visit, err) != 0)
		return -1;
	if (!visit->known && detail_of(r)->visitor && row->method == WEB_GET && begin_session(r, visit, err) != 0)
		return -1;
	visit->actor = (struct actor){.session = visit->known ? &visit->session : NULL, .address = request_address(r)};
	request_set_session(r, visit);
	return judge_roles(visit, row, err) == 0 ? judge_sender(r, visit, row, err) : -1;
}

/* The session's own random text is all that a token comes from, so that it outlives a restart, holds on every portal, and stays good when
 * the session gets another id. */
static int form_key(struct secret *key, const struct visit *visit, struct err *err)
{
	return secret_copy(key, bytes_text(visit->session.csrf), err);
}

int gate_csrf(struct web_request *r, struct bytes token, struct err *err)
{
	const struct visit *visit = visit_of(r);
	struct secret key = {0};
	int result;

	if (form_key(&key, visit, err) != 0)
		return -1;
	result = csrf_check(&key, bytes_text(visit->session.csrf), token, err);
	secret_free(&key);
	return result;
}

int gate_form_token(const struct visit *visit, char token[CSRF_TOKEN_SIZE + 1], struct err *err)
{
	struct secret key = {0};
	int result;

	token[0] = '\0';
	if (!visit->known)
		return 0;
	if (form_key(&key, visit, err) != 0)
		return -1;
	result = csrf_token(&key, bytes_text(visit->session.csrf), token, err);
	secret_free(&key);
	return result;
}

int gate_put_cookie(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct visit *visit = visit_of(r);

	return visit->token[0] != '\0' ? gate_change_cookie(r, reply, visit->token, err) : 0;
}

int gate_change_cookie(struct web_request *r, struct reply *reply, const char *token, struct err *err)
{
	const struct portal *p = portal_of(r);

	return reply_set_cookie(reply, p->cookie, token != NULL ? token : "", token != NULL ? AS_LONG_AS_THE_BROWSER : DELETED, p->secure,
	                        err);
}
