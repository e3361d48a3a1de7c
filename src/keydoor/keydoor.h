/* What the process holds from its start on, and what it can be asked to do. */
#ifndef HUFU_KEYDOOR_KEYDOOR_H
#define HUFU_KEYDOOR_KEYDOOR_H

#include "cert.h"
#include "keydoor_message.h"
#include "order_shelf.h"
#include "token.h"
#include "window.h"

struct keydoor {
	struct token_library *library;
	struct window_place place;
	struct cert *root, *issuing;
	uint8_t ca[SM2_KEY_ID_SIZE]; /* key identifier of the issuing CA */
	struct order_shelf *shelf;
};

/* One kind of request. request is the decoded body; reply starts zeroed, an outcome with KEYDOOR_NO_TRIES, and with window is one.
 * Texts and bytes of both live in the pool. */
struct deed {
	uint16_t type;
	const struct body *request, *reply;
	bool window;         /* opens windows: one at a time */
	int64_t patience_ms; /* for the key, before and between windows */
	int (*run)(struct keydoor *k, const void *request, struct pool *pool, void *reply, struct err *err);
};

const struct deed *deed_find(uint16_t type); /* NULL: none */

/* The deeds that have files of their own. */
int list_keys(struct keydoor *k, const void *request, struct pool *pool, void *reply, struct err *err) MUST_CHECK;
int make_key(struct keydoor *k, const void *request, struct pool *pool, void *reply, struct err *err) MUST_CHECK;
int install_certificates(struct keydoor *k, const void *request, struct pool *pool, void *reply, struct err *err) MUST_CHECK;
int sign_login(struct keydoor *k, const void *request, struct pool *pool, void *reply, struct err *err) MUST_CHECK;
int complete_order(struct keydoor *k, const void *request, struct pool *pool, void *reply, struct err *err) MUST_CHECK;
int sign_order(struct keydoor *k, const void *request, struct pool *pool, void *reply, struct err *err) MUST_CHECK;

#endif
