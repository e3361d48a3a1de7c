/* The first persons: their certificates, and their place in the journal. */
#include "persons.h"

#include "file.h"
#include "journal_event.h"
#include "person_key.h"
#include "person_request.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

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

static int make_virtual(const struct authority *a, const struct first_person *p, const char *folder, struct person_certs *certs,
                        struct buf *pins, struct err *err)
{
	char file[PATH_MAX];

	if (snprintf(file, sizeof(file), "%s/%s.vkey", folder, p->id) >= (int)sizeof(file))
		return err_set(err, HF_FILE, "%s: the path is too long", folder);
	if (buf_append_format(pins, err, "%-10s ", p->id) != 0)
		return -1;
	return person_key_make(a, p->id, p->name, file, certs, pins, err);
}

static int certify(const struct authority *a, const struct first_person *p, const char *folder, struct person_certs *certs, struct err *err)
{
	int dir = file_open_dir(AT_FDCWD, folder, err), result;

	if (dir < 0)
		return -1;
	result = person_request_certify(a, p->id, p->name, p->request, dir, certs, err);
	(void)close(dir);
	return result;
}

static int make_one(const struct authority *a, const struct first_person *p, const char *folder, struct journal *journal, struct buf *pins,
                    struct err *err)
{
	struct person_certs certs = {0};
	int result = p->request != NULL ? certify(a, p, folder, &certs, err) : make_virtual(a, p, folder, &certs, pins, err);

	if (result == 0)
		result = write_record(a, p, &certs, journal, err);
	cert_free(&certs.sign);
	cert_free(&certs.encryption);
	return result == 0 ? 0 : err_wrap(err, "key of %s", p->id);
}

int persons_make(const struct authority *a, const struct person_list *list, const char *folder, struct journal *journal, struct buf *pins,
                 struct err *err)
{
	for (size_t i = 0; i < list->count; i++)
		if (make_one(a, &list->items[i], folder, journal, pins, err) != 0)
			return -1;
	return 0;
}
