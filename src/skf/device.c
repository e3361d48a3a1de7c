/* Shared devices, the link to the card and when it is held. */
#include "device.h"

#include "card_link.h"
#include "clock.h"
#include "skf_state.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CONNECT_MS 2000 /* for a card that another process holds */
#define GREET_MS 500    /* a card that is free greets within this, on a busy machine too */
#define ASK_MS 15000
#define FOR_EVER 0xFFFFFFFFu

struct device {
	struct device *next; /* with uses, under the state's lock */
	unsigned uses;
	char directory[SLOT_PATH_MAX];
	char slot[SLOT_NAME_MAX + 1];
	atomic_bool gone; /* another card is in the slot now */

	pthread_mutex_t turn; /* what follows is used only in a transaction */
	pthread_cond_t unlocked;
	struct card_link *link;
	struct buf serial; /* of the card; empty until it greeted first */
	bool verified;
	const void *owner;
	unsigned locks;
};

static struct device *find(struct skf_state *state, const char *directory, const char *slot)
{
	for (struct device *d = state->devices; d != NULL; d = d->next)
		if (strcmp(d->slot, slot) == 0 && strcmp(d->directory, directory) == 0 && !d->gone)
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
	buf_init(&d->serial, CARD_SERIAL_MAX);
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
	buf_free(&device->serial);
	(void)pthread_mutex_destroy(&device->turn);
	(void)pthread_cond_destroy(&device->unlocked);
	free(device);
}

static void lose_link(struct device *d)
{
	card_link_close(&d->link);
	d->verified = false;
}

/* The card that comes into the slot later may be another one: then the handles stand for nothing any more. */
static ULONG know_card(struct device *d)
{
	struct buf serial;
	struct err err;
	ULONG result;

	buf_init(&serial, CARD_FRAME_MAX);
	result = device_get_object(d, CARD_OBJECT_SERIAL, &serial);
	if (result == SAR_OK && d->serial.size == 0 && buf_append(&d->serial, buf_get(&serial), &err) != 0)
		result = result_of_error(&err);
	if (result == SAR_OK && !bytes_equal(buf_get(&serial), buf_get(&d->serial))) {
		d->gone = true;
		result = SAR_DEVICE_REMOVED;
	}
	buf_free(&serial);
	return result;
}

static ULONG connect_card(struct device *d, int wait_ms)
{
	const struct apdu select = {CARD_CLASS, CARD_SELECT, 0x04, 0x0C, {(const uint8_t *)CARD_AID, CARD_AID_SIZE}, 0};
	struct err err = {0};
	ULONG result;

	if (d->gone)
		return SAR_DEVICE_REMOVED;
	if (card_link_open(&d->link, d->directory, d->slot, wait_ms, &err) != 0)
		return result_of_error(&err);
	result = device_tell(d, &select);
	return result == SAR_OK ? know_card(d) : result;
}

static ULONG begin(struct device *device, int wait_ms)
{
	ULONG result = SAR_OK;

	(void)pthread_mutex_lock(&device->turn);
	if (device->link != NULL && !card_link_is_alive(device->link))
		lose_link(device);
	if (device->link == NULL)
		result = connect_card(device, wait_ms);
	if (result != SAR_OK) {
		lose_link(device);
		(void)pthread_mutex_unlock(&device->turn);
	}
	return result;
}

ULONG device_begin(struct device *device)
{
	return begin(device, CONNECT_MS);
}

bool device_is_gone(const struct device *device)
{
	return device->gone;
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

/* Waits for a card that another process holds, a short while at a time, so that the other threads have their turn. */
static ULONG begin_until(struct device *device, int64_t deadline)
{
	ULONG result;
	int64_t left;

	do {
		left = deadline - clock_monotonic_ms();
		result = begin(device, left > CONNECT_MS ? CONNECT_MS : left > GREET_MS ? (int)left : GREET_MS);
	} while (result == SAR_TIMEOUTERR && left > CONNECT_MS);
	return result;
}

/* Waits, in the turn, until no other handle of this process has the lock. */
static ULONG wait_unlocked(struct device *d, const void *owner, int64_t until)
{
	struct timespec deadline = {until / 1000, until % 1000 * 1000000};
	int waited = 0;

	while (d->locks > 0 && d->owner != owner && waited != ETIMEDOUT)
		waited = pthread_cond_timedwait(&d->unlocked, &d->turn, &deadline);
	return d->locks > 0 && d->owner != owner ? SAR_TIMEOUTERR : SAR_OK;
}

ULONG device_lock(struct device *device, const void *owner, ULONG timeout_ms)
{
	int64_t until = timeout_ms == FOR_EVER ? INT64_MAX : clock_monotonic_ms() + timeout_ms;
	ULONG result = begin_until(device, until);

	if (result != SAR_OK)
		return result;
	result = wait_unlocked(device, owner, until);
	if (result == SAR_OK && device->link == NULL)
		result = connect_card(device, CONNECT_MS);
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
