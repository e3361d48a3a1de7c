/* Inside the card application: its state, and the functions that the table of commands names. Each returns a status word. */
#ifndef HUFU_VKEY_COMMAND_H
#define HUFU_VKEY_COMMAND_H

#include "apdu.h"
#include "application.h"

struct application {
	struct memory_file *file;
	struct memory memory;
	struct secret master; /* there only while the PIN is verified */
	bool selected;
	struct memory_container *container; /* lent from memory; NULL when none is selected */
	struct err fault;                   /* why a command answered CARD_FAILED or CARD_MEMORY_FAILED; for the log */
	bool broken;                        /* memory is neither the old nor the new one: the card ends */
};

typedef uint16_t command_fn(struct application *app, const struct apdu *command, struct buf *out);

/* Makes the changed memory durable. On failure all changes are undone: it is read from the file again, nothing stays selected. */
uint16_t command_commit(struct application *app) MUST_CHECK;
/* Undoes changes to the memory that were not committed. */
void command_undo(struct application *app);
void command_forget_pin(struct application *app);
/* DONE when data could be appended. */
uint16_t command_give(struct application *app, struct buf *out, struct bytes data) MUST_CHECK;

/* command_pin.c */
command_fn command_verify, command_forget, command_change_pin, command_unblock;
/* command_container.c */
command_fn command_select_application, command_select_container, command_create_container, command_delete_container;
/* command_data.c */
command_fn command_get_serial, command_get_label, command_get_maker, command_get_status, command_get_versions, command_get_containers;
command_fn command_get_certificate, command_get_point, command_put_label, command_put_certificate;
/* command_key.c */
command_fn command_challenge, command_generate, command_import, command_sign, command_decipher;

#endif
