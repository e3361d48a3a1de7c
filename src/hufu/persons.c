/* The first persons: who they are, and their place in the journal. */
#include "persons.h"

#include "journal_event.h"
#include "person_key.h"

#include <limits.h>
#include <stdio.h>

const struct first_person first_persons[] = {
    {"admin-a", "管理员甲", ROLE_BIT(ROLE_SUPER_ADMINISTRATOR)},
    {"admin-b", "管理员乙", ROLE_BIT(ROLE_SUPER_ADMINISTRATOR)},
    {"audit", "审计管理员", ROLE_BIT(ROLE_AUDIT_ADMINISTRATOR)},
    {"intake", "受理员", ROLE_BIT(ROLE_INTAKE_OPERATOR)},
    {"reviewer", "审核员", ROLE_BIT(ROLE_REVIEWER)},
    {"officer-a", "密钥管理员甲", ROLE_BIT(ROLE_KEY_OFFICER)},
    {"officer-b", "密钥管理员乙", ROLE_BIT(ROLE_KEY_OFFICER)},
};
const size_t first_persons_count = sizeof(first_persons) / sizeof(first_persons[0]);

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

static int make_one(const struct authority *a, const struct first_person *p, const char *folder, struct journal *journal, struct buf *pins,
                    struct err *err)
{
	struct person_certs certs = {0};
	char file[PATH_MAX];
	int result = -1;

	if (snprintf(file, sizeof(file), "%s/%s.vkey", folder, p->id) >= (int)sizeof(file))
		return err_set(err, HF_FILE, "%s: the path is too long", folder);
	if (buf_append_format(pins, err, "%-10s ", p->id) == 0 && person_key_make(a, p->id, p->name, file, &certs, pins, err) == 0)
		result = write_record(a, p, &certs, journal, err);
	cert_free(&certs.sign);
	cert_free(&certs.encryption);
	return result == 0 ? 0 : err_wrap(err, "key of %s", p->id);
}

int persons_make(const struct authority *a, const char *folder, struct journal *journal, struct buf *pins, struct err *err)
{
	for (size_t i = 0; i < first_persons_count; i++)
		if (make_one(a, &first_persons[i], folder, journal, pins, err) != 0)
			return -1;
	return 0;
}
