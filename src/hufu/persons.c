/* The first persons: their certificates, and their place in the journal. */
#include "persons.h"

#include "journal_event.h"
#include "person_key.h"
#include "person_request.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define THREADS_MAX 8 /* each key that is made takes 32 MiB */
#define NAME_ROOM 64
#define PIN_LINE_MAX 256

static int write_record(const struct authority *a, const struct first_person *p, const struct person_certs *certs, struct journal *journal,
                        struct err *err)
{
	const struct journal_event event = {
	    .type = EVENT_PERSON,
	    .certificate = certs->sign->der,
	    .encryption = certs->encryption->der,
	    .person = {bytes_text(p->id), bytes_text(p->name)},
	    .roles = p->roles,
	};
	struct journal_record record;
	struct buf body;
	int result;

	buf_init(&body, EVENT_BODY_MAX);
	result = journal_event_write(&event, EVENT_VIEW_FULL, &body, err);
	if (result == 0)
		result = journal_add(journal, a->now, buf_get(&body), &record, err);
	buf_free(&body);
	return result;
}

/* A person whose certificates are being made. */
struct task {
	const struct first_person *person;
	struct person_certs certs;
	struct buf pin;
	struct err err;
	int result;
};

/* What the threads share: each takes the next task until none is left, or one failed. */
struct tasks {
	const struct authority *authority;
	int folder;
	struct task items[PERSONS_MAX];
	size_t count;
	atomic_size_t next;
	atomic_bool failed;
};

static int certify(const struct tasks *all, struct task *t)
{
	const struct first_person *p = t->person;

	return person_request_certify(all->authority, p->id, p->name, p->request, all->folder, &t->certs, &t->err);
}

static int make_virtual(const struct tasks *all, struct task *t)
{
	const struct first_person *p = t->person;
	char file[NAME_ROOM];

	(void)snprintf(file, sizeof(file), "%s.vkey", p->id);
	if (buf_append_format(&t->pin, &t->err, "%-10s ", p->id) != 0)
		return -1;
	return person_key_make(all->authority, p->id, p->name, file, &t->certs, &t->pin, &t->err);
}

static void *work(void *ctx)
{
	struct tasks *all = ctx;

	for (size_t i; !all->failed && (i = atomic_fetch_add(&all->next, 1)) < all->count;) {
		struct task *t = &all->items[i];

		t->result = t->person->request != NULL ? certify(all, t) : make_virtual(all, t);
		if (t->result != 0)
			all->failed = true;
	}
	return NULL;
}

/* This thread works too: without any other it goes on alone. */
static void work_together(struct tasks *all)
{
	pthread_t threads[THREADS_MAX];
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	long count = 0;

	while (count < THREADS_MAX && count < processors - 1 && pthread_create(&threads[count], NULL, work, all) == 0)
		count++;
	(void)work(all);
	for (long i = 0; i < count; i++)
		(void)pthread_join(threads[i], NULL);
}

/* In the folder, so that the paths of sockets stay short wherever it is. */
static int enter_slots(int folder, struct err *err)
{
	if (fchdir(folder) != 0 || setenv("HUFU_KEY_SLOTS", ".", 1) != 0)
		return err_set_errno(err, HF_FILE, "folder of the keys");
	return 0;
}

/* In the order of the list, whichever was ready first. */
static int write_all(const struct tasks *all, struct journal *journal, struct buf *pins, struct err *err)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct task *t = &all->items[i];

		if (write_record(all->authority, t->person, &t->certs, journal, err) != 0 || buf_append(pins, buf_get(&t->pin), err) != 0)
			return -1;
	}
	return 0;
}

/* The first fault, in the order of the list. */
static int fault_of(const struct tasks *all, struct err *err)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct task *t = &all->items[i];

		if (t->result == 0)
			continue;
		*err = t->err;
		return err_wrap(err, "key of %s", t->person->id);
	}
	return 0;
}

int persons_make(const struct authority *a, const struct person_list *list, int folder, struct journal *journal, struct buf *pins,
                 struct err *err)
{
	struct tasks all = {.authority = a, .folder = folder, .count = list->count};
	int result = 0;

	for (size_t i = 0; i < list->count; i++) {
		all.items[i].person = &list->items[i];
		buf_init(&all.items[i].pin, PIN_LINE_MAX);
	}
	if (list->count > 0 && list->items[0].request == NULL) /* all have one, or none */
		result = enter_slots(folder, err);
	if (result == 0) {
		work_together(&all);
		result = fault_of(&all, err);
	}
	if (result == 0)
		result = write_all(&all, journal, pins, err);
	for (size_t i = 0; i < list->count; i++) {
		cert_free(&all.items[i].certs.sign);
		cert_free(&all.items[i].certs.encryption);
		buf_wipe(&all.items[i].pin);
	}
	return result;
}
