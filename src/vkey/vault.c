/* The PIN opens the master, the master opens the keys. */
#include "vault.h"

#include "keyring.h"
#include "random.h"

#include <string.h>

#define MASTER_SIZE 32
#define MASTER_LABEL "vkey-master"
#define CONTEXT_MAX 256

bool vault_pin_valid(struct bytes pin)
{
	if (pin.size < CARD_PIN_MIN || pin.size > CARD_PIN_MAX)
		return false;
	for (size_t i = 0; i < pin.size; i++)
		if (pin.data[i] < 0x21 || pin.data[i] > 0x7E)
			return false;
	return true;
}

int vault_open(const struct memory *m, struct bytes pin, struct secret *master, struct err *err)
{
	return keyring_open(pin, MASTER_LABEL, buf_get(&m->sealed_master), master, err);
}

/* Binds a sealed key to its place, so that it opens nowhere else. */
static int key_context(const struct memory *m, const struct memory_container *c, enum memory_use use, struct buf *out, struct err *err)
{
	const uint8_t place[3] = {(uint8_t)(use + 1), (uint8_t)(c->number >> 8), (uint8_t)(c->number & 0xFF)};

	if (buf_append_text(out, "hufu-vkey-key", err) != 0 || buf_append(out, BYTES_ARRAY(place), err) != 0 ||
	    buf_append(out, BYTES_ARRAY(c->keys[use].point), err) != 0)
		return -1;
	return buf_append_text(out, m->serial, err);
}

static int seal_scalar(const struct memory *m, const struct secret *master, struct memory_container *c, enum memory_use use,
                       const struct secret *scalar, struct err *err)
{
	struct buf context, sealed;
	int result = -1;

	buf_init(&context, CONTEXT_MAX);
	buf_init(&sealed, MEMORY_SEALED_SIZE);
	if (key_context(m, c, use, &context, err) != 0 || seal(master, buf_get(&context), secret_get(scalar), &sealed, err) != 0)
		goto out;
	if (sealed.size != MEMORY_SEALED_SIZE) {
		(void)err_set(err, HF_CRYPTO, "a sealed key has %zu bytes", sealed.size);
		goto out;
	}
	memcpy(c->keys[use].sealed, sealed.data, sealed.size);
	result = 0;
out:
	buf_free(&context);
	buf_free(&sealed);
	return result;
}

static int unseal_scalar(const struct memory *m, const struct secret *master, const struct memory_container *c, enum memory_use use,
                         struct secret *scalar, struct err *err)
{
	struct buf context;
	int result = -1;

	buf_init(&context, CONTEXT_MAX);
	if (key_context(m, c, use, &context, err) == 0)
		result = unseal(master, buf_get(&context), BYTES_ARRAY(c->keys[use].sealed), scalar, err);
	buf_free(&context);
	return result;
}

static int move_keys(struct memory *m, const struct secret *from, const struct secret *to, struct err *err)
{
	for (size_t i = 0; i < m->count; i++)
		for (enum memory_use use = MEMORY_SIGN; use < MEMORY_USES; use++) {
			struct memory_container *c = &m->containers[i];
			struct secret scalar = {0};
			int result;

			if (!c->keys[use].present)
				continue;
			result = unseal_scalar(m, from, c, use, &scalar, err);
			if (result == 0)
				result = seal_scalar(m, to, c, use, &scalar, err);
			secret_free(&scalar);
			if (result != 0)
				return -1;
		}
	return 0;
}

int vault_renew(struct memory *m, const struct secret *master, struct bytes new_pin, struct err *err)
{
	struct secret fresh = {0};
	int result = -1;

	if (secret_new(&fresh, MASTER_SIZE, err) != 0)
		return -1;
	random_bytes(fresh.data, fresh.size);
	if (move_keys(m, master, &fresh, err) != 0)
		goto out;
	buf_clear(&m->sealed_master);
	result = keyring_seal(new_pin, MASTER_LABEL, &fresh, &m->sealed_master, err);
out:
	secret_free(&fresh);
	return result;
}

int vault_put_key(const struct memory *m, const struct secret *master, struct memory_container *c, enum memory_use use,
                  const struct sm2_private *key, struct err *err)
{
	struct secret scalar = {0};
	int result = -1;

	if (sm2_private_scalar(key, &scalar, err) != 0)
		goto out;
	sm2_public_point(sm2_private_public(key), c->keys[use].point);
	result = seal_scalar(m, master, c, use, &scalar, err);
	c->keys[use].present = result == 0;
out:
	secret_free(&scalar);
	return result;
}

int vault_get_key(const struct memory *m, const struct secret *master, const struct memory_container *c, enum memory_use use,
                  struct sm2_private **key, struct err *err)
{
	struct secret scalar = {0};
	int result = -1;

	if (unseal_scalar(m, master, c, use, &scalar, err) == 0)
		result = sm2_private_from_scalar(key, &scalar, err);
	secret_free(&scalar);
	return result;
}
