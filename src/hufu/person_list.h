/* Who the first persons of an instance are. doc/protocol/ceremony.md 5 */
#ifndef HUFU_HUFU_PERSON_LIST_H
#define HUFU_HUFU_PERSON_LIST_H

#include "role.h"

#define PERSONS_MAX 32

/* Texts are owned. */
struct first_person {
	char *id, *name;
	uint32_t roles; /* ROLE_BIT */
	char *request;  /* file with the PKCS#10 request of his own key; NULL: a virtual key is made for him */
};
struct person_list {
	struct first_person items[PERSONS_MAX];
	size_t count;
};

/* One of "id=name=role,role" or "id=name=role,role=request-file". id: 1 to 32 of a-z, 0-9 and '-'. HF_USAGE. */
int person_list_add(struct person_list *list, const char *text, struct err *err) MUST_CHECK;
/* The seven of an evaluation instance. */
int person_list_usual(struct person_list *list, struct err *err) MUST_CHECK;
/* Enough to work with (order.md 3): two super administrators, an intake operator and a reviewer who are two persons, two key officers,
 * an audit administrator; requests for all, or for none in an evaluation instance. HF_USAGE. */
int person_list_check(const struct person_list *list, bool evaluation, struct err *err) MUST_CHECK;
void person_list_free(struct person_list *list);

#endif
