/* Uploads: announced, sent in pieces, kept encrypted, recognised and hashed when whole. */
#include "upload.h"

#include "access.h"
#include "audit_put.h"
#include "clock.h"
#include "digest.h"
#include "limit.h"
#include "paper_file.h"
#include "paper_key.h"
#include "permission.h"
#include "random.h"
#include "service_state.h"
#include "text_code.h"

#include <string.h>
#include <unistd.h>

#define LIFE_SECONDS 86400 /* of an upload that does not go on */

struct upload_limits upload_limits_get(const struct service *s)
{
	return (struct upload_limits){s->settings.paper_max, s->settings.papers_max};
}

/* One change of a paper through the writing thread. */
struct upload_change {
	struct service *s;
	const struct actor *actor;
	const char *number; /* create */
	const char *id;
	const char *name;
	struct pool *pool;
	struct paper *paper; /* in and out */
	int64_t now, size, kept;
	const char *type, *hash;
};

static int open_application(struct upload_change *u, struct connection *c, const char *number, struct application *application,
                            struct err *err)
{
	if (access_own(c, u->actor, number, u->pool, application, err) != 0)
		return -1;
	if (!application_open(application))
		return err_set(err, HF_APPLICATION_STATE, "application %s is %s", number, application_state_names[application->state]);
	return 0;
}

static int paper_find(struct connection *c, const char *id, struct pool *pool, struct paper *paper, struct err *err)
{
	if (query_one(c, SQL_PAPER_BY_ID, VALUES(value_text(id)), &paper_shape, pool, paper, err) == 0)
		return 0;
	return err->code == HF_NOT_FOUND ? err_set(err, HF_PAPER_EXPIRED, "no such paper") : -1;
}

static int own_paper(struct upload_change *u, struct connection *c, struct application *application, struct err *err)
{
	if (paper_find(c, u->id, u->pool, u->paper, err) != 0 || open_application(u, c, u->paper->number, application, err) != 0)
		return -1;
	if (!paper_whole(u->paper) && u->paper->expires <= u->now)
		return err_set(err, HF_PAPER_EXPIRED, "paper %s: the upload has expired", u->id);
	return 0;
}

static int audit(struct upload_change *u, struct connection *c, const char *deed, const char *number, const char *detail, struct err *err)
{
	return audit_put(c, u->actor, &(struct audit_deed){deed, number, detail}, err);
}

/* What is after the last separator of any system, so that no path of the applicant's machine is kept. */
static int file_name_read(struct bytes typed, struct pool *pool, const char **name, struct err *err)
{
	struct buf normal;
	int rc = -1;

	for (size_t i = typed.size; i > 0; i--) {
		if (typed.data[i - 1] == '/' || typed.data[i - 1] == '\\') {
			typed = (struct bytes){typed.data + i, typed.size - i};
			break;
		}
	}
	buf_init(&normal, PAPER_NAME_MAX);
	if (typed.size == 0)
		err_set(err, HF_FIELD_MISSING, "a paper without a name");
	else if (text_check(typed) != TEXT_FINE)
		err_set(err, HF_FIELD_CHARACTER, "name of a paper");
	else if (text_to_nfc(&normal, typed, NULL) != 0)
		err_set(err, HF_FIELD_TOO_LONG, "name of a paper");
	else if ((*name = pool_text(pool, buf_get(&normal))) == NULL)
		err_set(err, HF_MEMORY, "name of a paper");
	else
		rc = 0;
	buf_free(&normal);
	return rc;
}

static int check_space(struct upload_change *u, struct connection *c, struct err *err)
{
	int64_t announced = 0, room = 0;

	if (query_integer(c, SQL_PAPER_ANNOUNCED, VALUES(value_integer(u->now)), &announced, err) != 0 ||
	    paper_disk_free(u->s->settings.papers, &room, err) != 0)
		return -1;
	/* Twice: the pieces and the whole stand beside each other for a moment. */
	if (room - 2 * (announced + u->size) < u->s->settings.disk_reserve)
		return err_set(err, HF_PAPER_SPACE, "papers: %lld bytes are free", (long long)room);
	return 0;
}

