/* hufu journal verify: checks a journal's chain and every body, without the service. */
#include "command.h"
#include "journal.h"
#include "journal_event.h"
#include "text_code.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define POOL_MAX (8u << 20)

/* journal_each_fn: a body that is no event of journal.md 2 is told with its number. */
static int check_body(void *ctx, const struct journal_record *record, struct err *err)
{
	struct pool *pool = ctx;
	struct journal_event event;

	pool_reset(pool);
	return journal_event_parse(&event, record->body, pool, err);
}

static void tell(const char *file, const struct journal_state *state)
{
	char head[2 * JOURNAL_CHAIN_SIZE + 1];

	hex_write(head, state->head, sizeof(state->head));
	(void)printf("%s: whole, %lld records, head %s\n", file, (long long)state->number, head);
	if (state->torn)
		(void)printf("%s: an incomplete record follows, which was never answered\n", file);
}

static int verify(const char *file, struct err *err)
{
	struct pool *pool = pool_new(POOL_MAX);
	struct journal_state state;
	int fd = open(file, O_RDONLY | O_CLOEXEC), result = -1;

	if (fd < 0)
		err_set_errno(err, HF_FILE, "%s", file);
	else if (pool == NULL)
		err_set(err, HF_MEMORY, "journal");
	else
		result = journal_scan(fd, check_body, pool, &state, err);
	if (result == 0)
		tell(file, &state);
	if (fd >= 0)
		close(fd);
	pool_free(&pool);
	return result;
}

int journal_command(int argc, char **argv, struct err *err)
{
	if (argc != 3 || strcmp(argv[1], "verify") != 0)
		return err_set(err, HF_USAGE, "verify which file?");
	return verify(argv[2], err);
}
