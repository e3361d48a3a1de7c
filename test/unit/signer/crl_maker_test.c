/* A CRL whose file could not be written is served all the same, and its file comes later. */
#include "crl_maker.h"

#include "authority.h"
#include "crl.h"
#include "file.h"
#include "log.h"
#include "signer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct desk {
	struct authority authority;
	struct signer signer;
	char folder[64];
};

/* A journal with its beginning; no folder crl/ yet. */
static int set_up(void **state)
{
	static struct desk d = {.folder = "/tmp/hufu-crl-XXXXXX"};
	const struct journal_event begin = {.type = EVENT_BEGIN};
	struct journal_record record;
	struct err err;

	log_start("test", LOG_LEVEL_ERROR);
	assert_non_null(mkdtemp(d.folder));
	assert_int_equal(chdir(d.folder), 0);
	authority_make(&d.authority, true);
	d.signer.ca.issuing = d.authority.issuing;
	d.signer.ca.issuing_key = d.authority.issuing_key;
	d.signer.crl.every = 3600;
	d.signer.crl.life = 7200;
	assert_int_equal(registry_new(&d.signer.registry, 60, &err), 0);
	assert_int_equal(journal_create(&d.signer.journal, AT_FDCWD, "journal", &err), 0);
	assert_int_equal(status_tail_open(&d.signer.tail, 1, &err), 0);
	assert_int_equal(signer_record(&d.signer, &begin, AUTHORITY_NOW, &record, &err), 0);
	crl_maker_open(&d.signer);
	*state = &d;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *d = *state;

	crl_maker_close(&d->signer.crl);
	status_tail_close(&d->signer.tail);
	journal_free(&d->signer.journal);
	registry_free(&d->signer.registry);
	authority_free(&d->authority);
	assert_int_equal(unlink("crl/newest.crl") + rmdir("crl") + unlink("journal") + chdir("/") + rmdir(d->folder), 0);
	return 0;
}

static void test_a_file_that_could_not_be_written(void **state)
{
	struct desk *d = *state;
	struct signer *s = &d->signer;
	int64_t number, records;
	struct buf file;
	struct err err;

	assert_true(crl_maker_tick(s));
	number = s->crl.number;
	records = journal_state_get(s->journal).number;
	assert_int_equal(number, records);
	assert_true(s->crl.file_pending);
	assert_int_equal(mkdir("crl", 0700), 0);
	assert_false(crl_maker_tick(s)); /* not at once */
	assert_true(s->crl.file_pending);
	s->crl.retry_ms = 0;
	assert_false(crl_maker_tick(s)); /* the file, and no other CRL */
	assert_false(s->crl.file_pending);
	assert_int_equal(journal_state_get(s->journal).number, records);
	buf_init(&file, CRL_DER_MAX);
	assert_int_equal(file_read(&file, AT_FDCWD, "crl/newest.crl", &err), 0);
	assert_true(bytes_equal(buf_get(&file), buf_get(&s->crl.newest)));
	buf_free(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_file_that_could_not_be_written),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
