/* What pages send to the agent: the first byte picks the body's shape. Nothing is taken that is not wholly known. */
#include "agent_request.h"
#include "fuzz.h"
#include "json.h"

#define POOL_MAX (1u << 20)

static union {
	struct agent_key_request key;
	struct agent_install_request install;
	struct agent_login_request login;
	struct agent_receipt_request receipt;
} value;

static const struct member_table *const tables[] = {
    &agent_nothing_table, &agent_key_table, &agent_install_table, &agent_login_table, &agent_receipt_table,
};
#define TABLES (sizeof(tables) / sizeof(tables[0]))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct agent_order_request order;
	struct pool *pool;
	struct json *draft = NULL;
	struct bytes body;
	size_t shape;

	if (size == 0)
		return 0;
	shape = data[0] % (TABLES + 1);
	body = (struct bytes){data + 1, size - 1};
	pool = pool_new(POOL_MAX);
	FUZZ_PROMISE(pool != NULL);
	if (shape < TABLES) {
		(void)!agent_request_read(tables[shape], body, pool, &value, NULL);
	} else if (agent_order_request_read(&order, body, pool, NULL) == 0) {
		FUZZ_PROMISE(order.key.size >= 1 && order.key.size <= AGENT_NAME_MAX);
		FUZZ_PROMISE(json_read(&draft, order.draft, order.draft.size, NULL) == 0 && json_kind_of(draft) == JSON_KIND_OBJECT);
	}
	json_free(&draft);
	pool_free(&pool);
	return 0;
}
