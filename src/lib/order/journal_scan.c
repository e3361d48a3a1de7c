/* Reads a journal from its beginning and checks every record. */
#include "journal_record.h"

#include "digest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WINDOW_SIZE ((1u << 20) + JOURNAL_RECORD_MAX + 4) /* holds at least one whole record */

int journal_read_at(int fd, uint64_t offset, uint8_t *buffer, size_t size, size_t *got, struct err *err)
{
	*got = 0;
	while (*got < size) {
		ssize_t n = pread(fd, buffer + *got, size - *got, (off_t)(offset + *got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set_errno(err, HF_FILE, "journal: read");
		if (n == 0)
			break;
		*got += (size_t)n;
	}
	return 0;
}

int journal_record_split(struct bytes rest, struct journal_record *record, struct bytes *before, struct bytes *covered)
{
	struct reader r = {rest};
	uint64_t number, time;
	uint32_t size;
	struct bytes chain;

	*covered = (struct bytes){rest.data, rest.size - JOURNAL_CHAIN_SIZE};
	if (reader_u64(&r, &number) < 0 || reader_u64(&r, &time) < 0 || reader_take(&r, JOURNAL_CHAIN_SIZE, before) < 0 ||
	    reader_u32(&r, &size) < 0 || reader_take(&r, size, &record->body) < 0 || reader_take(&r, JOURNAL_CHAIN_SIZE, &chain) < 0 ||
	    r.rest.size != 0 || number > INT64_MAX || time > INT64_MAX)
		return -1;
	record->number = (int64_t)number;
	record->time = (int64_t)time;
	memcpy(record->chain, chain.data, JOURNAL_CHAIN_SIZE);
	return 0;
}

static int record_check(const struct journal_state *state, struct bytes rest, struct journal_record *record, struct err *err)
{
	struct bytes before, covered;
	uint8_t chain[SM3_SIZE];
	long long number = state->number + 1;

	if (journal_record_split(rest, record, &before, &covered) < 0)
		return err_set(err, HF_JOURNAL_BROKEN, "record %lld: malformed (journal.md 1)", number);
	if (record->number != number)
		return err_set(err, HF_JOURNAL_BROKEN, "record %lld: has number %lld", number, (long long)record->number);
	if (record->time < state->time)
		return err_set(err, HF_JOURNAL_BROKEN, "record %lld: older than the one before", number);
	if (memcmp(before.data, state->head, JOURNAL_CHAIN_SIZE) != 0)
		return err_set(err, HF_JOURNAL_BROKEN, "record %lld: not chained to the one before", number);
	sm3(covered, chain);
	if (memcmp(chain, record->chain, JOURNAL_CHAIN_SIZE) != 0)
		return err_set(err, HF_JOURNAL_BROKEN, "record %lld: changed", number);
	return 0;
}

/* The size in front of a record. 1: usable, 0: the file ends inside it or is zeros from there on, -1: irregular. */
static int size_check(struct bytes window, uint64_t left, uint32_t *size)
{
	struct reader r = {window};

	if (reader_u32(&r, size) < 0)
		return 0;
	if (*size == 0) {
		for (size_t i = 0; i < window.size; i++) {
			if (window.data[i] != 0)
				return -1;
		}
		return left == window.size ? 0 : -1;
	}
	if (*size < JOURNAL_FIXED_SIZE || *size > JOURNAL_RECORD_MAX)
		return -1;
	return left - 4 < *size ? 0 : 1;
}

/* Whether what is visible of an incomplete record can be the beginning of the next one. */
static bool torn_fits(const struct journal_state *state, struct bytes window)
{
	struct reader r = {window};
	uint64_t number, time;
	uint32_t size = 0, body;
	struct bytes before;

	if (reader_u32(&r, &size) < 0 || size == 0 || reader_u64(&r, &number) < 0)
		return true;
	if (number != (uint64_t)state->number + 1)
		return false;
	if (reader_u64(&r, &time) < 0)
		return true;
	if (time > INT64_MAX || (int64_t)time < state->time)
		return false;
	if (reader_take(&r, JOURNAL_CHAIN_SIZE, &before) < 0)
		return true;
	if (memcmp(before.data, state->head, JOURNAL_CHAIN_SIZE) != 0)
		return false;
	return reader_u32(&r, &body) < 0 || body == size - JOURNAL_FIXED_SIZE;
}

static int take_record(struct journal_state *state, struct bytes rest, journal_each_fn *each, void *ctx, struct err *err)
{
	struct journal_record record;

	if (record_check(state, rest, &record, err) < 0)
		return -1;
	record.offset = state->size;
	record.next = state->size + 4 + rest.size;
	if (each != NULL && each(ctx, &record, err) < 0)
		return err_wrap(err, "record %lld", (long long)record.number);
	state->number = record.number;
	state->time = record.time;
	memcpy(state->head, record.chain, JOURNAL_CHAIN_SIZE);
	state->size = record.next;
	return 0;
}

static int scan_window(struct journal_state *state, struct bytes window, uint64_t end, journal_each_fn *each, void *ctx, struct err *err)
{
	for (bool fresh = true; window.size > 0; fresh = false) {
		uint32_t size = 0;
		int usable = size_check(window, end - state->size, &size);

		/* Only a window that begins with the record tells a torn or irregular one from one that is just not read yet. */
		if (usable <= 0 && !fresh)
			return 0;
		if (usable < 0)
			return err_set(err, HF_JOURNAL_BROKEN, "record %lld: its size is impossible (journal.md 1)",
			               (long long)state->number + 1);
		if (usable == 0) {
			if (!torn_fits(state, window))
				return err_set(err, HF_JOURNAL_BROKEN, "record %lld: incomplete, and not of this chain",
				               (long long)state->number + 1);
			state->torn = true;
			return 0;
		}
		if (window.size - 4 < size)
			return 0;
		if (take_record(state, (struct bytes){window.data + 4, size}, each, ctx, err) < 0)
			return -1;
		window.data += 4 + size;
		window.size -= 4 + size;
	}
	return 0;
}

/* Reads what follows into the window; what was appended after the file's size was taken is left alone. */
static int read_window(int fd, uint64_t offset, uint64_t end, uint8_t *window, size_t *size, struct err *err)
{
	size_t wanted = end - offset < WINDOW_SIZE ? (size_t)(end - offset) : WINDOW_SIZE;

	if (journal_read_at(fd, offset, window, wanted, size, err) < 0)
		return -1;
	return *size == wanted ? 0 : err_set(err, HF_FILE, "journal: became shorter while it was read");
}

int journal_scan(int fd, journal_each_fn *each, void *ctx, struct journal_state *state, struct err *err)
{
	uint8_t *window = malloc(WINDOW_SIZE);
	struct stat file;
	uint64_t end;
	size_t size;
	int result = -1;

	memset(state, 0, sizeof(*state));
	if (window == NULL) {
		err_set(err, HF_MEMORY, "journal");
		goto out;
	}
	if (fstat(fd, &file) < 0) {
		err_set_errno(err, HF_FILE, "journal");
		goto out;
	}
	end = (uint64_t)file.st_size;
	while (!state->torn && state->size < end) {
		if (read_window(fd, state->size, end, window, &size, err) < 0)
			goto out;
		if (scan_window(state, (struct bytes){window, size}, end, each, ctx, err) < 0)
			goto out;
	}
	result = 0;
out:
	free(window);
	return result;
}
