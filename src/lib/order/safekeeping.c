/* Escrow's file of sealed private halves. */
#include "safekeeping.h"

#include "cipher.h"
#include "envelope.h"
#include "hash_index.h"
#include "journal.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

/* First byte of a record's body. */
enum { KIND_BEGIN = 1, KIND_PAIR = 2 };

#define KEY_SIZE (16 + 32)
#define PAIR_FIXED (1 + KEY_SIZE + SM2_POINT_SIZE + 4)
#define SEALED_SIZE (SM2_SCALAR_SIZE + SEAL_OVERHEAD)

static const char begin_context[] = "hufu-escrow-begin-v1";
static const char pair_context[] = "hufu-escrow-pair-v1";

struct added {
	uint8_t key[KEY_SIZE];
	uint64_t offset;
};

struct safekeeping {
	struct journal *journal;
	struct hash_index *pairs;
	struct secret master;
	uint8_t ca[20];
	bool begun;
	struct added *group;
	size_t group_count, group_capacity;
};

/* Begin: kind, CA, and a sealed nothing that tells a wrong master key. */
static int begin_body(struct buf *body, const struct secret *master, const uint8_t ca[20], struct err *err)
{
	static const uint8_t nothing[SM2_SCALAR_SIZE];
	struct buf context;
	int result = -1;

	buf_init(&context, 64);
	if (buf_append_text(&context, begin_context, err) < 0 || buf_append(&context, (struct bytes){ca, 20}, err) < 0)
		goto out;
	if (buf_append_u8(body, KIND_BEGIN, err) < 0 || buf_append(body, (struct bytes){ca, 20}, err) < 0)
		goto out;
	result = seal(master, buf_get(&context), BYTES_ARRAY(nothing), body, err);
out:
	buf_free(&context);
	return result;
}

int safekeeping_create(int dir, const char *name, const struct secret *master, const uint8_t ca[20], int64_t time, struct err *err)
{
	struct journal *journal = NULL;
	struct journal_record record;
	struct buf body;
	int result = -1;

	buf_init(&body, 256);
	if (begin_body(&body, master, ca, err) < 0)
		goto out;
	if (journal_create(&journal, dir, name, err) < 0)
		goto out;
	if (journal_add(journal, time, buf_get(&body), &record, err) < 0)
		goto out;
	result = journal_commit(journal, err);
out:
	journal_free(&journal);
	buf_free(&body);
	return result;
}

static int broken(const char *what, struct err *err)
{
	return err_set(err, HF_ESCROW_BROKEN, "%s (escrow.md 2)", what);
}

static int open_begin(struct safekeeping *s, const struct journal_record *record, struct err *err)
{
	struct reader r = {record->body};
	struct secret nothing = {NULL, 0};
	struct buf context;
	struct bytes ca;
	uint8_t kind;
	int result = -1;

	buf_init(&context, 64);
	if (record->number != 1 || reader_u8(&r, &kind) < 0 || reader_take(&r, 20, &ca) < 0) {
		broken("a beginning that is none", err);
		goto out;
	}
	if (!bytes_equal(ca, BYTES_ARRAY(s->ca))) {
		broken("the file is of another CA", err);
		goto out;
	}
	if (buf_append_text(&context, begin_context, err) < 0 || buf_append(&context, ca, err) < 0)
		goto out;
	if (unseal(&s->master, buf_get(&context), r.rest, &nothing, err) < 0) {
		broken("the file is under another master key", err);
		goto out;
	}
	s->begun = true;
	result = 0;
out:
	secret_free(&nothing);
	buf_free(&context);
	return result;
}

/* Takes a pair's parts; pair->envelope is lent from body. */
static int pair_read(struct bytes body, struct safekeeping_pair *pair, struct bytes *sealed)
{
	struct reader r = {body};
	struct bytes application, key_hash, point;
	uint32_t size;
	uint8_t kind;

	if (reader_u8(&r, &kind) < 0 || kind != KIND_PAIR || reader_take(&r, 16, &application) < 0 || reader_take(&r, 32, &key_hash) < 0 ||
	    reader_take(&r, SM2_POINT_SIZE, &point) < 0 || reader_u32(&r, &size) < 0 || reader_take(&r, size, &pair->envelope) < 0 ||
	    reader_take(&r, SEALED_SIZE, sealed) < 0 || r.rest.size != 0)
		return -1;
	memcpy(pair->application, application.data, 16);
	memcpy(pair->key_hash, key_hash.data, 32);
	memcpy(pair->point, point.data, SM2_POINT_SIZE);
	return 0;
}

static void pair_key(uint8_t key[KEY_SIZE], const uint8_t application[16], const uint8_t key_hash[32])
{
	memcpy(key, application, 16);
	memcpy(key + 16, key_hash, 32);
}

static int open_pair(struct safekeeping *s, const struct journal_record *record, struct err *err)
{
	struct safekeeping_pair pair;
	struct bytes sealed;
	uint8_t key[KEY_SIZE];
	uint64_t known;

	if (pair_read(record->body, &pair, &sealed) < 0)
		return broken("a pair that is none", err);
	pair_key(key, pair.application, pair.key_hash);
	if (hash_index_get(s->pairs, key, &known))
		return broken("a pair for the second time", err);
	return hash_index_put(s->pairs, key, record->offset, err);
}

static int open_record(void *ctx, const struct journal_record *record, struct err *err)
{
	struct safekeeping *s = ctx;

	if (!s->begun)
		return open_begin(s, record, err);
	return open_pair(s, record, err);
}