static int create(void *ctx, struct connection *c, struct err *err)
{
	struct upload_change *u = ctx;
	struct application application;
	int64_t count = 0;

	if (limit_use_in(c, "upload", u->actor->address, u->s->settings.uploads_per_hour, err) != 0 ||
	    open_application(u, c, u->number, &application, err) != 0 || check_space(u, c, err) != 0)
		return -1;
	if (query_integer(c, SQL_PAPER_COUNT, VALUES(value_text(application.id)), &count, err) != 0)
		return -1;
	if (count >= u->s->settings.papers_max)
		return err_set(err, HF_PAPER_COUNT, "application %s has %lld papers", application.number, (long long)count);
	if (query_run(c, SQL_PAPER_ADD,
	              VALUES(value_text(u->id), value_text(application.id), value_text(u->name), value_integer(u->size),
	                     value_integer(u->now), value_integer(u->now + LIFE_SECONDS)),
	              NULL, err) != 0)
		return -1;
	return paper_find(c, u->id, u->pool, u->paper, err);
}

/* What can be said of a paper before its bytes are looked at; it gets its id. */
static int announce(struct upload_change *u, struct bytes name, char id[PAPER_ID_SIZE + 1], struct err *err)
{
	uint8_t random[PAPER_ID_SIZE / 2];

	if (permission_check(u->actor, VERB_APPLY, err) != 0 || file_name_read(name, u->pool, &u->name, err) != 0)
		return -1;
	if (u->size <= 0)
		return err_set(err, HF_PAPER_EMPTY, "a paper of %lld bytes", (long long)u->size);
	if (u->size > u->s->settings.paper_max)
		return err_set(err, HF_PAPER_SIZE, "a paper of %lld bytes", (long long)u->size);
	random_bytes(random, sizeof(random));
	hex_write(id, random, sizeof(random));
	u->id = id;
	return 0;
}

int upload_create(struct service *s, const struct actor *actor, const char *number, struct bytes name, int64_t size, struct pool *pool,
                  struct paper *paper, struct err *err)
{
	struct upload_change u = {.s = s, .actor = actor, .number = number, .pool = pool, .paper = paper, .now = clock_now(), .size = size};
	char id[PAPER_ID_SIZE + 1];

	if (announce(&u, name, id, err) != 0)
		return -1;
	if (paper_part_create(s->settings.papers, id, err) != 0)
		return -1;
	if (store_change(s->store, create, &u, err) == 0)
		return 0;
	paper_files_remove(s->settings.papers, id);
	return -1;
}

static bool id_valid(const char *id)
{
	return strspn(id, "0123456789abcdef") == PAPER_ID_SIZE && id[PAPER_ID_SIZE] == '\0';
}

int upload_find(struct service *s, const struct actor *actor, const char *id, struct pool *pool, struct paper *paper, struct err *err)
{
	struct upload_change u = {.s = s, .actor = actor, .id = id, .pool = pool, .paper = paper, .now = clock_now()};
	struct application application;
	struct connection *c;
	int rc;

	if (!id_valid(id))
		return err_set(err, HF_PAPER_EXPIRED, "no such paper");
	if (store_read(s->store, &c, err) != 0)
		return -1;
	rc = own_paper(&u, c, &application, err);
	store_read_end(s->store, &c);
	return rc;
}

static int set_kept(void *ctx, struct connection *c, struct err *err)
{
	struct upload_change *u = ctx;
	struct application application;

	if (own_paper(u, c, &application, err) != 0)
		return -1;
	if (query_run_one(c, SQL_PAPER_SET_KEPT,
	                  VALUES(value_text(u->id), value_integer(u->kept), value_integer(u->size), value_integer(u->now + LIFE_SECONDS)),
	                  err) != 0)
		return -1;
	return paper_find(c, u->id, u->pool, u->paper, err);
}

