/* A journal's file: what is shown of it stands in numbers without gaps, and no more than the file holds. */
#include "fuzz.h"
#include "journal.h"

#include <sys/mman.h>
#include <unistd.h>

static int see(void *ctx, const struct journal_record *record, struct err *err)
{
	int64_t *newest = ctx;

	(void)err;
	FUZZ_PROMISE(record->number == *newest + 1);
	FUZZ_PROMISE(record->body.size <= record->next - record->offset);
	*newest = record->number;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("journal", MFD_CLOEXEC);
	struct journal_state state;
	int64_t newest = 0;

	FUZZ_PROMISE(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	if (journal_scan(fd, see, &newest, &state, NULL) == 0)
		FUZZ_PROMISE(state.number == newest && (state.torn ? state.size < size : state.size == size));
	close(fd);
	return 0;
}
