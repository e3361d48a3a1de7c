/* Bodies: what is decoded, encoded again, gives the same bytes. */
#include "field.h"
#include "fuzz.h"

struct sample {
	uint32_t number;
	int64_t time;
	struct bytes key;
	struct bytes_list papers;
	struct bytes name;
	struct bytes_list lines;
};

static const struct field sample_fields[] = {
    FIELD(sample, number, FIELD_U32, 0),  FIELD(sample, time, FIELD_I64, 0),   FIELD(sample, key, FIELD_BYTES, 64),
    FIELD_OF_LIST(sample, papers, 32, 8), FIELD(sample, name, FIELD_TEXT, 64), FIELD_OF_LIST(sample, lines, 4096, FIELD_LIST_MAX),
};
static const struct body sample_body = BODY(sample, sample_fields);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pool *pool = pool_new(1 << 20);
	struct sample sample;
	struct buf again;

	FUZZ_PROMISE(pool != NULL);
	buf_init(&again, size);
	if (body_decode(&sample_body, (struct bytes){data, size}, pool, &sample, NULL) == 0) {
		FUZZ_PROMISE(body_encode(&sample_body, &sample, &again, NULL) == 0);
		FUZZ_PROMISE(bytes_equal(buf_get(&again), (struct bytes){data, size}));
	}
	buf_free(&again);
	pool_free(&pool);
	return 0;
}