int safekeeping_open(struct safekeeping **s, int dir, const char *name, const struct secret *master, const uint8_t ca[20], struct err *err)
{
	struct safekeeping *made = calloc(1, sizeof(*made));
	uint64_t seed;

	if (made == NULL)
		return err_set(err, HF_MEMORY, "safekeeping");
	memcpy(made->ca, ca, sizeof(made->ca));
	random_bytes((uint8_t *)&seed, sizeof(seed));
	if (secret_copy(&made->master, secret_get(master), err) < 0 || hash_index_new(&made->pairs, KEY_SIZE, seed, err) < 0)
		goto fail;
	if (journal_open(&made->journal, dir, name, open_record, made, err) < 0)
		goto fail;
	if (!made->begun) {
		broken("the file is empty", err);
		goto fail;
	}
	*s = made;
	return 0;
fail:
	safekeeping_free(&made);
	return -1;
}

void safekeeping_free(struct safekeeping **s)
{
	if (*s == NULL)
		return;
	journal_free(&(*s)->journal);
	hash_index_free(&(*s)->pairs);
	secret_free(&(*s)->master);
	free((*s)->group);
	free(*s);
	*s = NULL;
}

int safekeeping_find(const struct safekeeping *s, const uint8_t application[16], const uint8_t key_hash[32], struct buf *space,
                     struct safekeeping_pair *pair, bool *found, struct err *err)
{
	struct journal_record record;
	struct bytes sealed;
	uint8_t key[KEY_SIZE];
	uint64_t offset;

	pair_key(key, application, key_hash);
	*found = hash_index_get(s->pairs, key, &offset);
	if (!*found)
		return 0;
	if (journal_read(s->journal, offset, space, &record, err) < 0)
		return -1;
	return pair_read(record.body, pair, &sealed) < 0 ? broken("a pair that is none", err) : 0;
}

static int seal_private(const struct safekeeping *s, const struct safekeeping_pair *pair, const struct sm2_private *key, struct buf *out,
                        struct err *err)
{
	struct secret scalar = {NULL, 0};
	struct buf context;
	int result = -1;

	buf_init(&context, 256);
	if (buf_append_text(&context, pair_context, err) < 0 || buf_append(&context, BYTES_ARRAY(pair->application), err) < 0 ||
	    buf_append(&context, BYTES_ARRAY(pair->key_hash), err) < 0 || buf_append(&context, BYTES_ARRAY(pair->point), err) < 0)
		goto out;
	if (sm2_private_scalar(key, &scalar, err) < 0)
		goto out;
	result = seal(&s->master, buf_get(&context), secret_get(&scalar), out, err);
out:
	secret_free(&scalar);
	buf_free(&context);
	return result;
}

static int pair_write(const struct safekeeping *s, const struct safekeeping_pair *pair, const struct sm2_private *key, struct buf *body,
                      struct err *err)
{
	if (buf_append_u8(body, KIND_PAIR, err) < 0 || buf_append(body, BYTES_ARRAY(pair->application), err) < 0 ||
	    buf_append(body, BYTES_ARRAY(pair->key_hash), err) < 0 || buf_append(body, BYTES_ARRAY(pair->point), err) < 0 ||
	    buf_append_u32(body, (uint32_t)pair->envelope.size, err) < 0 || buf_append(body, pair->envelope, err) < 0)
		return -1;
	return seal_private(s, pair, key, body, err);
}

/* Room for one more in the group and, after the commit, in the index: nothing may fail once the record is in the file. */
static int group_reserve(struct safekeeping *s, struct err *err)
{
	if (s->group_count == s->group_capacity) {
		size_t capacity = s->group_capacity == 0 ? 64 : s->group_capacity * 2;
		struct added *more = realloc(s->group, capacity * sizeof(*more));

		if (more == NULL)
			return err_set(err, HF_MEMORY, "safekeeping");
		s->group = more;
		s->group_capacity = capacity;
	}
	return hash_index_reserve(s->pairs, s->group_count + 1, err);
}

int safekeeping_add(struct safekeeping *s, int64_t time, const struct safekeeping_pair *pair, const struct sm2_private *key,
                    struct err *err)
{
	struct journal_record record;
	struct added *added;
	struct buf body;
	int result = -1;

	buf_init(&body, PAIR_FIXED + ENVELOPE_DER_MAX + SEALED_SIZE);
	if (pair_write(s, pair, key, &body, err) < 0)
		goto out;
	if (group_reserve(s, err) < 0)
		goto out;
	if (journal_add(s->journal, time, buf_get(&body), &record, err) < 0)
		goto out;
	added = &s->group[s->group_count++];
	pair_key(added->key, pair->application, pair->key_hash);
	added->offset = record.offset;
	result = 0;
out:
	buf_free(&body);
	return result;
}

int safekeeping_commit(struct safekeeping *s, struct err *err)
{
	if (journal_commit(s->journal, err) < 0) {
		s->group_count = 0;
		return -1;
	}
	for (size_t i = 0; i < s->group_count; i++) {
		if (hash_index_put(s->pairs, s->group[i].key, s->group[i].offset, err) < 0)
			return -1;
	}
	s->group_count = 0;
	return 0;
}

size_t safekeeping_count(const struct safekeeping *s)
{
	return hash_index_count(s->pairs);
}

int64_t safekeeping_syncs(const struct safekeeping *s)
{
	return journal_syncs(s->journal);
}
