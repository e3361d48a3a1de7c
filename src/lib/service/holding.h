/* What a holder has: certificates with their days left. */
#ifndef HUFU_SERVICE_HOLDING_H
#define HUFU_SERVICE_HOLDING_H

#include "application.h"
#include "certificate.h"
#include "service.h"

/* Calendar days in Asia/Shanghai from now to notafter: 0 on the last day, below 0 when expired. */
int64_t holding_days_left(int64_t notafter, int64_t now);

#define HOLDING_PROMPT_MAX 96
/* 您的证书还有N天到期，请及时更新！ for 1 to 30 days, 您的证书今天到期，请及时更新！ on the last day; "" for more. Expired: "". */
void holding_prompt(int64_t days_left, char out[HOLDING_PROMPT_MAX]);

/* The certificates of the actor's enterprise, signature and encryption, newest first. */
int holding_mine(struct service *s, const struct actor *actor, struct pool *pool, struct certificate_list *certificates,
                 struct err *err) MUST_CHECK;
struct application_lines {
	struct application_line *items;
	size_t count;
};
int holding_applications(struct service *s, const struct actor *actor, struct pool *pool, struct application_lines *lines,
                         struct err *err) MUST_CHECK;
/* Staff: the certificates of an enterprise by credit code, or the one with a serial number and its pair. */
int holding_search(struct service *s, const struct actor *actor, const char *code_or_serial, struct pool *pool,
                   struct certificate_list *certificates, struct err *err) MUST_CHECK;

#endif
