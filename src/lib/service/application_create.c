/* Numbers and keys of new applications. */
#include "application_create.h"

#include "clock.h"
#include "paper_key.h"
#include "random.h"
#include "text_code.h"

static int number_next(struct connection *c, int64_t now, struct pool *pool, const char **number, struct err *err)
{
	struct civil day = clock_civil(now, CLOCK_SHANGHAI);
	const char *text = pool_format(pool, "%04d%02d%02d", day.year, day.month, day.day);
	int64_t count = 0;

	if (text == NULL)
		return err_set(err, HF_MEMORY, "application");
	if (query_integer(c, SQL_NUMBER_SERIES_NEXT, VALUES(value_text(text)), &count, err) != 0)
		return -1;
	if (count > 99999)
		return err_set(err, HF_LIMIT, "100000 applications on one day");
	*number = pool_format(pool, "%s%05lld", text, (long long)count);
	return *number != NULL ? 0 : err_set(err, HF_MEMORY, "application");
}

int application_create(struct service *s, struct connection *c, enum application_kind kind, const char *language, int64_t now,
                       struct pool *pool, struct application *application, struct err *err)
{
	uint8_t random[16];
	char id[APPLICATION_ID_SIZE + 1];
	struct buf wrapped;
	const char *number;
	int rc = -1;

	random_bytes(random, sizeof(random));
	hex_write(id, random, sizeof(random));
	buf_init(&wrapped, 256);
	if (number_next(c, now, pool, &number, err) != 0 || paper_key_make(s, id, &wrapped, err) != 0)
		goto out;
	if (query_run(c, SQL_APPLICATION_ADD,
	              VALUES(value_text(id), value_text(number), value_text(application_kind_names[kind]), value_text(language),
	                     value_bytes(buf_get(&wrapped)), value_integer(now)),
	              NULL, err) != 0)
		goto out;
	rc = query_one(c, SQL_APPLICATION_BY_ID, VALUES(value_text(id)), &application_shape, pool, application, err);
out:
	buf_free(&wrapped);
	return rc;
}
