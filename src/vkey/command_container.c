/* Selecting, making and deleting containers. */
#include "command.h"

uint16_t command_select_application(struct application *app, const struct apdu *command, struct buf *out)
{
	const struct bytes aid = {(const uint8_t *)CARD_AID, CARD_AID_SIZE};

	application_reset(app);
	app->selected = bytes_equal(command->data, aid);
	return app->selected ? CARD_DONE : CARD_NOT_FOUND;
}

uint16_t command_select_container(struct application *app, const struct apdu *command, struct buf *out)
{
	struct reader r = {command->data};
	uint16_t number;

	app->container = reader_u16(&r, &number) == 0 ? memory_find(&app->memory, number) : NULL;
	return app->container != NULL ? CARD_DONE : CARD_NOT_FOUND;
}

uint16_t command_create_container(struct application *app, const struct apdu *command, struct buf *out)
{
	struct memory_container *c;
	uint8_t number[2];
	uint16_t word;

	if (!memory_name_valid(command->data))
		return CARD_WRONG_DATA;
	if (memory_find_name(&app->memory, command->data) != NULL)
		return CARD_EXISTS;
	c = memory_add(&app->memory, command->data);
	if (c == NULL)
		return CARD_NO_ROOM;
	word = command_commit(app);
	if (word != CARD_DONE)
		return word;
	app->container = c;
	number[0] = (uint8_t)(c->number >> 8);
	number[1] = (uint8_t)(c->number & 0xFF);
	return command_give(app, out, BYTES_ARRAY(number));
}

uint16_t command_delete_container(struct application *app, const struct apdu *command, struct buf *out)
{
	memory_remove(&app->memory, app->container->number);
	app->container = NULL;
	return command_commit(app);
}
