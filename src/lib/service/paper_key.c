/* Keys of papers. */
#include "paper_key.h"

#include "cipher.h"
#include "random.h"
#include "service_state.h"

#define PAPER_KEY_SIZE 32

int paper_key_make(const struct service *s, const char *application, struct buf *wrapped, struct err *err)
{
	struct secret key;
	int rc;

	if (secret_new(&key, PAPER_KEY_SIZE, err) != 0)
		return -1;
	random_bytes(key.data, key.size);
	rc = seal(&s->wrap_key, bytes_text(application), secret_get(&key), wrapped, err);
	secret_free(&key);
	return rc;
}

int paper_key_open(const struct service *s, struct connection *c, const char *application, struct pool *pool, struct secret *key,
                   struct err *err)
{
	struct bytes wrapped;

	if (query_bytes(c, SQL_APPLICATION_PAPER_KEY, VALUES(value_text(application)), pool, &wrapped, err) != 0)
		return -1;
	if (wrapped.size == 0)
		return err_set(err, HF_PAPER_EXPIRED, "the papers of application %s were destroyed", application);
	return unseal(&s->wrap_key, bytes_text(application), wrapped, key, err);
}
