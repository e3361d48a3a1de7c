/* Opening the database, and the pool of reading connections. */
#include "store.h"

#include "migrate.h"
#include "query.h"
#include "writer.h"

#include <pthread.h>
#include <stdlib.h>

#define READERS_DEFAULT 8

struct store {
	struct writer *writer; /* NULL for STORE_AUDIT */
	pthread_mutex_t lock;
	pthread_cond_t given_back;
	struct connection *readers; /* those that are free */
};

static int readers_open(struct store *s, const struct store_settings *settings, struct err *err)
{
	int n = settings->readers > 0 ? settings->readers : READERS_DEFAULT;

	for (int i = 0; i < n; i++) {
		struct connection *c;
		if (connection_open(&c, settings, false, err) != 0)
			return -1;
		c->next = s->readers;
		s->readers = c;
	}
	return 0;
}

static int writer_open(struct store *s, const struct store_settings *settings, struct err *err)
{
	struct connection *c;

	if (connection_open(&c, settings, true, err) != 0)
		return -1;
	if (migrate(c, migrations, migrations_count, err) != 0 || writer_new(&s->writer, c, err) != 0) {
		connection_close(&c);
		return -1;
	}
	return 0;
}

int store_open(struct store **out, const struct store_settings *settings, struct err *err)
{
	struct store *s = calloc(1, sizeof(*s));

	*out = NULL;
	if (s == NULL)
		return err_set(err, HF_MEMORY, "store");
	/* Nobody asks SQLite for its memory's statistics, for which every allocation of every thread would take one lock. Refused, and
	 * without harm, once a database is open. */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->given_back, NULL);
	if (settings->role != STORE_AUDIT && writer_open(s, settings, err) != 0)
		goto out;
	if (readers_open(s, settings, err) != 0)
		goto out;
	if (settings->role == STORE_AUDIT && migrate_check(s->readers, migrations, migrations_count, err) != 0)
		goto out;
	*out = s;
	return 0;
out:
	store_free(&s);
	return -1;
}

void store_free(struct store **s)
{
	if (*s == NULL)
		return;
	while ((*s)->readers != NULL) {
		struct connection *c = (*s)->readers;
		(*s)->readers = c->next;
		connection_close(&c);
	}
	writer_free(&(*s)->writer);
	pthread_cond_destroy(&(*s)->given_back);
	pthread_mutex_destroy(&(*s)->lock);
	free(*s);
	*s = NULL;
}

int store_change(struct store *s, change_fn *fn, void *ctx, struct err *err)
{
	struct change_item item = {.fn = fn, .ctx = ctx};

	store_change_all(s, &item, 1);
	if (item.result != 0 && err != NULL)
		*err = item.err;
	return item.result;
}

void store_change_all(struct store *s, struct change_item *items, size_t n)
{
	if (s->writer != NULL) {
		writer_change(s->writer, items, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		items[i].result = err_set(&items[i].err, HF_STORE, "store: opened for reading");
}

int store_read(struct store *s, struct connection **c, struct err *err)
{
	pthread_mutex_lock(&s->lock);
	while (s->readers == NULL)
		pthread_cond_wait(&s->given_back, &s->lock);
	*c = s->readers;
	s->readers = (*c)->next;
	pthread_mutex_unlock(&s->lock);
	if (query_run(*c, SQL_TRANSACTION_READ, NO_VALUES, NULL, err) == 0)
		return 0;
	store_read_end(s, c);
	return -1;
}

void store_read_end(struct store *s, struct connection **c)
{
	if (*c == NULL)
		return;
	if (!sqlite3_get_autocommit((*c)->db) && query_run(*c, SQL_TRANSACTION_END, NO_VALUES, NULL, NULL) != 0)
		connection_undo(*c, "ROLLBACK");
	pthread_mutex_lock(&s->lock);
	(*c)->next = s->readers;
	s->readers = *c;
	pthread_cond_signal(&s->given_back);
	pthread_mutex_unlock(&s->lock);
	*c = NULL;
}

struct store_counts store_counts_get(struct store *s)
{
	return s->writer != NULL ? writer_counts(s->writer) : (struct store_counts){0, 0};
}
