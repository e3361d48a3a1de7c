/* Counters by hour. */
#include "limit.h"

#include "clock.h"
#include "service_state.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define NETWORK_SIZE 8 /* bytes of a /64 */

struct use {
	const char *what, *who;
	int64_t hour, uses;
};

static int64_t hour_now(void)
{
	return clock_now() / 3600;
}

void limit_address(const char *address, char part[LIMIT_WHO_ROOM])
{
	struct in6_addr six;
	char text[INET6_ADDRSTRLEN];

	(void)snprintf(part, LIMIT_WHO_ROOM, "%s", address);
	if (inet_pton(AF_INET6, address, &six) != 1 || IN6_IS_ADDR_V4MAPPED(&six))
		return;
	memset(six.s6_addr + NETWORK_SIZE, 0, sizeof(six.s6_addr) - NETWORK_SIZE);
	if (inet_ntop(AF_INET6, &six, text, sizeof(text)) != NULL)
		(void)snprintf(part, LIMIT_WHO_ROOM, "%s/64", text);
}

static int count_use(void *ctx, struct connection *c, struct err *err)
{
	struct use *use = ctx;
	char who[LIMIT_WHO_ROOM];

	limit_address(use->who, who);
	return query_integer(c, SQL_RATE_COUNT, VALUES(value_text(use->what), value_text(who), value_integer(use->hour)), &use->uses, err);
}

static int judge(const struct use *use, int64_t most, struct err *err)
{
	if (use->uses > most)
		return err_set(err, HF_RATE, "%s: %lld uses in this hour", use->what, (long long)use->uses);
	return 0;
}

int limit_use(struct service *s, const char *what, const char *who, int64_t most, struct err *err)
{
	struct use use = {what, who, hour_now(), 0};

	return store_change(s->store, count_use, &use, err) == 0 ? judge(&use, most, err) : -1;
}

int limit_use_in(struct connection *c, const char *what, const char *who, int64_t most, struct err *err)
{
	struct use use = {what, who, hour_now(), 0};

	return count_use(&use, c, err) == 0 ? judge(&use, most, err) : -1;
}

int limit_clear_in(struct connection *c, const char *what, const char *who, struct err *err)
{
	return query_run(c, SQL_RATE_CLEAR, VALUES(value_text(what), value_text(who)), NULL, err);
}

static int forget(void *ctx, struct connection *c, struct err *err)
{
	return query_run(c, SQL_RATE_FORGET, VALUES(value_integer(hour_now() - 1)), NULL, err);
}

int limit_sweep(struct service *s, struct err *err)
{
	return store_change(s->store, forget, NULL, err);
}
