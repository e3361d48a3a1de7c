/* The PIN: verified, changed, forgotten. */
#include "command.h"
#include "vault.h"

/* Looks at the PIN once. The try is durably gone before the PIN is looked at; the caller gives the tries back with its own commit. */
static uint16_t spend_try(struct application *app, struct bytes pin, struct secret *master)
{
	uint16_t word;

	if (app->memory.tries_left == 0)
		return CARD_PIN_BLOCKED;
	app->memory.tries_left--;
	word = command_commit(app);
	if (word != CARD_DONE)
		return word;
	if (vault_open(&app->memory, pin, master, &app->fault) == 0)
		return CARD_DONE;
	if (app->fault.code != HF_PASSPHRASE)
		return CARD_FAILED;
	return app->memory.tries_left == 0 ? CARD_PIN_BLOCKED : (uint16_t)(CARD_TRIES_LEFT | app->memory.tries_left);
}

static uint16_t ask(const struct application *app)
{
	if (app->master.size > 0)
		return CARD_DONE;
	return app->memory.tries_left == 0 ? CARD_PIN_BLOCKED : (uint16_t)(CARD_TRIES_LEFT | app->memory.tries_left);
}

uint16_t command_verify(struct application *app, const struct apdu *command, struct buf *out)
{
	struct secret master = {0};
	uint16_t word;

	if (command->data.size == 0)
		return ask(app);
	if (!vault_pin_valid(command->data))
		return CARD_WRONG_DATA;
	command_forget_pin(app);
	word = spend_try(app, command->data, &master);
	if (word == CARD_DONE) {
		app->memory.tries_left = CARD_PIN_TRIES;
		word = command_commit(app);
	}
	if (word == CARD_DONE)
		app->master = master;
	else
		secret_free(&master);
	return word;
}

uint16_t command_forget(struct application *app, const struct apdu *command, struct buf *out)
{
	command_forget_pin(app);
	return CARD_DONE;
}

uint16_t command_change_pin(struct application *app, const struct apdu *command, struct buf *out)
{
	struct reader r = {command->data};
	struct secret master = {0};
	struct bytes old_pin;
	uint8_t size;
	uint16_t word;

	if (reader_u8(&r, &size) != 0 || reader_take(&r, size, &old_pin) != 0 || !vault_pin_valid(old_pin) || !vault_pin_valid(r.rest))
		return CARD_WRONG_DATA;
	if (bytes_equal_secret(old_pin, r.rest))
		return CARD_PIN_SAME;
	command_forget_pin(app);
	word = spend_try(app, old_pin, &master);
	if (word != CARD_DONE)
		goto out;
	if (vault_renew(&app->memory, &master, r.rest, &app->fault) != 0) {
		command_undo(app);
		word = CARD_FAILED;
		goto out;
	}
	app->memory.pin_state = CARD_PIN_HOLDERS;
	app->memory.tries_left = CARD_PIN_TRIES;
	word = command_commit(app);
out:
	secret_free(&master);
	return word;
}

uint16_t command_unblock(struct application *app, const struct apdu *command, struct buf *out)
{
	return CARD_NOT_SUPPORTED;
}
