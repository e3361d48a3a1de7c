/* Keys that come and go: inotify tells that something moved, a fresh look what it was. */
#include "clock.h"
#include "slot.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

/* A killed key closes its socket and its lock file one after the other: the directory is looked at when it has been quiet this long. */
#define SETTLE_MS 50

struct slot_watch {
	char directory[SLOT_PATH_MAX];
	int notify;
	int cancel;
	struct slot_list known;
};

int slot_watch_new(struct slot_watch **watch, const char *directory, struct err *err)
{
	struct slot_watch *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return err_set(err, HF_MEMORY, "slot watch");
	w->notify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	w->cancel = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (strlen(directory) >= sizeof(w->directory)) {
		(void)err_set(err, HF_KEY_READER, "slot directory has too long a path");
		goto fail;
	}
	memcpy(w->directory, directory, strlen(directory) + 1);
	if (w->notify < 0 || w->cancel < 0 ||
	    inotify_add_watch(w->notify, directory, IN_CREATE | IN_DELETE | IN_MOVE | IN_CLOSE_WRITE | IN_ONLYDIR) < 0) {
		(void)err_set_errno(err, HF_KEY_READER, "watch of slot directory %s", directory);
		goto fail;
	}
	if (slot_list_present(directory, &w->known, err) != 0)
		goto fail;
	*watch = w;
	return 0;
fail:
	slot_watch_free(&w);
	return -1;
}

void slot_watch_free(struct slot_watch **watch)
{
	struct slot_watch *w = *watch;

	if (w == NULL)
		return;
	if (w->notify >= 0)
		(void)close(w->notify);
	if (w->cancel >= 0)
		(void)close(w->cancel);
	free(w);
	*watch = NULL;
}

static void drain(int fd)
{
	char discarded[4096];

	while (read(fd, discarded, sizeof(discarded)) > 0)
		;
}

void slot_watch_cancel(struct slot_watch *watch)
{
	const uint64_t one = 1;

	(void)!write(watch->cancel, &one, sizeof(one));
}

void slot_watch_forget_cancel(struct slot_watch *watch)
{
	drain(watch->cancel);
}

static bool contains(const struct slot_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->names[i], name) == 0)
			return true;
	return false;
}

static void set_event(struct slot_event *event, bool plugged, const char *name)
{
	event->plugged = plugged;
	memcpy(event->name, name, sizeof(event->name));
}

static void remove_name(struct slot_list *list, size_t at)
{
	memmove(list->names[at], list->names[at + 1], (list->count - at - 1) * sizeof(list->names[0]));
	list->count--;
}

static void insert_name(struct slot_list *list, const char *name)
{
	size_t at = 0;

	while (at < list->count && strcmp(list->names[at], name) < 0)
		at++;
	memmove(list->names[at + 1], list->names[at], (list->count - at) * sizeof(list->names[0]));
	memcpy(list->names[at], name, sizeof(list->names[0]));
	list->count++;
}

/* One difference between what was known and what is there: first what went, then what came. */
static int find_change(struct slot_watch *w, struct slot_event *event, bool *found, struct err *err)
{
	struct slot_list now;

	*found = false;
	if (slot_list_present(w->directory, &now, err) != 0)
		return -1;
	for (size_t i = 0; i < w->known.count; i++)
		if (!contains(&now, w->known.names[i])) {
			set_event(event, false, w->known.names[i]);
			remove_name(&w->known, i);
			*found = true;
			return 0;
		}
	for (size_t i = 0; i < now.count; i++)
		if (!contains(&w->known, now.names[i])) {
			set_event(event, true, now.names[i]);
			insert_name(&w->known, now.names[i]);
			*found = true;
			return 0;
		}
	return 0;
}

/* 1: something happened in the directory and it is quiet again; 0: time over or cancelled. */
static int wait_for_motion(struct slot_watch *w, int64_t deadline)
{
	struct pollfd fds[2] = {{.fd = w->notify, .events = POLLIN}, {.fd = w->cancel, .events = POLLIN}};
	bool moved = false;

	for (;;) {
		int64_t left = deadline < 0 ? -1 : deadline - clock_monotonic_ms();
		int wait = moved ? SETTLE_MS : (int)left;

		if (!moved && deadline >= 0 && left <= 0)
			return 0;
		if (poll(fds, 2, wait) == 0)
			return moved ? 1 : 0;
		if (fds[1].revents != 0) {
			drain(w->cancel);
			return 0;
		}
		if (fds[0].revents != 0) {
			drain(w->notify);
			moved = true;
		}
	}
}

int slot_watch_next(struct slot_watch *watch, struct slot_event *event, int timeout_ms, struct err *err)
{
	int64_t deadline = timeout_ms < 0 ? -1 : clock_monotonic_ms() + timeout_ms;

	for (;;) {
		bool found;

		if (find_change(watch, event, &found, err) != 0)
			return -1;
		if (found)
			return 0;
		if (wait_for_motion(watch, deadline) == 0)
			return err_set(err, HF_KEY_TIME_OUT, "no key came or went");
	}
}
