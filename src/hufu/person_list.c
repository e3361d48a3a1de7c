/* Who the first persons are. */
#include "person_list.h"

#include "order.h"
#include "text_code.h"

#include <stdlib.h>
#include <string.h>

#define ID_MAX 32

static const char *const usual[] = {
    "admin-a=管理员甲=super-administrator",
    "admin-b=管理员乙=super-administrator",
    "audit=审计管理员=audit-administrator",
    "intake=受理员=intake-operator",
    "reviewer=审核员=reviewer",
    "officer-a=密钥管理员甲=key-officer",
    "officer-b=密钥管理员乙=key-officer",
};

static int check_id(const struct person_list *list, const char *id, struct err *err)
{
	size_t size = strlen(id);

	if (size == 0 || size > ID_MAX || strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != size)
		return err_set(err, HF_USAGE, "a person's id has 1 to %d of a-z, 0-9 and -", ID_MAX);
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i].id, id) == 0)
			return err_set(err, HF_USAGE, "two persons are called %s", id);
	}
	return 0;
}

static int check_name(const char *name, struct err *err)
{
	struct bytes text = bytes_text(name);

	if (text.size == 0 || text_check_nfc(text) != TEXT_FINE || text_characters(text) > ORDER_NAME_CHARACTERS)
		return err_set(err, HF_USAGE, "a person's name has 1 to %d characters", ORDER_NAME_CHARACTERS);
	return 0;
}

static int read_roles(char *names, uint32_t *roles, struct err *err)
{
	*roles = 0;
	for (char *name = names, *next; name != NULL; name = next) {
		int role = 0;

		next = strchr(name, ',');
		if (next != NULL)
			*next++ = '\0';
		while (role < ROLE_COUNT && strcmp(name, role_names[role]) != 0)
			role++;
		if (role == ROLE_COUNT)
			return err_set(err, HF_USAGE, "there is no role %s", name);
		*roles |= ROLE_BIT(role);
	}
	return roles_may_meet(*roles) ? 0 : err_set(err, HF_USAGE, "the audit line meets no other role in one person");
}

/* Cuts text at its next '='; NULL when there is none. */
static char *cut(char *text)
{
	char *equals = text == NULL ? NULL : strchr(text, '=');

	if (equals != NULL)
		*equals++ = '\0';
	return equals;
}

static int add_parts(struct person_list *list, char *id, struct err *err)
{
	struct first_person *p = &list->items[list->count];
	char *name = cut(id), *roles = cut(name), *request = cut(roles);
	uint32_t bits;

	if (roles == NULL)
		return err_set(err, HF_USAGE, "--person wants ID=NAME=ROLE,ROLE, and =REQUEST");
	if (check_id(list, id, err) < 0 || check_name(name, err) < 0 || read_roles(roles, &bits, err) < 0)
		return -1;
	*p = (struct first_person){strdup(id), strdup(name), bits, request == NULL ? NULL : strdup(request)};
	list->count++;
	if (p->id == NULL || p->name == NULL || (request != NULL && p->request == NULL))
		return err_set(err, HF_MEMORY, "persons");
	return 0;
}

int person_list_add(struct person_list *list, const char *text, struct err *err)
{
	char *parts;
	int result;

	if (list->count == PERSONS_MAX)
		return err_set(err, HF_USAGE, "more than %d persons", PERSONS_MAX);
	parts = strdup(text);
	if (parts == NULL)
		return err_set(err, HF_MEMORY, "persons");
	result = add_parts(list, parts, err);
	free(parts);
	return result;
}

int person_list_usual(struct person_list *list, struct err *err)
{
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		if (person_list_add(list, usual[i], err) < 0)
			return -1;
	}
	return 0;
}

static size_t count_role(const struct person_list *list, enum role role)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += (list->items[i].roles & ROLE_BIT(role)) != 0;
	return count;
}

/* An intake operator and a reviewer who are two persons. */
static bool has_two_hands(const struct person_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		for (size_t k = 0; k < list->count; k++) {
			if (i != k && (list->items[i].roles & ROLE_BIT(ROLE_INTAKE_OPERATOR)) != 0 &&
			    (list->items[k].roles & ROLE_BIT(ROLE_REVIEWER)) != 0)
				return true;
		}
	}
	return false;
}

int person_list_check(const struct person_list *list, bool evaluation, struct err *err)
{
	if (count_role(list, ROLE_SUPER_ADMINISTRATOR) < 2 || count_role(list, ROLE_KEY_OFFICER) < 2)
		return err_set(err, HF_USAGE, "two super administrators and two key officers are needed");
	if (!has_two_hands(list))
		return err_set(err, HF_USAGE, "an intake operator and a reviewer are needed, two persons");
	if (count_role(list, ROLE_AUDIT_ADMINISTRATOR) < 1)
		return err_set(err, HF_USAGE, "an audit administrator is needed");
	for (size_t i = 0; i < list->count; i++) {
		if ((list->items[i].request == NULL) != evaluation)
			return err_set(err, HF_USAGE,
			               evaluation ? "%s: an evaluation instance makes the key itself"
			                          : "%s: the request of his own key is missing",
			               list->items[i].id);
	}
	return 0;
}

void person_list_free(struct person_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].id);
		free(list->items[i].name);
		free(list->items[i].request);
	}
	list->count = 0;
}
