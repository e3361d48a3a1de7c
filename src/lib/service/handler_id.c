/* Sealing and checking of resident identity numbers. */
#include "handler_id.h"

#include "cipher.h"
#include "identity_code.h"
#include "service_state.h"

#include <string.h>

int handler_id_put(const struct service *s, struct connection *c, const char *application, const char *id, struct err *err)
{
	char mask[RESIDENT_ID_SIZE + 1];
	struct buf sealed;
	int rc;

	buf_init(&sealed, 512);
	resident_id_mask(bytes_text(id), mask);
	rc = seal(&s->handler_key, bytes_text(application), bytes_text(id), &sealed, err);
	if (rc == 0)
		rc = query_run_one(c, SQL_APPLICATION_SET_HANDLER,
		                   VALUES(value_text(application), value_bytes(buf_get(&sealed)), value_text(mask)), err);
	buf_free(&sealed);
	return rc;
}

int handler_id_open(const struct service *s, struct connection *c, const char *application, struct pool *pool, char id[HANDLER_ID_ROOM],
                    struct err *err)
{
	struct secret opened = {NULL, 0};
	struct bytes sealed;
	int rc = 0;

	id[0] = '\0';
	if (query_bytes(c, SQL_APPLICATION_HANDLER_SEALED, VALUES(value_text(application)), pool, &sealed, err) != 0)
		return -1;
	if (sealed.size == 0)
		return 0;
	if (unseal(&s->handler_key, bytes_text(application), sealed, &opened, err) != 0)
		return -1;
	if (opened.size < HANDLER_ID_ROOM) {
		memcpy(id, opened.data, opened.size);
		id[opened.size] = '\0';
	} else {
		rc = err_set(err, HF_STORE, "application %s: a sealed number of %zu bytes", application, opened.size);
	}
	secret_free(&opened);
	return rc;
}
