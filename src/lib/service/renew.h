/* 数字证书更新: the holder renews the pair he is logged in with, by himself: a new key in the same USB key, an order signed with the old
 * one. */
#ifndef HUFU_SERVICE_RENEW_H
#define HUFU_SERVICE_RENEW_H

#include "application.h"
#include "certificate.h"
#include "deed.h"

/* The pair of the session, and what its renewal would be. */
struct renewal {
	struct certificate certificate; /* for signing */
	int64_t from, notafter;         /* the first second in which it can be renewed; the end of what is issued then */
	struct application application; /* under way: a draft, or issued and waiting to be collected; number "" when there is none */
	enum err_code refusal; /* why it cannot be renewed now: HF_RENEW_EARLY, HF_RENEWED, HF_CERT_TIME when its CA ends; else HF_NONE */
};
int renew_look(struct service *s, const struct actor *actor, struct pool *pool, struct renewal *renewal, struct err *err) MUST_CHECK;

/* The draft of the pair's renewal: the one that is there, or a new one with the data of the application that the pair came from. language:
 * "zh" or "en". With HF_RENEWED renewal->application is what waits to be collected. */
int renew_begin(struct service *s, const struct actor *actor, const char *language, struct pool *pool, struct renewal *renewal,
                struct err *err) MUST_CHECK;
/* The renewal with this number, of the pair of the session: HF_APPLICATION_UNKNOWN for any other. */
int renew_load(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct application *application,
               struct err *err) MUST_CHECK;
/* The new key: as apply_key, and HF_KEY_OTHER when it is in another USB key than the pair. */
int renew_key(struct service *s, const struct actor *actor, const char *number, int64_t version, const char *key_serial, struct bytes csr,
              struct pool *pool, struct application *saved, struct err *err) MUST_CHECK;

/* The order for the agent: appends the draft. HF_KEY_ABSENT before a key is there; HF_RENEWED, HF_RENEW_EARLY. */
int renew_draft(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct renewal *renewal,
                struct buf *draft, struct err *err) MUST_CHECK;
/* The signed order, of the version that was shown. The same order again gives the same receipt. */
int renew_take(struct service *s, const struct actor *actor, const char *number, int64_t version, const struct signed_order *order,
               struct pool *pool, struct deed *deed, struct err *err) MUST_CHECK;

#endif