static int set_whole(void *ctx, struct connection *c, struct err *err)
{
	struct upload_change *u = ctx;
	struct application application;

	if (own_paper(u, c, &application, err) != 0)
		return -1;
	if (query_run_one(c, SQL_PAPER_SET_WHOLE,
	                  VALUES(value_text(u->id), value_integer(u->kept), value_text(u->type), value_text(u->hash)), err) != 0)
		return -1;
	if (audit(u, c, "paper.add", application.number, u->hash, err) != 0)
		return -1;
	return paper_find(c, u->id, u->pool, u->paper, err);
}

static int remove_paper(void *ctx, struct connection *c, struct err *err)
{
	struct upload_change *u = ctx;
	struct application application;

	if (own_paper(u, c, &application, err) != 0 || query_run_one(c, SQL_PAPER_REMOVE, VALUES(value_text(u->id)), err) != 0)
		return -1;
	return audit(u, c, "paper.remove", application.number, u->paper->hash, err);
}

int upload_remove(struct service *s, const struct actor *actor, const char *id, struct err *err)
{
	struct pool *pool = pool_new(64u << 10);
	struct paper paper;
	struct upload_change u = {.s = s, .actor = actor, .id = id, .pool = pool, .paper = &paper, .now = clock_now()};
	int rc = -1;

	if (pool == NULL)
		err_set(err, HF_MEMORY, "paper");
	else if (!id_valid(id))
		err_set(err, HF_PAPER_EXPIRED, "no such paper");
	else
		rc = store_change(s->store, remove_paper, &u, err);
	if (rc == 0)
		paper_files_remove(s->settings.papers, id);
	pool_free(&pool);
	return rc;
}

/* The row as it is while the part is locked, and the key of its application. */
static int begin_append(struct upload_change *u, int64_t offset, struct bytes piece, struct secret *key, struct err *err)
{
	struct application application;
	struct connection *c;
	int rc = -1;

	if (store_read(u->s->store, &c, err) != 0)
		return -1;
	if (own_paper(u, c, &application, err) != 0)
		goto out;
	if (paper_whole(u->paper) || offset != u->paper->kept) {
		err_set(err, HF_PAPER_OFFSET, "paper %s: %lld bytes are kept", u->id, (long long)u->paper->kept);
		goto out;
	}
	if ((int64_t)piece.size > u->paper->size - offset) {
		err_set(err, HF_PAPER_SIZE, "paper %s: more than its %lld bytes", u->id, (long long)u->paper->size);
		goto out;
	}
	rc = paper_key_open(u->s, c, application.id, u->pool, key, err);
out:
	store_read_end(u->s->store, &c);
	return rc;
}

/* By its first bytes; its hash goes to the room that is given. */
static int recognise(struct upload_change *u, struct bytes content, char text[2 * SM3_SIZE + 1], struct err *err)
{
	enum paper_type type = paper_type_of(content);
	uint8_t hash[SM3_SIZE];

	if (type == PAPER_UNKNOWN)
		return err_set(err, HF_PAPER_TYPE, "paper %s is no PDF, JPEG or PNG", u->id);
	sm3(content, hash);
	hex_write(text, hash, sizeof(hash));
	u->type = paper_type_names[type];
	u->hash = text;
	return 0;
}

/* All bytes are there: the last piece need not be written by itself. */
static int finish(struct upload_change *u, int fd, const struct secret *key, struct bytes last, struct err *err)
{
	char hash[2 * SM3_SIZE + 1];
	struct buf content;
	struct err why;
	int rc = -1;

	buf_init(&content, (size_t)u->paper->size);
	if (paper_part_read(fd, u->id, key, u->kept, &content, err) != 0 || buf_append(&content, last, err) != 0)
		goto out;
	if (recognise(u, buf_get(&content), hash, &why) != 0) {
		if (store_change(u->s->store, remove_paper, u, err) == 0) {
			paper_files_remove(u->s->settings.papers, u->id);
			*err = why;
		}
		goto out;
	}
	if (paper_whole_create(u->s->settings.papers, u->id, key, buf_get(&content), err) == 0)
		rc = store_change(u->s->store, set_whole, u, err);
out:
	buf_wipe(&content);
	return rc;
}

