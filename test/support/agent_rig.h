/* The agent's front in the test's own process: its routes on a real server, and keydoor's end of the wire in the test's hand. */
#ifndef HUFU_TEST_AGENT_RIG_H
#define HUFU_TEST_AGENT_RIG_H

#include "agent_routes.h"
#include "authority.h"
#include "field.h"
#include "frame.h"
#include "server.h"

#define RIG_ALL "http://127.0.0.1:8080" /* on the list with every class */
#define RIG_ENROL "https://enrol.example.cn"
#define RIG_LOGIN "https://login.example.cn"
#define RIG_ORDER "https://order.example.cn"
#define RIG_NONE "https://other.example.cn" /* not on the list */
#define RIG_LIST_LIFE 1000                  /* seconds of the test's clock */

enum rig_row { RIG_ROW_ALL, RIG_ROW_ENROL, RIG_ROW_LOGIN, RIG_ROW_ORDER };

struct agent_rig {
	struct authority authority;
	struct agent agent;
	struct router_program program;
	struct router *router;
	struct web_server_settings settings;
	struct web_server *server;
	int keydoor; /* its end of the wire */
	struct buf wire;
};

/* Each of these fails the test when it does not succeed. */
void agent_rig_begin(struct agent_rig *rig);
void agent_rig_end(struct agent_rig *rig);

struct agent_ask {
	const char *method, *path, *host, *port, *origin, *mark, *type, *site, *body; /* NULL: not sent; port: the agent's own */
};
/* What a page of RIG_ALL sends to this route. */
struct agent_ask agent_ask_good(const struct route *row);
/* Connects and sends; the connection. */
int agent_ask_send(const struct agent_rig *rig, const struct agent_ask *ask);
/* The status, and the whole reply. */
int agent_ask_get(const struct agent_rig *rig, const struct agent_ask *ask, char *reply, size_t max);
/* The refusal with its code, which the asking page may read or not; and keydoor has heard nothing. */
void agent_ask_expect(const struct agent_rig *rig, const struct agent_ask *ask, int status, const char *code, bool readable);

bool agent_rig_keydoor_heard(const struct agent_rig *rig, int ms);
/* The next request to keydoor; its body is lent until the next call. */
struct frame agent_rig_take(struct agent_rig *rig);
void agent_rig_answer(struct agent_rig *rig, const struct frame *request, const struct body *form, const void *reply);
void agent_rig_answer_fault(struct agent_rig *rig, const struct frame *request, enum err_code code);

#endif
