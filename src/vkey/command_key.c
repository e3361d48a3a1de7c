/* Private keys: made, imported and used inside the card. */
#include "command.h"
#include "envelope.h"
#include "random.h"
#include "vault.h"

uint16_t command_challenge(struct application *app, const struct apdu *command, struct buf *out)
{
	uint8_t challenge[CARD_CHALLENGE_MAX];

	if (command->le > sizeof(challenge))
		return CARD_WRONG_LENGTH;
	random_bytes(challenge, command->le);
	return command_give(app, out, (struct bytes){challenge, command->le});
}

static int open_key(struct application *app, enum memory_use use, struct sm2_private **key)
{
	return vault_get_key(&app->memory, &app->master, app->container, use, key, &app->fault);
}

/* Seals the key into the container and makes it durable. */
static uint16_t keep_key(struct application *app, enum memory_use use, const struct sm2_private *key)
{
	if (vault_put_key(&app->memory, &app->master, app->container, use, key, &app->fault) != 0) {
		command_undo(app);
		return CARD_FAILED;
	}
	return command_commit(app);
}

uint16_t command_generate(struct application *app, const struct apdu *command, struct buf *out)
{
	struct sm2_private *key = NULL;
	uint16_t word;

	if (app->container->keys[MEMORY_SIGN].present)
		return CARD_EXISTS;
	if (sm2_private_generate(&key, &app->fault) != 0)
		return CARD_FAILED;
	word = keep_key(app, MEMORY_SIGN, key);
	if (word == CARD_DONE)
		word = command_give(app, out, BYTES_ARRAY(app->container->keys[MEMORY_SIGN].point));
	sm2_private_free(&key);
	return word;
}

uint16_t command_import(struct application *app, const struct apdu *command, struct buf *out)
{
	const struct memory_key *there = &app->container->keys[MEMORY_ENCRYPT];
	struct sm2_private *sign_key = NULL, *key = NULL;
	uint8_t point[SM2_POINT_SIZE];
	uint16_t word = CARD_FAILED;

	if (open_key(app, MEMORY_SIGN, &sign_key) != 0)
		goto out;
	word = CARD_WRONG_DATA;
	if (envelope_open(sign_key, command->data, &key, &app->fault) != 0)
		goto out;
	if (!there->present) {
		word = keep_key(app, MEMORY_ENCRYPT, key);
		goto out;
	}
	sm2_public_point(sm2_private_public(key), point);
	word = bytes_equal(BYTES_ARRAY(there->point), BYTES_ARRAY(point)) ? CARD_DONE : CARD_EXISTS;
out:
	sm2_private_free(&sign_key);
	sm2_private_free(&key);
	return word;
}

uint16_t command_sign(struct application *app, const struct apdu *command, struct buf *out)
{
	struct sm2_private *key = NULL;
	uint8_t rs[64];
	uint16_t word = CARD_FAILED;

	if (open_key(app, MEMORY_SIGN, &key) == 0 && sm2_sign_digest(key, command->data.data, rs, &app->fault) == 0)
		word = command_give(app, out, BYTES_ARRAY(rs));
	sm2_private_free(&key);
	return word;
}

uint16_t command_decipher(struct application *app, const struct apdu *command, struct buf *out)
{
	struct sm2_private *key = NULL;
	struct secret plain = {0};
	uint16_t word;

	if (!app->container->keys[MEMORY_ENCRYPT].present)
		return CARD_NO_OBJECT;
	if (open_key(app, MEMORY_ENCRYPT, &key) != 0)
		return CARD_FAILED;
	if (sm2_decrypt(key, command->data, &plain, &app->fault) == 0)
		word = command_give(app, out, secret_get(&plain));
	else
		word = CARD_WRONG_DATA;
	secret_free(&plain);
	sm2_private_free(&key);
	return word;
}
