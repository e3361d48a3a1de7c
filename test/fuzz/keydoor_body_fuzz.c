/* The bodies between agent and keydoor: the first byte picks the table; what is read is written back as the same bytes. */
#include "fuzz.h"
#include "keydoor_message.h"

#define POOL_MAX (1u << 20)

static const struct body *const bodies[] = {
    &keydoor_list_reply_body,       &keydoor_key_body,
    &keydoor_container_body,        &keydoor_wait_request_body,
    &keydoor_wait_reply_body,       &keydoor_make_key_request_body,
    &keydoor_install_request_body,  &keydoor_login_request_body,
    &keydoor_complete_request_body, &keydoor_complete_reply_body,
    &keydoor_order_request_body,    &keydoor_pin_request_body,
    &keydoor_outcome_reply_body,    &keydoor_call_off_request_body,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct body *body;
	struct pool *pool;
	struct buf again;
	void *value;

	if (size == 0)
		return 0;
	body = bodies[data[0] % (sizeof(bodies) / sizeof(bodies[0]))];
	pool = pool_new(POOL_MAX);
	FUZZ_PROMISE(pool != NULL);
	value = pool_alloc(pool, body->struct_size);
	FUZZ_PROMISE(value != NULL);
	buf_init(&again, FRAME_BODY_MAX);
	if (body_decode(body, (struct bytes){data + 1, size - 1}, pool, value, NULL) == 0) {
		FUZZ_PROMISE(body_encode(body, value, &again, NULL) == 0);
		FUZZ_PROMISE(bytes_equal(buf_get(&again), (struct bytes){data + 1, size - 1}));
	}
	buf_free(&again);
	pool_free(&pool);
	return 0;
}
