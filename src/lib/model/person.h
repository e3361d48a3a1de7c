/* A person of the staff, as the signer's register has him. */
#ifndef HUFU_MODEL_PERSON_H
#define HUFU_MODEL_PERSON_H

#include "column.h"

struct person {
	const char *id, *name;
	const char *serial; /* of the signature certificate */
	int64_t roles;      /* ROLE_BIT of order/role.h, or-ed; 0 when withdrawn */
	int64_t from, to;   /* appointed for; to 0: without end */
};
extern const struct shape person_shape;

struct person_list {
	struct person *items;
	size_t count;
};

#endif
