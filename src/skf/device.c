/* Shared devices, the link to the card and when it is held. */
#include "device.h"

#include "card_link.h"
#include "clock.h"
#include "skf_state.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CONNECT_MS 10000
#define ASK_MS 15000
#define FOR_EVER 0xFFFFFFFFu

struct device {
	struct device *next; /* with uses, under the state's lock */
	unsigned uses;
	char directory[SLOT_PATH_MAX];
	char slot[SLOT_NAME_MAX + 1];

	pthread_mutex_t turn; /* what follows is used only in a transaction */
	pthread_cond_t unlocked;
	struct card_link *link;
	bool verified;
	const void *owner;
	unsigned locks;
};

static struct device *find(struct skf_state *state, const char *directory, const char *slot)
{
	for (struct device *d = state->devices; d != NULL; d = d->next)
		if (strcmp(d->slot, slot) == 0 && strcmp(d->directory, directory) == 0)
			return d;
	return NULL;
}

static struct device *make(const char *directory, const char *slot)
{
	struct device *d = calloc(1, sizeof(*d));
	pthread_condattr_t clock;

	if (d == NULL || pthread_condattr_init(&clock) != 0) {
		free(d);
		return NULL;
	}
	(void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	(void)pthread_mutex_init(&d->turn, NULL);
	(void)pthread_cond_init(&d->unlocked, &clock);
	(void)pthread_condattr_destroy(&clock);
	memcpy(d->directory, directory, strlen(directory) + 1);
	memcpy(d->slot, slot, strlen(slot) + 1);
	return d;
}

ULONG device_get(const char *slot, struct device **device)
{
	char directory[SLOT_PATH_MAX];
	struct err err = {0};
	struct skf_state *state;
	struct device *d;

	if (!slot_name_valid(slot))
		return SAR_INVALIDPARAMERR;
	if (slot_directory(directory, &err) != 0)
		return SAR_FAIL;
	state = skf_state_lock();
	d = find(state, directory, slot);
	if (d == NULL) {
		d = make(directory, slot);
		if (d != NULL) {
			d->next = state->devices;
			state->devices = d;
		}
	}
	if (d != NULL)
		d->uses++;
	skf_state_unlock();
	*device = d;
	return d != NULL ? SAR_OK : SAR_MEMORYERR;
}

struct device *device_share(struct device *device)
{
	(void)skf_state_lock();
	device->uses++;
	skf_state_unlock();
	return device;
}

static void forget(struct skf_state *state, struct device *device)
{
	for (struct device **d = &state->devices; *d != NULL; d = &(*d)->next)
		if (*d == device) {
			*d = device->next;
			return;
		}
}

void device_release(struct device *device)
{
	struct skf_state *state = skf_state_lock();
	bool last = --device->uses == 0;

	if (last)
		forget(state, device);
	skf_state_unlock();
	if (!last)
		return;
	card_link_close(&device->link);
	(void)pthread_mutex_destroy(&device->turn);
	(void)pthread_cond_destroy(&device->unlocked);
	free(device);
}

static void lose_link(struct device *d)
{
	card_link_close(&d->link);
	d->verified = false;
}

static ULONG connect_card(struct device *d)
{
	const struct apdu select = {CARD_CLASS, CARD_SELECT, 0x04, 0x0C, {(const uint8_t *)CARD_AID, CARD_AID_SIZE}, 0};
	struct err err = {0};

	if (card_link_open(&d->link, d->directory, d->slot, CONNECT_MS, &err) != 0)
		return result_of_error(&err);
	return device_tell(d, &select);
}

ULONG device_begin(struct device *device)
{
	ULONG result = SAR_OK;

	(void)pthread_mutex_lock(&device->turn);
	if (device->link != NULL && !card_link_is_alive(device->link))
		lose_link(device);
	if (device->link == NULL)
		result = connect_card(device);
	if (result != SAR_OK) {
		lose_link(device);
		(void)pthread_mutex_unlock(&device->turn);
	}
	return result;
}

void device_end(struct device *device)
{
	if (!device->verified && device->locks == 0)
		card_link_close(&device->link);
	(void)pthread_mutex_unlock(&device->turn);
}

ULONG device_ask(struct device *device, const struct apdu *command, struct buf *answer, uint16_t *word)
{
	struct err err = {0};

	if (device->link == NULL)
		return SAR_DEVICE_REMOVED;
	if (card_link_ask(device->link, command, answer, word, ASK_MS, &err) == 0)
		return SAR_OK;
	lose_link(device);
	return result_of_error(&err);
}

ULONG device_tell(struct device *device, const struct apdu *command)
{
	struct buf none;
	uint16_t word;
	ULONG result;

	buf_init(&none, CARD_FRAME_MAX);
	result = device_ask(device, command, &none, &word);
	buf_wipe(&none);
	return result == SAR_OK ? result_of_word(word) : result;
}

ULONG device_get_object(struct device *device, enum card_object object, struct buf *answer)
{
	const struct apdu get = {CARD_CLASS, CARD_GET_DATA, (uint8_t)(object >> 8), (uint8_t)(object & 0xFF), BYTES_NONE, APDU_LE_MAX};
	uint16_t word;
	ULONG result = device_ask(device, &get, answer, &word);

	return result == SAR_OK ? result_of_word(word) : result;
}

void device_set_verified(struct device *device, bool verified)
{
	device->verified = verified && device->link != NULL;
}

static struct timespec deadline_after(ULONG ms)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* Waits, in the turn, until no other handle of this process has the lock. */
static ULONG wait_unlocked(struct device *d, const void *owner, ULONG timeout_ms)
{
	struct timespec deadline = deadline_after(timeout_ms);
	int waited = 0;

	while (d->locks > 0 && d->owner != owner && waited != ETIMEDOUT)
		if (timeout_ms == FOR_EVER)
			(void)pthread_cond_wait(&d->unlocked, &d->turn);
		else
			waited = pthread_cond_timedwait(&d->unlocked, &d->turn, &deadline);
	return d->locks > 0 && d->owner != owner ? SAR_TIMEOUTERR : SAR_OK;
}

ULONG device_lock(struct device *device, const void *owner, ULONG timeout_ms)
{
	ULONG result = device_begin(device);

	if (result != SAR_OK)
		return result;
	result = wait_unlocked(device, owner, timeout_ms);
	if (result == SAR_OK && device->link == NULL)
		result = connect_card(device);
	if (result == SAR_OK) {
		device->owner = owner;
		device->locks++;
	}
	device_end(device);
	return result;
}

ULONG device_unlock(struct device *device, const void *owner)
{
	ULONG result = SAR_FAIL;

	(void)pthread_mutex_lock(&device->turn);
	if (device->locks > 0 && device->owner == owner) {
		result = SAR_OK;
		if (--device->locks == 0) {
			device->owner = NULL;
			(void)pthread_cond_broadcast(&device->unlocked);
		}
	}
	device_end(device);
	return result;
}

void device_unlock_all(struct device *device, const void *owner)
{
	while (device_unlock(device, owner) == SAR_OK)
		;
}
