/* Checking and keeping the newest CRL. */
#include "crl_store.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct crl_store {
	pthread_mutex_t lock;
	const struct cert *issuing;
	struct crl_copy *newest;
};

int crl_store_new(struct crl_store **store, const struct cert *issuing, struct err *err)
{
	*store = calloc(1, sizeof(**store));
	if (*store == NULL)
		return err_set(err, HF_MEMORY, "no memory for CRLs");
	pthread_mutex_init(&(*store)->lock, NULL);
	(*store)->issuing = issuing;
	return 0;
}

void crl_copy_release(void *copy)
{
	struct crl_copy *c = copy;

	if (c != NULL && atomic_fetch_sub(&c->holders, 1) == 1)
		free(c);
}

void crl_store_free(struct crl_store **store)
{
	if (*store == NULL)
		return;
	crl_copy_release((*store)->newest);
	pthread_mutex_destroy(&(*store)->lock);
	free(*store);
	*store = NULL;
}

static struct crl_copy *copy_make(const struct crl *crl)
{
	struct crl_copy *copy = malloc(sizeof(*copy) + crl->der.size);

	if (copy == NULL)
		return NULL;
	*copy = (struct crl_copy){.holders = 1,
	                          .der = {(uint8_t *)(copy + 1), crl->der.size},
	                          .number = crl->number,
	                          .this_update = crl->this_update,
	                          .next_update = crl->next_update};
	memcpy(copy + 1, crl->der.data, crl->der.size);
	snprintf(copy->etag, sizeof(copy->etag), "\"%" PRId64 "\"", crl->number);
	http_date_write(copy->made_text, crl->this_update);
	http_date_write(copy->until_text, crl->next_update);
	return copy;
}

struct crl_copy *crl_store_get(struct crl_store *store)
{
	struct crl_copy *copy;

	pthread_mutex_lock(&store->lock);
	copy = store->newest;
	if (copy != NULL)
		atomic_fetch_add(&copy->holders, 1);
	pthread_mutex_unlock(&store->lock);
	return copy;
}

static int64_t newest_number(struct crl_store *store)
{
	struct crl_copy *copy = crl_store_get(store);
	int64_t number = copy != NULL ? copy->number : 0;

	crl_copy_release(copy);
	return number;
}

int crl_store_take(struct crl_store *store, struct bytes der, struct err *err)
{
	struct crl_copy *copy = NULL, *before;
	struct crl *crl = NULL;
	int result = -1;

	if (crl_parse(&crl, der, err) != 0)
		return -1;
	if (crl_verify(crl, store->issuing, err) != 0)
		goto out;
	if (crl->number <= newest_number(store)) {
		err_set(err, HF_FEED_BACK, "CRL %" PRId64 " is not newer than the one there is", crl->number);
		goto out;
	}
	copy = copy_make(crl);
	if (copy == NULL) {
		err_set(err, HF_MEMORY, "no memory for a CRL");
		goto out;
	}
	pthread_mutex_lock(&store->lock);
	before = store->newest;
	store->newest = copy;
	pthread_mutex_unlock(&store->lock);
	crl_copy_release(before);
	result = 0;
out:
	crl_free(&crl);
	return result;
}
