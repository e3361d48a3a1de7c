/* Copies of what this CA has published. */
#include "published.h"

#include "feed.h"
#include "file.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define FOLDER "crl"
#define NAME_ROOM 300

/* The journal must have this record with this chain value. */
static int check_head(const struct signer *s, int64_t number, const uint8_t head[JOURNAL_CHAIN_SIZE], struct err *err)
{
	struct journal_state state = journal_state_get(s->journal);
	struct journal_record record;
	struct buf space;
	uint64_t offset;
	int result = -1;

	if (number > state.number)
		return err_set(err, HF_JOURNAL_BEHIND, "knows record %lld, the journal ends with %lld", (long long)number,
		               (long long)state.number);
	buf_init(&space, JOURNAL_RECORD_MAX);
	if (journal_find(s->journal, number, &offset, err) < 0 || journal_read(s->journal, offset, &space, &record, err) < 0)
		goto out;
	if (memcmp(record.chain, head, JOURNAL_CHAIN_SIZE) != 0) {
		err_set(err, HF_JOURNAL_BROKEN, "knows another record %lld than the journal", (long long)number);
		goto out;
	}
	result = 0;
out:
	buf_free(&space);
	return result;
}

static int check_crl(const struct signer *s, int folder, const char *name, struct err *err)
{
	struct journal_state state = journal_state_get(s->journal);
	struct crl *crl = NULL;
	struct buf der;
	int result = -1;

	buf_init(&der, CRL_DER_MAX);
	if (file_read(&der, folder, name, err) < 0)
		goto out;
	if (crl_parse(&crl, buf_get(&der), err) < 0 || crl_verify(crl, s->ca.issuing, err) < 0)
		goto out;
	if (crl->number > state.number) {
		err_set(err, HF_JOURNAL_BEHIND, "is record %lld, the journal ends with %lld", (long long)crl->number,
		        (long long)state.number);
		goto out;
	}
	result = crl->has_anchor ? check_head(s, crl->anchor.journal_number, crl->anchor.journal_head, err) : 0;
out:
	crl_free(&crl);
	buf_free(&der);
	return result;
}

/* A full or a status batch: only what is common to both is looked at. */
static int read_feed(const struct signer *s, struct bytes text, struct bytes signature, struct feed *feed, struct pool *pool,
                     struct err *err)
{
	if (signed_text_verify(SIGNED_FEED, s->ca.journal->key, text, signature, err) < 0)
		return -1;
	if (feed_parse(feed, EVENT_VIEW_FULL, text, pool, err) == 0)
		return 0;
	pool_reset(pool);
	return feed_parse(feed, EVENT_VIEW_STATUS, text, pool, err);
}

static int check_feed(const struct signer *s, int folder, const char *name, struct err *err)
{
	struct pool *pool = pool_new(FEED_POOL_MAX);
	struct buf text, signature;
	struct feed feed;
	char beside[NAME_ROOM];
	int result = -1;

	buf_init(&text, FEED_TEXT_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	(void)snprintf(beside, sizeof(beside), "%s.sig", name);
	if (pool == NULL) {
		err_set(err, HF_MEMORY, "feed");
		goto out;
	}
	if (file_read(&text, folder, name, err) < 0 || file_read(&signature, folder, beside, err) < 0)
		goto out;
	if (read_feed(s, buf_get(&text), buf_get(&signature), &feed, pool, err) < 0)
		goto out;
	result = check_head(s, feed.last, feed.head, err);
out:
	buf_free(&text);
	buf_free(&signature);
	pool_free(&pool);
	return result;
}

static bool ends_with(const char *name, const char *ending)
{
	size_t size = strlen(name), end = strlen(ending);

	return size > end && strcmp(name + size - end, ending) == 0;
}

int published_check(const struct signer *s, struct err *err)
{
	DIR *folder = opendir(FOLDER);
	struct dirent *entry;
	int result = -1;

	if (folder == NULL)
		return err_set_errno(err, HF_FILE, FOLDER);
	while ((entry = readdir(folder)) != NULL) {
		const char *name = entry->d_name;

		if ((ends_with(name, ".crl") && check_crl(s, dirfd(folder), name, err) < 0) ||
		    (ends_with(name, ".feed") && check_feed(s, dirfd(folder), name, err) < 0)) {
			err_wrap(err, FOLDER "/%s", name);
			goto out;
		}
	}
	result = 0;
out:
	closedir(folder);
	return result;
}
