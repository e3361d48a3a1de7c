/* The slot directory: where virtual keys are plugged in, which are there now, and word when one comes or goes.
 * doc/protocol/virtual-key.md 1 */
#ifndef HUFU_CARD_SLOT_H
#define HUFU_CARD_SLOT_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>

#define SLOT_PATH_MAX 108 /* as sockaddr_un has it, with the NUL */
#define SLOT_NAME_MAX 32
#define SLOT_MAX 16

/* $HUFU_KEY_SLOTS, else the default; made when missing. HF_KEY_READER when another user could write there. */
int slot_directory(char path[SLOT_PATH_MAX], struct err *err) MUST_CHECK;
bool slot_name_valid(const char *name);
/* <directory>/<name>.sock; HF_KEY_READER when the name is not valid or the path too long for a socket. */
int slot_socket_path(const char *directory, const char *name, char path[SLOT_PATH_MAX], struct err *err) MUST_CHECK;

struct slot_list {
	char names[SLOT_MAX][SLOT_NAME_MAX + 1]; /* sorted */
	size_t count;
};

/* Keys that take connections now; beyond SLOT_MAX they are left out. */
int slot_list_present(const char *directory, struct slot_list *list, struct err *err) MUST_CHECK;
bool slot_is_present(const char *directory, const char *name);

/* One watcher for one waiting thread; only slot_watch_cancel may be called from another. */
struct slot_watch;

struct slot_event {
	bool plugged;
	char name[SLOT_NAME_MAX + 1];
};

/* What is plugged in when the watch is made is known and gives no event. */
int slot_watch_new(struct slot_watch **watch, const char *directory, struct err *err) MUST_CHECK;
/* timeout_ms < 0: for ever. HF_KEY_TIME_OUT after that time or a cancel. */
int slot_watch_next(struct slot_watch *watch, struct slot_event *event, int timeout_ms, struct err *err) MUST_CHECK;
void slot_watch_cancel(struct slot_watch *watch); /* ends the wait under way, or the next one */
void slot_watch_forget_cancel(struct slot_watch *watch);
void slot_watch_free(struct slot_watch **watch);

#endif
