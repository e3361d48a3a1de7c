/* Lists of the staff and of mails that did not go. */
#include "people.h"

#include "permission.h"
#include "service_state.h"

int people_list(struct service *s, const struct actor *actor, struct pool *pool, struct person_list *people, struct err *err)
{
	struct connection *c;
	int rc;

	if (permission_check(actor, VERB_PEOPLE_READ, err) != 0 || store_read(s->store, &c, err) != 0)
		return -1;
	rc = query_list(c, SQL_PERSON_LIST, NO_VALUES, &person_shape, pool, (void **)&people->items, &people->count, err);
	store_read_end(s->store, &c);
	return rc;
}

int people_failed_mails(struct service *s, const struct actor *actor, struct pool *pool, struct mail_list *mails, struct err *err)
{
	struct connection *c;
	int rc;

	if (permission_check(actor, VERB_MAIL_READ, err) != 0 || store_read(s->store, &c, err) != 0)
		return -1;
	rc = query_list(c, SQL_MAIL_FAILED, NO_VALUES, &mail_shape, pool, (void **)&mails->items, &mails->count, err);
	store_read_end(s->store, &c);
	return rc;
}
