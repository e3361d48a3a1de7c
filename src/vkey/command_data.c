/* Data objects: what the card tells of itself, labels, certificates, public keys. */
#include "command.h"

#include <string.h>

#define APPLICATION_MAJOR 1
#define APPLICATION_MINOR 0

uint16_t command_get_serial(struct application *app, const struct apdu *command, struct buf *out)
{
	return command_give(app, out, bytes_text(app->memory.serial));
}

uint16_t command_get_label(struct application *app, const struct apdu *command, struct buf *out)
{
	return command_give(app, out, bytes_text(app->memory.label));
}

uint16_t command_get_maker(struct application *app, const struct apdu *command, struct buf *out)
{
	return command_give(app, out, bytes_text(APPLICATION_MAKER));
}

uint16_t command_get_status(struct application *app, const struct apdu *command, struct buf *out)
{
	const struct memory *m = &app->memory;
	const uint8_t status[CARD_STATUS_SIZE] = {(uint8_t)m->pin_state, m->tries_left,     CARD_PIN_TRIES,
	                                          app->master.size > 0,  (uint8_t)m->count, CARD_CONTAINERS_MAX};

	return command_give(app, out, BYTES_ARRAY(status));
}

uint16_t command_get_versions(struct application *app, const struct apdu *command, struct buf *out)
{
	const uint8_t versions[3] = {APPLICATION_MAJOR, APPLICATION_MINOR, MEMORY_FILE_VERSION};

	return command_give(app, out, BYTES_ARRAY(versions));
}

static uint8_t holdings(const struct memory_container *c)
{
	return (uint8_t)((c->keys[MEMORY_SIGN].present ? CARD_SIGN_KEY : 0) | (c->keys[MEMORY_ENCRYPT].present ? CARD_ENCRYPT_KEY : 0) |
	                 (c->certificates[MEMORY_SIGN].size > 0 ? CARD_SIGN_CERTIFICATE : 0) |
	                 (c->certificates[MEMORY_ENCRYPT].size > 0 ? CARD_ENCRYPT_CERTIFICATE : 0));
}

uint16_t command_get_containers(struct application *app, const struct apdu *command, struct buf *out)
{
	for (size_t i = 0; i < app->memory.count; i++) {
		const struct memory_container *c = &app->memory.containers[i];
		const uint8_t head[4] = {(uint8_t)(c->number >> 8), (uint8_t)(c->number & 0xFF), holdings(c), (uint8_t)strlen(c->name)};

		if (command_give(app, out, BYTES_ARRAY(head)) != CARD_DONE || command_give(app, out, bytes_text(c->name)) != CARD_DONE)
			return CARD_FAILED;
	}
	return CARD_DONE;
}

/* 02xx: odd objects are of the signature, even ones of the encryption. */
static enum memory_use use_of(const struct apdu *command)
{
	return (command->p2 & 1) != 0 ? MEMORY_SIGN : MEMORY_ENCRYPT;
}

uint16_t command_get_certificate(struct application *app, const struct apdu *command, struct buf *out)
{
	const struct buf *certificate = &app->container->certificates[use_of(command)];

	if (certificate->size == 0)
		return CARD_NO_OBJECT;
	return command_give(app, out, buf_get(certificate));
}

uint16_t command_get_point(struct application *app, const struct apdu *command, struct buf *out)
{
	const struct memory_key *key = &app->container->keys[use_of(command)];

	if (!key->present)
		return CARD_NO_OBJECT;
	return command_give(app, out, BYTES_ARRAY(key->point));
}

uint16_t command_put_label(struct application *app, const struct apdu *command, struct buf *out)
{
	if (!memory_label_valid(command->data))
		return CARD_WRONG_DATA;
	memset(app->memory.label, 0, sizeof(app->memory.label));
	if (command->data.size > 0)
		memcpy(app->memory.label, command->data.data, command->data.size);
	return command_commit(app);
}

/* One DER SEQUENCE with a length of one to three bytes in its shortest form, and nothing after it. */
static bool is_sequence(struct bytes der)
{
	struct reader r = {der};
	uint8_t tag, first, byte;
	size_t size = 0;

	if (reader_u8(&r, &tag) != 0 || tag != 0x30 || reader_u8(&r, &first) != 0)
		return false;
	if (first < 0x80)
		return r.rest.size == first;
	if (first != 0x81 && first != 0x82)
		return false;
	for (int i = first & 0x7F; i > 0; i--) {
		if (reader_u8(&r, &byte) != 0)
			return false;
		size = size << 8 | byte;
	}
	return size >= (first == 0x81 ? 0x80 : 0x100) && r.rest.size == size;
}

uint16_t command_put_certificate(struct application *app, const struct apdu *command, struct buf *out)
{
	struct buf *certificate = &app->container->certificates[use_of(command)];

	if (!is_sequence(command->data))
		return CARD_WRONG_DATA;
	buf_clear(certificate);
	if (buf_append(certificate, command->data, &app->fault) != 0) {
		command_undo(app);
		return CARD_FAILED;
	}
	return command_commit(app);
}
