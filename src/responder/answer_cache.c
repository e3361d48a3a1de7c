/* Buckets of answers by serial number; all answers about one certificate stand in its bucket. */
#include "answer_cache.h"

#include "digest.h"
#include "http_date.h"
#include "text_code.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAYS 4 /* a certificate is asked for by few kinds of CertID */
#define ETAG_BYTES 16

struct bucket {
	struct answer *answers[WAYS];
	unsigned next; /* the way that is given up next */
};

struct answer_cache {
	pthread_mutex_t lock;
	struct bucket *buckets;
	size_t size;
};

int answer_new(struct answer **answer, struct bytes der, struct bytes id, const struct serial *serial, int64_t made, int64_t known,
               int64_t until, struct err *err)
{
	struct answer *new = malloc(sizeof(*new) + der.size + id.size);
	uint8_t *data, digest[SM3_SIZE];

	if (new == NULL)
		return err_set(err, HF_MEMORY, "no memory for an answer");
	data = (uint8_t *)(new + 1);
	memcpy(data, der.data, der.size);
	memcpy(data + der.size, id.data, id.size);
	sm3(der, digest);
	*new = (struct answer){.holders = 1,
	                       .der = {data, der.size},
	                       .id = {data + der.size, id.size},
	                       .serial = *serial,
	                       .made = made,
	                       .known = known,
	                       .until = until};
	http_date_write(new->made_text, made);
	http_date_write(new->until_text, until);
	new->etag[0] = '"';
	hex_write(new->etag + 1, digest, ETAG_BYTES);
	memcpy(new->etag + 1 + ETAG_BYTES * 2, "\"", 2);
	*answer = new;
	return 0;
}

void answer_release(void *answer)
{
	struct answer *a = answer;

	if (a != NULL && atomic_fetch_sub(&a->holders, 1) == 1)
		free(a);
}

int answer_cache_new(struct answer_cache **cache, size_t slots, struct err *err)
{
	struct answer_cache *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return err_set(err, HF_MEMORY, "no memory for answers");
	pthread_mutex_init(&new->lock, NULL);
	new->size = slots / WAYS;
	new->buckets = calloc(new->size, sizeof(new->buckets[0]));
	*cache = new;
	if (new->buckets != NULL)
		return 0;
	answer_cache_free(cache);
	return err_set(err, HF_MEMORY, "no memory for answers");
}

static void bucket_empty(struct bucket *bucket)
{
	for (size_t i = 0; i < WAYS; i++) {
		answer_release(bucket->answers[i]);
		bucket->answers[i] = NULL;
	}
}

void answer_cache_free(struct answer_cache **cache)
{
	if (*cache == NULL)
		return;
	for (size_t i = 0; (*cache)->buckets != NULL && i < (*cache)->size; i++)
		bucket_empty(&(*cache)->buckets[i]);
	pthread_mutex_destroy(&(*cache)->lock);
	free((*cache)->buckets);
	free(*cache);
	*cache = NULL;
}

static struct bucket *bucket_of(struct answer_cache *cache, const struct serial *serial)
{
	uint64_t hash;

	memcpy(&hash, serial->bytes, sizeof(hash));
	return &cache->buckets[hash % cache->size];
}

static bool may_serve(const struct answer *a, int64_t known, int64_t now)
{
	return now >= a->made && now < a->until && (a->known >= known || now - a->known < a->until - now);
}

struct answer *answer_cache_find(struct answer_cache *cache, struct bytes id, const struct serial *serial, int64_t known, int64_t now)
{
	struct answer *found = NULL;
	struct bucket *bucket;

	pthread_mutex_lock(&cache->lock);
	bucket = bucket_of(cache, serial);
	for (size_t i = 0; i < WAYS && found == NULL; i++) {
		struct answer *a = bucket->answers[i];

		if (a != NULL && bytes_equal(a->id, id) && may_serve(a, known, now))
			found = a;
	}
	if (found != NULL)
		atomic_fetch_add(&found->holders, 1);
	pthread_mutex_unlock(&cache->lock);
	return found;
}

static bool same_record(const struct index_record *a, const struct index_record *b)
{
	return a->status == b->status && a->reason == b->reason && a->since == b->since;
}

/* The way that held an answer to the same CertID, a free one, or the one whose turn it is. */
static size_t way_choose(struct bucket *bucket, const struct answer *answer)
{
	size_t free_way = WAYS;

	for (size_t i = 0; i < WAYS; i++) {
		if (bucket->answers[i] == NULL)
			free_way = i;
		else if (bytes_equal(bucket->answers[i]->id, answer->id))
			return i;
	}
	return free_way < WAYS ? free_way : bucket->next++ % WAYS;
}

void answer_cache_keep(struct answer_cache *cache, struct answer *answer, struct status_index *index, const struct index_record *seen)
{
	struct index_record now;

	if (answer->id.size > ANSWER_ID_MAX)
		return;
	pthread_mutex_lock(&cache->lock);
	/* a change after this look drops the answer again: the index is set before the cache is asked to drop */
	now = status_index_get(index, &answer->serial);
	if (same_record(&now, seen)) {
		struct bucket *bucket = bucket_of(cache, &answer->serial);
		size_t way = way_choose(bucket, answer);

		answer_release(bucket->answers[way]);
		atomic_fetch_add(&answer->holders, 1);
		bucket->answers[way] = answer;
	}
	pthread_mutex_unlock(&cache->lock);
}

void answer_cache_drop(struct answer_cache *cache, const struct serial *serial)
{
	struct bucket *bucket;

	pthread_mutex_lock(&cache->lock);
	bucket = bucket_of(cache, serial);
	for (size_t i = 0; i < WAYS; i++) {
		if (bucket->answers[i] == NULL || !serial_equal(&bucket->answers[i]->serial, serial))
			continue;
		answer_release(bucket->answers[i]);
		bucket->answers[i] = NULL;
	}
	pthread_mutex_unlock(&cache->lock);
}
