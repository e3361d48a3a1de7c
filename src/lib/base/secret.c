/* Secrets live in pages of their own: locked, left out of core dumps, wiped before they are given back. Keys and PINs, which come and go
 * with every request, share pages that are kept. */
#include "secret.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define SLOT_SIZE 512
#define SLOTS 64 /* in one piece of shared pages */

/* A place for a small secret; while it is free it is all zeros but for the link. */
union slot {
	union slot *next;
	uint8_t bytes[SLOT_SIZE];
};
static union slot *free_slots;
static pthread_mutex_t slots_lock = PTHREAD_MUTEX_INITIALIZER;
static bool forks_wait;

static void *map_locked(size_t size, struct err *err)
{
	void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED) {
		err_set_errno(err, HF_MEMORY, "no page for a secret");
		return NULL;
	}
	/* Both are refused where RLIMIT_MEMLOCK or the kernel says so; the secret still works. */
	(void)madvise(page, size, MADV_DONTDUMP);
	(void)mlock(page, size);
	return page;
}

static void lock_slots(void)
{
	pthread_mutex_lock(&slots_lock);
}

static void unlock_slots(void)
{
	pthread_mutex_unlock(&slots_lock);
}

/* Under the lock. A fork waits for it, so that the child of a program with threads does not get it locked for ever. */
static int map_slots(struct err *err)
{
	union slot *slots;

	if (!forks_wait && pthread_atfork(lock_slots, unlock_slots, unlock_slots) != 0)
		return err_set(err, HF_MEMORY, "no memory to watch forks");
	forks_wait = true;
	slots = map_locked(SLOTS * sizeof(*slots), err);
	if (slots == NULL)
		return -1;
	for (size_t i = 0; i < SLOTS; i++)
		slots[i].next = i + 1 < SLOTS ? &slots[i + 1] : NULL;
	free_slots = slots;
	return 0;
}

static void *slot_take(struct err *err)
{
	union slot *slot = NULL;

	pthread_mutex_lock(&slots_lock);
	if (free_slots != NULL || map_slots(err) == 0) {
		slot = free_slots;
		free_slots = slot->next;
		slot->next = NULL;
	}
	pthread_mutex_unlock(&slots_lock);
	return slot;
}

static void slot_give(void *data)
{
	union slot *slot = data;

	pthread_mutex_lock(&slots_lock);
	slot->next = free_slots;
	free_slots = slot;
	pthread_mutex_unlock(&slots_lock);
}

int secret_new(struct secret *s, size_t size, struct err *err)
{
	void *data;

	*s = (struct secret){0};
	if (size == 0 || size > SECRET_MAX)
		return err_set(err, HF_LIMIT, "a secret of %zu bytes; 1 to %d are possible", size, SECRET_MAX);
	data = size <= SLOT_SIZE ? slot_take(err) : map_locked(size, err);
	if (data == NULL)
		return -1;
	*s = (struct secret){data, size};
	return 0;
}

int secret_copy(struct secret *s, struct bytes from, struct err *err)
{
	if (secret_new(s, from.size, err))
		return -1;
	memcpy(s->data, from.data, from.size);
	return 0;
}

void secret_free(struct secret *s)
{
	if (!s->data)
		return;
	explicit_bzero(s->data, s->size);
	if (s->size <= SLOT_SIZE)
		slot_give(s->data);
	else
		munmap(s->data, s->size);
	*s = (struct secret){0};
}

struct bytes secret_get(const struct secret *s)
{
	return (struct bytes){s->data, s->size};
}

void secret_wipe(void *p, size_t n)
{
	if (n)
		explicit_bzero(p, n);
}

int secret_harden_process(struct err *err)
{
	const struct rlimit none = {0, 0};

	if (setrlimit(RLIMIT_CORE, &none))
		return err_set_errno(err, HF_SYSTEM, "core dumps cannot be switched off");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return err_set_errno(err, HF_SYSTEM, "the process cannot be made undumpable");
	return 0;
}
