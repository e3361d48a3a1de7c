/* A file of records that is only appended to: writing, and reading back. */
#include "journal_record.h"

#include "digest.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define GROUP_MAX (64u << 20)
#define MARK_EVERY 64 /* numbers between two offsets that are kept */

struct marks {
	uint64_t *offsets; /* of the records 1, 1 + MARK_EVERY, … */
	size_t capacity;
};

struct journal {
	int fd;
	struct journal_state durable, pending;
	struct buf group;
	struct marks marks;
	bool broken;
	int64_t syncs;
};

static int marks_note(struct marks *marks, int64_t number, uint64_t offset, struct err *err)
{
	size_t at = (size_t)(number - 1) / MARK_EVERY;

	if ((number - 1) % MARK_EVERY != 0)
		return 0;
	if (at >= marks->capacity) {
		size_t capacity = marks->capacity == 0 ? 256 : marks->capacity * 2;
		uint64_t *more = realloc(marks->offsets, capacity * sizeof(*more));

		if (more == NULL)
			return err_set(err, HF_MEMORY, "journal");
		marks->offsets = more;
		marks->capacity = capacity;
	}
	marks->offsets[at] = offset;
	return 0;
}

static int new_journal(struct journal **journal, int fd, struct err *err)
{
	struct journal *made;

	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return err_set_errno(err, errno == EWOULDBLOCK ? HF_EXISTS : HF_FILE, "journal: lock");
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return err_set(err, HF_MEMORY, "journal");
	made->fd = fd;
	buf_init(&made->group, GROUP_MAX);
	*journal = made;
	return 0;
}

