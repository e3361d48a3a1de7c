/* THE table of what keydoor does for the agent. */
#include "visit.h"

#define LOOK_MS 10000
#define USE_MS 10000
#define MAKE_MS 60000 /* some keys take long to make a pair, or to write certificates */

static int change_pin(struct keydoor *k, const void *body, struct pool *pool, void *to, struct err *err)
{
	const struct keydoor_pin_request *request = body;
	struct keydoor_outcome_reply *reply = to;
	struct visit v;
	int rc = visit_begin(&v, k, &request->asker, pool, &reply->tries, err);

	if (rc == 0)
		rc = visit_change_pin(&v, err);
	visit_close(&v);
	return rc;
}

static const struct deed deeds[] = {
    {KEYDOOR_LIST, NULL, &keydoor_list_reply_body, false, LOOK_MS, list_keys},
    {KEYDOOR_MAKE_KEY, &keydoor_make_key_request_body, &keydoor_outcome_reply_body, true, MAKE_MS, make_key},
    {KEYDOOR_INSTALL, &keydoor_install_request_body, &keydoor_outcome_reply_body, true, MAKE_MS, install_certificates},
    {KEYDOOR_SIGN_LOGIN, &keydoor_login_request_body, &keydoor_outcome_reply_body, true, USE_MS, sign_login},
    {KEYDOOR_COMPLETE_ORDER, &keydoor_complete_request_body, &keydoor_complete_reply_body, false, LOOK_MS, complete_order},
    {KEYDOOR_SIGN_ORDER, &keydoor_order_request_body, &keydoor_outcome_reply_body, true, USE_MS, sign_order},
    {KEYDOOR_CHANGE_PIN, &keydoor_pin_request_body, &keydoor_outcome_reply_body, true, USE_MS, change_pin},
};

const struct deed *deed_find(uint16_t type)
{
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (deeds[i].type == type)
			return &deeds[i];
	return NULL;
}