static int append_locked(struct upload_change *u, int fd, int64_t offset, struct bytes piece, struct err *err)
{
	struct secret key = {NULL, 0};
	int rc = begin_append(u, offset, piece, &key, err);

	u->kept = offset;
	u->size = offset + (int64_t)piece.size;
	if (rc == 0 && u->size == u->paper->size) {
		rc = finish(u, fd, &key, piece, err);
	} else if (rc == 0 && piece.size > 0) {
		rc = paper_part_append(fd, u->id, &key, offset, piece, err);
		if (rc == 0)
			rc = store_change(u->s->store, set_kept, u, err);
	}
	secret_free(&key);
	return rc;
}

static int add_whole(void *ctx, struct connection *c, struct err *err)
{
	return create(ctx, c, err) == 0 ? set_whole(ctx, c, err) : -1;
}

static int open_key(struct upload_change *u, struct secret *key, struct err *err)
{
	struct application application;
	struct connection *c;
	int rc;

	if (store_read(u->s->store, &c, err) != 0)
		return -1;
	rc = open_application(u, c, u->number, &application, err);
	if (rc == 0)
		rc = paper_key_open(u->s, c, application.id, u->pool, key, err);
	store_read_end(u->s->store, &c);
	return rc;
}

int upload_take(struct service *s, const struct actor *actor, const char *number, struct bytes name, struct bytes content,
                struct pool *pool, struct paper *paper, struct err *err)
{
	struct upload_change u = {
	    .s = s, .actor = actor, .number = number, .pool = pool, .paper = paper, .now = clock_now(), .size = (int64_t)content.size};
	char id[PAPER_ID_SIZE + 1], hash[2 * SM3_SIZE + 1];
	struct secret key = {NULL, 0};
	int rc = -1;

	if (announce(&u, name, id, err) == 0 && open_key(&u, &key, err) == 0 && recognise(&u, content, hash, err) == 0 &&
	    paper_whole_create(s->settings.papers, id, &key, content, err) == 0) {
		rc = store_change(s->store, add_whole, &u, err);
		if (rc != 0)
			paper_files_remove(s->settings.papers, id);
	}
	secret_free(&key);
	return rc;
}

/* There is nothing to add to: the paper is whole, or was given up. */
static int refuse_without_part(const struct upload_change *u, struct err *err)
{
	if (upload_find(u->s, u->actor, u->id, u->pool, u->paper, err) != 0)
		return -1;
	if (paper_whole(u->paper))
		return err_set(err, HF_PAPER_OFFSET, "paper %s is whole", u->id);
	return err_set(err, HF_PAPER_EXPIRED, "paper %s: no such upload", u->id);
}

int upload_append(struct service *s, const struct actor *actor, const char *id, int64_t offset, struct bytes piece, struct pool *pool,
                  struct paper *paper, struct err *err)
{
	struct upload_change u = {.s = s, .actor = actor, .id = id, .pool = pool, .paper = paper, .now = clock_now()};
	int fd = -1, rc;

	if (permission_check(actor, VERB_APPLY, err) != 0)
		return -1;
	if (!id_valid(id))
		return err_set(err, HF_PAPER_EXPIRED, "no such paper");
	if (paper_part_lock(s->settings.papers, id, &fd, err) != 0)
		return err->code == HF_PAPER_EXPIRED ? refuse_without_part(&u, err) : -1;
	rc = append_locked(&u, fd, offset, piece, err);
	if (rc == 0 && paper_whole(paper))
		paper_part_remove(s->settings.papers, id);
	close(fd);
	return rc;
}
