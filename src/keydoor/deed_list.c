/* Lists the keys plugged in with what is on them. No PIN is needed. */
#include "key_container.h"
#include "log.h"

#include <string.h>

#define ENCODED_MAX (512u << 10)

/* Encodes a body of its own into the pool: an item of a list. */
static int keep_item(const struct body *body, const void *from, struct pool *pool, struct bytes *item, struct err *err)
{
	struct buf encoded;
	int rc;

	buf_init(&encoded, ENCODED_MAX);
	rc = body_encode(body, from, &encoded, err);
	if (rc == 0)
		rc = pool_bytes(pool, buf_get(&encoded), item, err);
	buf_free(&encoded);
	return rc;
}

static int read_certificate(struct token *token, const char *container, enum token_use use, struct pool *pool, struct bytes *to,
                            struct err *err)
{
	struct buf der;
	int rc;

	buf_init(&der, TOKEN_CERTIFICATE_MAX);
	rc = token_certificate(token, container, use, &der, err);
	if (rc == 0)
		rc = pool_bytes(pool, buf_get(&der), to, err);
	buf_free(&der);
	return rc;
}

static int read_key_hash(struct token *token, const char *container, struct pool *pool, struct bytes *to, struct err *err)
{
	uint8_t hash[32];

	if (container_key_hash(token, container, hash, err) != 0)
		return -1;
	return pool_bytes(pool, BYTES_ARRAY(hash), to, err);
}

static int read_container(struct token *token, const struct token_container *c, struct pool *pool, struct bytes *item, struct err *err)
{
	struct keydoor_container out = {.name = bytes_text(c->name)};

	if (c->key[TOKEN_SIGN] && read_key_hash(token, c->name, pool, &out.key_hash, err) != 0)
		return -1;
	if (c->certificate[TOKEN_SIGN] && read_certificate(token, c->name, TOKEN_SIGN, pool, &out.sign, err) != 0)
		return -1;
	if (c->certificate[TOKEN_ENCRYPT] && read_certificate(token, c->name, TOKEN_ENCRYPT, pool, &out.encryption, err) != 0)
		return -1;
	return keep_item(&keydoor_container_body, &out, pool, item, err);
}

static int read_containers(struct token *token, struct pool *pool, struct bytes_list *to, struct err *err)
{
	struct token_container *list = pool_alloc(pool, TOKEN_CONTAINERS_MAX * sizeof(*list));
	size_t count = 0;

	if (list == NULL)
		return err_set(err, HF_MEMORY, "containers");
	if (token_containers(token, list, &count, err) != 0)
		return -1;
	to->items = pool_alloc(pool, (count + 1) * sizeof(*to->items));
	if (to->items == NULL)
		return err_set(err, HF_MEMORY, "containers");
	for (size_t i = 0; i < count; i++) {
		struct err why = {0};

		if (read_container(token, &list[i], pool, &to->items[to->count], &why) == 0)
			to->count++;
		else if (container_pass_over(&why, err) != 0)
			return -1;
	}
	return 0;
}

struct listing {
	struct pool *pool;
	struct bytes_list *keys;
};

static int list_key(void *ctx, const struct token_info *info, struct token *token, struct err *err)
{
	static const uint32_t pin[] = {
	    [TOKEN_PIN_SET] = KEYDOOR_PIN_SET,
	    [TOKEN_PIN_CHANGE_FIRST] = KEYDOOR_PIN_INITIAL,
	    [TOKEN_PIN_LOCKED] = KEYDOOR_PIN_BLOCKED,
	    [TOKEN_PIN_UNKNOWN] = KEYDOOR_PIN_BUSY,
	};
	struct listing *l = ctx;
	struct keydoor_key out = {
	    .serial = bytes_text(info->serial),
	    .label = bytes_text(token != NULL ? info->label : info->device),
	    .maker = bytes_text(info->maker),
	    .pin = pin[info->pin],
	    .tries = info->tries_left,
	    .tries_max = info->tries_max,
	};
	struct err why = {0};

	if ((token == NULL || read_containers(token, l->pool, &out.containers, &why) == 0) &&
	    keep_item(&keydoor_key_body, &out, l->pool, &l->keys->items[l->keys->count], &why) == 0)
		l->keys->count++;
	else if (why.code == HF_MEMORY)
		return err_set(err, why.code, "%s", why.text);
	else
		log_fault("key.unreadable", &why); /* pulled out meanwhile: the others are listed */
	return 0;
}

int list_keys(struct keydoor *k, const void *request, struct pool *pool, void *to, struct err *err)
{
	struct keydoor_list_reply *reply = to;
	struct listing listing = {pool, &reply->keys};

	reply->keys.items = pool_alloc(pool, TOKEN_LIST_MAX * sizeof(*reply->keys.items));
	if (reply->keys.items == NULL)
		return err_set(err, HF_MEMORY, "keys");
	return token_look(k->library, list_key, &listing, err);
}