int journal_create(struct journal **journal, int dir, const char *name, struct err *err)
{
	int fd = openat(dir, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set_errno(err, errno == EEXIST ? HF_EXISTS : HF_FILE, "%s", name);
	if (new_journal(journal, fd, err) < 0) {
		close(fd);
		return -1;
	}
	return 0;
}

struct opening {
	struct journal *journal;
	journal_each_fn *each;
	void *ctx;
};

static int open_each(void *ctx, const struct journal_record *record, struct err *err)
{
	struct opening *opening = ctx;

	if (marks_note(&opening->journal->marks, record->number, record->offset, err) < 0)
		return -1;
	return opening->each == NULL ? 0 : opening->each(opening->ctx, record, err);
}

static int cut_back(const struct journal *journal, struct err *err)
{
	if (ftruncate(journal->fd, (off_t)journal->durable.size) < 0 || fdatasync(journal->fd) < 0)
		return err_set_errno(err, HF_FILE, "journal: cut back");
	return 0;
}

int journal_open(struct journal **journal, int dir, const char *name, journal_each_fn *each, void *ctx, struct err *err)
{
	struct journal *made = NULL;
	struct opening opening = {NULL, each, ctx};
	int fd = openat(dir, name, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return err_set_errno(err, errno == ENOENT ? HF_NOT_FOUND : HF_FILE, "%s", name);
	if (new_journal(&made, fd, err) < 0) {
		close(fd);
		return -1;
	}
	opening.journal = made;
	if (journal_scan(fd, open_each, &opening, &made->durable, err) < 0)
		goto fail;
	if (made->durable.torn) {
		log_warning("journal.torn", "%s: an incomplete record after number %lld is cut off", name, (long long)made->durable.number);
		made->durable.torn = false;
		if (cut_back(made, err) < 0)
			goto fail;
	}
	made->pending = made->durable;
	*journal = made;
	return 0;
fail:
	journal_free(&made);
	return -1;
}

void journal_free(struct journal **journal)
{
	if (*journal == NULL)
		return;
	buf_free(&(*journal)->group);
	free((*journal)->marks.offsets);
	close((*journal)->fd);
	free(*journal);
	*journal = NULL;
}

struct journal_state journal_state_get(const struct journal *journal)
{
	return journal->durable;
}

int64_t journal_syncs(const struct journal *journal)
{
	return journal->syncs;
}

static int record_write(struct buf *out, const struct journal_state *after, int64_t time, struct bytes body, struct err *err)
{
	size_t start = out->size + 4;
	uint8_t chain[SM3_SIZE];

	if (buf_append_u32(out, (uint32_t)(JOURNAL_FIXED_SIZE + body.size), err) < 0)
		return -1;
	if (buf_append_u64(out, (uint64_t)after->number + 1, err) < 0 || buf_append_u64(out, (uint64_t)time, err) < 0)
		return -1;
	if (buf_append(out, BYTES_ARRAY(after->head), err) < 0)
		return -1;
	if (buf_append_u32(out, (uint32_t)body.size, err) < 0 || buf_append(out, body, err) < 0)
		return -1;
	sm3((struct bytes){out->data + start, out->size - start}, chain);
	return buf_append(out, BYTES_ARRAY(chain), err);
}

int journal_add(struct journal *journal, int64_t time, struct bytes body, struct journal_record *record, struct err *err)
{
	size_t before = journal->group.size;

	if (journal->broken)
		return err_set(err, HF_JOURNAL_BROKEN, "the journal takes nothing more");
	if (time < journal->pending.time)
		return err_set(err, HF_CLOCK_BACK, "%lld is before the newest record's time %lld", (long long)time,
		               (long long)journal->pending.time);
	if (body.size > JOURNAL_RECORD_MAX - JOURNAL_FIXED_SIZE)
		return err_set(err, HF_LIMIT, "a record of %zu bytes", body.size);
	if (marks_note(&journal->marks, journal->pending.number + 1, journal->pending.size, err) < 0)
		return -1;
	if (record_write(&journal->group, &journal->pending, time, body, err) < 0) {
		journal->group.size = before;
		return -1;
	}
	record->number = journal->pending.number + 1;
	record->time = time;
	record->offset = journal->pending.size;
	record->next = journal->pending.size + journal->group.size - before;
	record->body = body;
	memcpy(record->chain, journal->group.data + journal->group.size - JOURNAL_CHAIN_SIZE, JOURNAL_CHAIN_SIZE);
	journal->pending.number = record->number;
	journal->pending.time = time;
	memcpy(journal->pending.head, record->chain, JOURNAL_CHAIN_SIZE);
	journal->pending.size = record->next;
	return 0;
}

static int write_at(int fd, uint64_t offset, struct bytes content, struct err *err)
{
	while (content.size > 0) {
		ssize_t n = pwrite(fd, content.data, content.size, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set_errno(err, HF_FILE, "journal: write");
		content.data += n;
		content.size -= (size_t)n;
		offset += (uint64_t)n;
	}
	return 0;
}

int journal_commit(struct journal *journal, struct err *err)
{
	struct err cause;

	if (journal->group.size == 0)
		return 0;
	if (write_at(journal->fd, journal->durable.size, buf_get(&journal->group), err) < 0)
		goto undo;
	journal->syncs++;
	if (fdatasync(journal->fd) < 0) {
		err_set_errno(err, HF_FILE, "journal: fdatasync");
		goto undo;
	}
	journal->durable = journal->pending;
	buf_clear(&journal->group);
	return 0;
undo:
	journal_abandon(journal);
	if (cut_back(journal, &cause) < 0) {
		journal->broken = true;
		return err_set(err, HF_JOURNAL_BROKEN, "%s", cause.text);
	}
	return -1;
}

void journal_abandon(struct journal *journal)
{
	buf_clear(&journal->group);
	journal->pending = journal->durable;
}

/* Reads the record at offset whole into out. */
static int read_rest(const struct journal *journal, uint64_t offset, struct buf *out, struct err *err)
{
	uint8_t head[4];
	struct reader r = {{head, sizeof(head)}};
	uint32_t size = 0;
	size_t got = 0;

	if (journal_read_at(journal->fd, offset, head, sizeof(head), &got, err) < 0)
		return -1;
	if (got < sizeof(head) || reader_u32(&r, &size) < 0 || size < JOURNAL_FIXED_SIZE || size > JOURNAL_RECORD_MAX)
		return err_set(err, HF_JOURNAL_BROKEN, "no record at %llu", (unsigned long long)offset);
	buf_clear(out);
	if (buf_reserve(out, size, err) < 0)
		return -1;
	if (journal_read_at(journal->fd, offset + 4, out->data, size, &got, err) < 0)
		return -1;
	if (got < size)
		return err_set(err, HF_JOURNAL_BROKEN, "no whole record at %llu", (unsigned long long)offset);
	out->size = size;
	return 0;
}

int journal_read(const struct journal *journal, uint64_t offset, struct buf *out, struct journal_record *record, struct err *err)
{
	struct bytes before, covered;
	uint8_t chain[SM3_SIZE];

	if (read_rest(journal, offset, out, err) < 0)
		return -1;
	if (journal_record_split(buf_get(out), record, &before, &covered) < 0)
		return err_set(err, HF_JOURNAL_BROKEN, "malformed record at %llu", (unsigned long long)offset);
	sm3(covered, chain);
	if (memcmp(chain, record->chain, JOURNAL_CHAIN_SIZE) != 0)
		return err_set(err, HF_JOURNAL_BROKEN, "record %lld: changed", (long long)record->number);
	record->offset = offset;
	record->next = offset + 4 + out->size;
	return 0;
}

int journal_find(const struct journal *journal, int64_t number, uint64_t *offset, struct err *err)
{
	uint64_t at;

	if (number < 1 || number > journal->durable.number)
		return err_set(err, HF_NOT_FOUND, "no record %lld", (long long)number);
	at = journal->marks.offsets[(number - 1) / MARK_EVERY];
	for (int64_t i = (number - 1) / MARK_EVERY * MARK_EVERY + 1; i < number; i++) {
		uint8_t head[4];
		struct reader r = {{head, sizeof(head)}};
		uint32_t size = 0;
		size_t got = 0;

		if (journal_read_at(journal->fd, at, head, sizeof(head), &got, err) < 0)
			return -1;
		if (got < sizeof(head) || reader_u32(&r, &size) < 0)
			return err_set(err, HF_JOURNAL_BROKEN, "no record at %llu", (unsigned long long)at);
		at += 4 + (uint64_t)size;
	}
	*offset = at;
	return 0;
}
