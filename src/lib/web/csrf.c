/* Tokens against forged requests. */
#include "csrf.h"

#include "digest.h"
#include "random.h"
#include "text_code.h"

#define MASK_SIZE 16

static int session_mac(const struct secret *key, struct bytes session_id, uint8_t mac[SM3_SIZE], struct err *err)
{
	struct buf text;
	int result = -1;

	buf_init(&text, 1024);
	if (buf_append_text(&text, "hufu-csrf-v1\n", err) == 0 && buf_append(&text, session_id, err) == 0)
		result = hmac_sm3(key, buf_get(&text), mac, err);
	buf_wipe(&text);
	return result;
}

static void mask_apply(uint8_t mac[SM3_SIZE], const uint8_t mask[MASK_SIZE])
{
	uint8_t stream[SM3_SIZE];

	sm3((struct bytes){mask, MASK_SIZE}, stream);
	for (size_t i = 0; i < SM3_SIZE; i++)
		mac[i] ^= stream[i];
}

int csrf_token(const struct secret *key, struct bytes session_id, char token[CSRF_TOKEN_SIZE + 1], struct err *err)
{
	uint8_t both[MASK_SIZE + SM3_SIZE];

	random_bytes(both, MASK_SIZE);
	if (session_mac(key, session_id, both + MASK_SIZE, err) != 0)
		return -1;
	mask_apply(both + MASK_SIZE, both);
	hex_write(token, both, sizeof(both));
	return 0;
}

int csrf_check(const struct secret *key, struct bytes session_id, struct bytes token, struct err *err)
{
	uint8_t both[MASK_SIZE + SM3_SIZE], mac[SM3_SIZE];

	if (token.size != CSRF_TOKEN_SIZE || hex_read(both, sizeof(both), token, false) != 0)
		return err_set(err, HF_CSRF, "no token, or one of another shape");
	if (session_mac(key, session_id, mac, err) != 0)
		return -1;
	mask_apply(both + MASK_SIZE, both);
	if (!bytes_equal_secret(BYTES_ARRAY(mac), (struct bytes){both + MASK_SIZE, SM3_SIZE}))
		return err_set(err, HF_CSRF, "the token is another session's");
	return 0;
}
