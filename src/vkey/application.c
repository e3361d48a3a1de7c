/* The table of commands, and what is checked before one runs. */
#include "command.h"
#include "log.h"

#include <stdlib.h>

enum need {
	NEED_APPLICATION = 1,
	NEED_CONTAINER = 2,
	NEED_PIN = 4,
	NEED_HOLDERS_PIN = 8,
	NEED_SIGN_KEY = 16,
	NEED_KEEPING = NEED_APPLICATION | NEED_PIN | NEED_HOLDERS_PIN, /* to change what the card holds */
	NEED_USING = NEED_KEEPING | NEED_CONTAINER
};

struct command {
	uint8_t cla, ins;
	uint16_t p1p2;
	size_t data_min, data_max;
	uint32_t answer; /* Le must hold at least this */
	unsigned needs;
	command_fn *run;
};

#define PIN_DATA_MAX 64

static const struct command commands[] = {
    {CARD_CLASS, CARD_SELECT, 0x040C, 1, 16, 0, 0, command_select_application},
    {CARD_CLASS, CARD_SELECT, 0x010C, 2, 2, 0, NEED_APPLICATION, command_select_container},
    {CARD_CLASS, CARD_GET_DATA, CARD_OBJECT_SERIAL, 0, 0, 1, NEED_APPLICATION, command_get_serial},
    {CARD_CLASS, CARD_GET_DATA, CARD_OBJECT_LABEL, 0, 0, 1, NEED_APPLICATION, command_get_label},
    {CARD_CLASS, CARD_GET_DATA, CARD_OBJECT_MAKER, 0, 0, 1, NEED_APPLICATION, command_get_maker},
    {CARD_CLASS, CARD_GET_DATA, CARD_OBJECT_STATUS, 0, 0, CARD_STATUS_SIZE, NEED_APPLICATION, command_get_status},
    {CARD_CLASS, CARD_GET_DATA, CARD_OBJECT_VERSIONS, 0, 0, 3, NEED_APPLICATION, command_get_versions},
    {CARD_CLASS, CARD_GET_DATA, CARD_OBJECT_CONTAINERS, 0, 0, 1, NEED_APPLICATION, command_get_containers},
    {CARD_CLASS, CARD_GET_DATA, CARD_OBJECT_SIGN_CERTIFICATE, 0, 0, 1, NEED_APPLICATION | NEED_CONTAINER, command_get_certificate},
    {CARD_CLASS, CARD_GET_DATA, CARD_OBJECT_ENCRYPT_CERTIFICATE, 0, 0, 1, NEED_APPLICATION | NEED_CONTAINER, command_get_certificate},
    {CARD_CLASS, CARD_GET_DATA, CARD_OBJECT_SIGN_POINT, 0, 0, SM2_POINT_SIZE, NEED_APPLICATION | NEED_CONTAINER, command_get_point},
    {CARD_CLASS, CARD_GET_DATA, CARD_OBJECT_ENCRYPT_POINT, 0, 0, SM2_POINT_SIZE, NEED_APPLICATION | NEED_CONTAINER, command_get_point},
    {CARD_CLASS, CARD_PUT_DATA, CARD_OBJECT_LABEL, 0, CARD_LABEL_MAX, 0, NEED_KEEPING, command_put_label},
    {CARD_CLASS, CARD_PUT_DATA, CARD_OBJECT_SIGN_CERTIFICATE, 1, CARD_CERTIFICATE_MAX, 0, NEED_USING, command_put_certificate},
    {CARD_CLASS, CARD_PUT_DATA, CARD_OBJECT_ENCRYPT_CERTIFICATE, 1, CARD_CERTIFICATE_MAX, 0, NEED_USING, command_put_certificate},
    {CARD_CLASS, CARD_GET_CHALLENGE, 0x0000, 0, 0, 1, NEED_APPLICATION, command_challenge},
    {CARD_CLASS, CARD_VERIFY, CARD_PIN_REFERENCE, 0, PIN_DATA_MAX, 0, NEED_APPLICATION, command_verify},
    {CARD_CLASS, CARD_VERIFY, 0xFF00 | CARD_PIN_REFERENCE, 0, 0, 0, NEED_APPLICATION, command_forget},
    {CARD_CLASS, CARD_CHANGE_PIN, CARD_PIN_REFERENCE, 1, 2 * PIN_DATA_MAX, 0, NEED_APPLICATION, command_change_pin},
    {CARD_CLASS_OWN, CARD_RESET_RETRY_COUNTER, CARD_PIN_REFERENCE, 0, PIN_DATA_MAX, 0, NEED_APPLICATION, command_unblock},
    {CARD_CLASS_OWN, CARD_CREATE_CONTAINER, 0x0000, 1, CARD_NAME_MAX, 2, NEED_KEEPING, command_create_container},
    {CARD_CLASS, CARD_DELETE_CONTAINER, 0x0000, 0, 0, 0, NEED_USING, command_delete_container},
    {CARD_CLASS, CARD_GENERATE, 0x8000, 0, 0, SM2_POINT_SIZE, NEED_USING, command_generate},
    {CARD_CLASS_OWN, CARD_IMPORT_KEY, 0x0000, 1, CARD_DATA_MAX, 0, NEED_USING | NEED_SIGN_KEY, command_import},
    {CARD_CLASS, CARD_SECURITY_OPERATION, 0x9E9A, 32, 32, 64, NEED_USING | NEED_SIGN_KEY, command_sign},
    {CARD_CLASS, CARD_SECURITY_OPERATION, 0x8084, 1, CARD_DATA_MAX, 1, NEED_USING, command_decipher},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* ISO 7816-4 5.1.1: channels, secure messaging and chaining in the bits of an interindustry class byte. */
static uint16_t check_class(uint8_t cla)
{
	if (cla == CARD_CLASS || cla == CARD_CLASS_OWN)
		return CARD_DONE;
	if ((cla & 0x60) != 0)
		return CARD_UNKNOWN_CLASS;
	if ((cla & 0x10) != 0)
		return CARD_NO_CHAINING;
	if ((cla & 0x0C) != 0)
		return CARD_NO_SECURE_MESSAGING;
	return CARD_NO_CHANNEL;
}

static uint16_t find_command(const struct apdu *in, const struct command **found)
{
	uint16_t p1p2 = (uint16_t)(in->p1 << 8 | in->p2);
	uint16_t word = CARD_UNKNOWN_INS;

	for (size_t i = 0; i < COMMANDS; i++) {
		const struct command *c = &commands[i];

		if (c->ins != in->ins)
			continue;
		if (c->cla != in->cla) {
			word = CARD_UNKNOWN_CLASS;
			continue;
		}
		word = CARD_WRONG_PARAMETERS;
		if (c->p1p2 == p1p2) {
			*found = c;
			return CARD_DONE;
		}
	}
	return word;
}

static uint16_t check_needs(const struct application *app, unsigned needs)
{
	if ((needs & NEED_APPLICATION) != 0 && !app->selected)
		return CARD_NOT_SELECTED;
	if ((needs & NEED_CONTAINER) != 0 && app->container == NULL)
		return CARD_NOT_SELECTED;
	if ((needs & NEED_PIN) != 0 && app->master.size == 0)
		return CARD_PIN_NEEDED;
	if ((needs & NEED_HOLDERS_PIN) != 0 && app->memory.pin_state != CARD_PIN_HOLDERS)
		return CARD_PIN_CHANGE_FIRST;
	if ((needs & NEED_SIGN_KEY) != 0 && !app->container->keys[MEMORY_SIGN].present)
		return CARD_NOT_SELECTED;
	return CARD_DONE;
}

static uint16_t run(struct application *app, const struct apdu *in, struct buf *out)
{
	const struct command *c = NULL;
	uint16_t word = check_class(in->cla);

	if (word == CARD_DONE)
		word = find_command(in, &c);
	if (word != CARD_DONE)
		return word;
	if (in->data.size < c->data_min || in->data.size > c->data_max || in->le < c->answer)
		return CARD_WRONG_LENGTH;
	word = check_needs(app, c->needs);
	if (word != CARD_DONE)
		return word;
	word = c->run(app, in, out);
	return word == CARD_DONE && out->size > in->le ? CARD_WRONG_LENGTH : word;
}

/* Keeps the memory, so that no growth leaves copies. */
static void wipe_answer(struct buf *answer)
{
	if (answer->size > 0)
		secret_wipe(answer->data, answer->size);
	buf_clear(answer);
}

int application_answer(struct application *app, struct bytes command, struct buf *answer, struct err *err)
{
	struct apdu in;
	uint16_t word = CARD_WRONG_LENGTH;

	wipe_answer(answer);
	err_clear(&app->fault);
	if (apdu_parse(command, &in, NULL) == 0)
		word = run(app, &in, answer);
	if (app->broken)
		return err_set(err, HF_KEY_FILE, "the key file cannot be read again: %s", app->fault.text);
	if (word == CARD_FAILED || word == CARD_MEMORY_FAILED)
		log_fault("card.failed", &app->fault);
	if (word != CARD_DONE)
		wipe_answer(answer);
	if (buf_append_u8(answer, (uint8_t)(word >> 8), err) != 0)
		return -1;
	return buf_append_u8(answer, (uint8_t)(word & 0xFF), err);
}

int application_new(struct application **application, struct memory_file *file, struct err *err)
{
	struct application *app = calloc(1, sizeof(*app));

	if (app == NULL) {
		memory_file_close(&file);
		return err_set(err, HF_MEMORY, "card application");
	}
	app->file = file;
	if (memory_file_read(file, &app->memory, err) != 0) {
		memory_init(&app->memory);
		application_free(&app);
		return -1;
	}
	*application = app;
	return 0;
}

void application_free(struct application **application)
{
	struct application *app = *application;

	if (app == NULL)
		return;
	application_reset(app);
	memory_free(&app->memory);
	memory_file_close(&app->file);
	free(app);
	*application = NULL;
}

void command_forget_pin(struct application *app)
{
	secret_free(&app->master);
}

void application_reset(struct application *app)
{
	command_forget_pin(app);
	app->selected = false;
	app->container = NULL;
}

void command_undo(struct application *app)
{
	app->container = NULL;
	memory_free(&app->memory);
	if (memory_file_read(app->file, &app->memory, &app->fault) != 0) {
		memory_init(&app->memory);
		app->broken = true;
	}
}

uint16_t command_commit(struct application *app)
{
	if (memory_file_write(app->file, &app->memory, &app->fault) == 0)
		return CARD_DONE;
	command_undo(app);
	return CARD_MEMORY_FAILED;
}

uint16_t command_give(struct application *app, struct buf *out, struct bytes data)
{
	return buf_append(out, data, &app->fault) == 0 ? CARD_DONE : CARD_FAILED;
}
