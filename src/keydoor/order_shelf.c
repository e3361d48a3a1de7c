/* Orders that were completed and wait for their signature: a few, for a few minutes. */
#include "order_shelf.h"

#include "clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE 65

struct place {
	uint8_t hash[32];
	char *text; /* NULL: free */
	size_t size;
	char key[NAME_SIZE], container[NAME_SIZE];
	int64_t until; /* clock_monotonic_ms */
};

struct order_shelf {
	pthread_mutex_t lock;
	struct place places[ORDER_SHELF_SIZE];
	size_t next;
};

int order_shelf_new(struct order_shelf **shelf, struct err *err)
{
	*shelf = calloc(1, sizeof(**shelf));
	if (*shelf == NULL)
		return err_set(err, HF_MEMORY, "order shelf");
	(void)pthread_mutex_init(&(*shelf)->lock, NULL);
	return 0;
}

static void empty(struct place *p)
{
	free(p->text);
	*p = (struct place){0};
}

void order_shelf_free(struct order_shelf **shelf)
{
	if (*shelf == NULL)
		return;
	for (size_t i = 0; i < ORDER_SHELF_SIZE; i++)
		empty(&(*shelf)->places[i]);
	(void)pthread_mutex_destroy(&(*shelf)->lock);
	free(*shelf);
	*shelf = NULL;
}

int order_shelf_put(struct order_shelf *shelf, const uint8_t hash[32], struct bytes text, const char *key, const char *container,
                    struct err *err)
{
	struct place new = {.size = text.size, .until = clock_monotonic_ms() + ORDER_SHELF_LIFE_MS};

	if (strlen(key) >= NAME_SIZE || strlen(container) >= NAME_SIZE)
		return err_set(err, HF_CONTAINER, "a name of over %d bytes", NAME_SIZE - 1);
	new.text = malloc(text.size + 1);
	if (new.text == NULL)
		return err_set(err, HF_MEMORY, "order shelf");
	memcpy(new.text, text.data, text.size);
	memcpy(new.hash, hash, sizeof(new.hash));
	memcpy(new.key, key, strlen(key));
	memcpy(new.container, container, strlen(container));

	pthread_mutex_lock(&shelf->lock);
	empty(&shelf->places[shelf->next]);
	shelf->places[shelf->next] = new;
	shelf->next = (shelf->next + 1) % ORDER_SHELF_SIZE;
	pthread_mutex_unlock(&shelf->lock);
	return 0;
}

int order_shelf_take(struct order_shelf *shelf, const uint8_t hash[32], const char *key, const char *container, struct buf *text,
                     struct err *err)
{
	int rc = err_set(err, HF_ORDER_MISMATCH, "no such order was completed for container %s of key %s", container, key);

	pthread_mutex_lock(&shelf->lock);
	for (size_t i = 0; i < ORDER_SHELF_SIZE; i++) {
		struct place *p = &shelf->places[i];

		if (p->text == NULL || memcmp(p->hash, hash, sizeof(p->hash)) != 0)
			continue;
		if (strcmp(p->key, key) == 0 && strcmp(p->container, container) == 0 && clock_monotonic_ms() <= p->until) {
			rc = buf_append(text, (struct bytes){(const uint8_t *)p->text, p->size}, err);
			if (rc == 0)
				err_clear(err);
		}
		empty(p);
		break;
	}
	pthread_mutex_unlock(&shelf->lock);
	return rc;
}
