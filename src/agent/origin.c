/* Which origins may ask what: the signed allow-list, believed once. */
#include "origin.h"

#include "file.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POOL_MAX (256u << 10)
#define VERSION_FILE "origins-version"
#define VERSION_MAX 20

struct origins {
	struct pool *pool;
	struct origin_list list;
};

static int check_list(const struct origin_list *list, const struct trust *trust, int64_t least, int64_t now, struct err *err)
{
	if (memcmp(list->ca, trust->ca, sizeof(list->ca)) != 0)
		return err_set(err, HF_ORDER_OTHER_CA, "the allow-list is of another CA (agent.md 4)");
	if (list->version < least)
		return err_set(err, HF_LIST_SIGNATURE, "allow-list of version %" PRId64 ", seen was %" PRId64 " (agent.md 4)",
		               list->version, least);
	if (now > list->until)
		return err_set(err, HF_LIST_SIGNATURE, "the allow-list is past its time (agent.md 4)");
	return 0;
}

int origins_new(struct origins **out, struct bytes text, struct bytes signature, const struct trust *trust, int64_t least, int64_t now,
                struct err *err)
{
	struct origins *o = calloc(1, sizeof(*o));

	*out = NULL;
	if (o == NULL || (o->pool = pool_new(POOL_MAX)) == NULL) {
		origins_free(&o);
		return err_set(err, HF_MEMORY, "allow-list");
	}
	if (signed_text_verify(SIGNED_ORIGINS, trust->release->key, text, signature, err) != 0 ||
	    origin_list_parse(&o->list, text, o->pool, err) != 0 || check_list(&o->list, trust, least, now, err) != 0) {
		origins_free(&o);
		return -1;
	}
	*out = o;
	return 0;
}

void origins_free(struct origins **o)
{
	if (*o == NULL)
		return;
	pool_free(&(*o)->pool);
	free(*o);
	*o = NULL;
}

int64_t origins_version(const struct origins *o)
{
	return o->list.version;
}

/* A version file that cannot be read as one refuses the list: it is not to be forgotten by damage. */
static int read_number(struct bytes text, int64_t *version, struct err *err)
{
	bool whole = text.size > 0;

	for (size_t i = 0; whole && i < text.size; i++) {
		whole = text.data[i] >= '0' && text.data[i] <= '9' && *version <= INT64_MAX / 10 - 1;
		if (whole)
			*version = *version * 10 + (text.data[i] - '0');
	}
	return whole ? 0 : err_set(err, HF_LIST_SIGNATURE, "%s is damaged", VERSION_FILE);
}

static int read_version(int dir, int64_t *version, struct err *err)
{
	struct buf text;
	int rc = -1;

	*version = 0;
	buf_init(&text, VERSION_MAX);
	if (file_read(&text, dir, VERSION_FILE, err) != 0) {
		rc = err->code == HF_NOT_FOUND ? 0 : -1;
		goto out;
	}
	rc = read_number(buf_get(&text), version, err);
out:
	buf_free(&text);
	return rc;
}

static int write_version(int dir, int64_t version, struct err *err)
{
	struct buf text;
	int rc;

	buf_init(&text, VERSION_MAX);
	rc = buf_append_format(&text, err, "%" PRId64, version);
	if (rc == 0)
		rc = file_replace(dir, VERSION_FILE, buf_get(&text), 0600, err);
	buf_free(&text);
	return rc;
}

static int read_list(struct origins **o, const struct agent_settings *s, const struct trust *trust, int64_t least, int64_t now,
                     struct err *err)
{
	struct buf text, signature;
	int rc = -1;

	buf_init(&text, ORIGIN_LIST_TEXT_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	if (file_read(&text, AT_FDCWD, s->values[AGENT_ORIGINS], err) == 0 &&
	    file_read(&signature, AT_FDCWD, s->values[AGENT_ORIGINS_SIGNATURE], err) == 0)
		rc = origins_new(o, buf_get(&text), buf_get(&signature), trust, least, now, err);
	buf_free(&signature);
	buf_free(&text);
	return rc;
}

int origins_read(struct origins **o, const struct agent_settings *s, const struct trust *trust, int64_t now, struct err *err)
{
	int64_t least;
	int dir, rc = -1;

	*o = NULL;
	if (file_make_dir(AT_FDCWD, s->values[AGENT_STATE], 0700, err) != 0)
		return -1;
	dir = file_open_dir(AT_FDCWD, s->values[AGENT_STATE], err);
	if (dir < 0)
		return -1;
	if (read_version(dir, &least, err) == 0 && read_list(o, s, trust, least, now, err) == 0)
		rc = origins_version(*o) > least ? write_version(dir, origins_version(*o), err) : 0;
	if (rc != 0)
		origins_free(o);
	close(dir);
	return rc;
}

bool origins_over(const struct origins *o, int64_t now)
{
	return now > o->list.until;
}

int origins_find(const struct origins *o, const char *origin, int64_t now, const struct origin_row **row, size_t *number, struct err *err)
{
	const struct origin_row *rows = o->list.origins.items;

	if (origins_over(o, now))
		return err_set(err, HF_ORIGIN, "the allow-list is past its time");
	for (size_t i = 0; i < o->list.origins.count; i++)
		if (bytes_is_text(rows[i].origin, origin)) {
			*row = &rows[i];
			*number = i;
			return 0;
		}
	return err_set(err, HF_ORIGIN, "an origin that is not on the allow-list");
}
