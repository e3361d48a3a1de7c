/* The ceremony of a real instance: persons bring requests, everything is there at the end, or nothing. */
#include "cert_file.h"
#include "chain.h"
#include "csr.h"
#include "envelope.h"
#include "file.h"
#include "journal.h"
#include "journal_event.h"
#include "pem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define OUTPUT_MAX 8192

struct desk {
	char folder[64], request[3][96], person[3][512], passphrase[96];
	struct sm2_private *keys[3];
	char said[OUTPUT_MAX];
};

/* The second is called as long as can be: 64 characters of 4 bytes. */
#define EIGHT "𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷"
static const char *const roles[3] = {"a=甲=super-administrator,intake-operator,key-officer",
                                     "b=" EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT "=super-administrator,reviewer,key-officer",
                                     "c=丙=audit-administrator"};

static void write_request(const char *path, const struct sm2_private *key, bool pem)
{
	const struct name subject = {.country = BYTES_LITERAL("CN"), .common_name = BYTES_LITERAL("anything")};
	struct buf tbs, signature, der, text;
	uint8_t rs[64];
	struct err err;

	buf_init(&tbs, CSR_DER_MAX);
	buf_init(&signature, 80);
	buf_init(&der, CSR_DER_MAX);
	buf_init(&text, 2 * CSR_DER_MAX);
	assert_int_equal(csr_build(&subject, sm2_private_public(key), &tbs, &err), 0);
	assert_int_equal(sm2_sign(key, buf_get(&tbs), &signature, &err), 0);
	assert_int_equal(sm2_signature_from_der(buf_get(&signature), rs, &err), 0);
	assert_int_equal(csr_assemble(buf_get(&tbs), rs, &der, &err), 0);
	assert_int_equal(pem_write(&text, PEM_REQUEST, buf_get(&der), &err), 0);
	assert_int_equal(file_replace(AT_FDCWD, path, pem ? buf_get(&text) : buf_get(&der), 0600, &err), 0);
	buf_free(&tbs);
	buf_free(&signature);
	buf_free(&der);
	buf_free(&text);
}

static int set_up(void **state)
{
	static struct desk d;
	struct err err;

	memset(&d, 0, sizeof(d));
	snprintf(d.folder, sizeof(d.folder), "/tmp/hufu-ceremony-XXXXXX");
	assert_non_null(mkdtemp(d.folder));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(sm2_private_generate(&d.keys[i], &err), 0);
		snprintf(d.request[i], sizeof(d.request[i]), "%s/%c.csr", d.folder, "abc"[i]);
		write_request(d.request[i], d.keys[i], i != 1);
		snprintf(d.person[i], sizeof(d.person[i]), "--person=%s=%s", roles[i], d.request[i]);
	}
	snprintf(d.passphrase, sizeof(d.passphrase), "%s/given", d.folder);
	assert_int_equal(file_replace(AT_FDCWD, d.passphrase, BYTES_LITERAL("correct horse\n"), 0600, &err), 0);
	*state = &d;
	return 0;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	struct desk *d = *state;

	for (int i = 0; i < 3; i++)
		sm2_private_free(&d->keys[i]);
	return nftw(d->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* hufu init with the three persons, of which the last may be left out; the passphrase on descriptor 3. */
static int init(struct desk *d, int persons, const char *target)
{
	char *args[] = {"hufu", "init", "--passphrase-fd=3", NULL, NULL, NULL, NULL, NULL};
	int out[2], status, n = 3;
	size_t size = 0;
	ssize_t got;
	pid_t pid;

	for (int i = 0; i < persons; i++)
		args[n++] = d->person[i];
	args[n] = (char *)target;
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int given = open(d->passphrase, O_RDONLY);

		dup2(out[1], 1);
		dup2(out[1], 2);
		if (given != 3)
			dup2(given, 3);
		else
			fcntl(3, F_SETFD, 0);
		execv(getenv("HUFU_TEST_HUFU"), args);
		_exit(127);
	}
	close(out[1]);
	while (size < OUTPUT_MAX - 1 && (got = read(out[0], d->said + size, OUTPUT_MAX - 1 - size)) > 0)
		size += (size_t)got;
	d->said[size] = '\0';
	close(out[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

static size_t entries(const char *path)
{
	DIR *dir = opendir(path);
	size_t n = 0;

	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

static struct cert *certificate(const char *folder, const char *name)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY);
	struct cert *cert = NULL;
	struct err err;

	if (cert_file_read(&cert, dir, name, &err) < 0)
		fail_msg("%s: %s", name, err.text);
	close(dir);
	return cert;
}

static void assert_person(struct desk *d, const char *instance, int i, const struct cert *issuing, const struct cert *root)
{
	char name[64], path[192];
	struct cert *sign, *encryption;
	struct sm2_private *opened = NULL;
	struct buf envelope;
	struct err err;

	snprintf(name, sizeof(name), "persons/%c.sign.crt", "abc"[i]);
	sign = certificate(instance, name);
	snprintf(name, sizeof(name), "persons/%c.encryption.crt", "abc"[i]);
	encryption = certificate(instance, name);
	assert_int_equal(chain_check(sign, issuing, root, (int64_t)time(NULL), &err), 0);
	assert_int_equal(cert_check_pair(sign, encryption, &err), 0);
	assert_false(sign->test_policy);
	assert_true(sm2_public_equal(sign->key, sm2_private_public(d->keys[i])));
	snprintf(path, sizeof(path), "%s/persons/%c.envelope.der", instance, "abc"[i]);
	buf_init(&envelope, 1024);
	assert_int_equal(file_read(&envelope, AT_FDCWD, path, &err), 0);
	assert_int_equal(envelope_open(d->keys[i], buf_get(&envelope), &opened, &err), 0);
	assert_true(sm2_public_equal(encryption->key, sm2_private_public(opened)));
	sm2_private_free(&opened);
	cert_free(&sign);
	cert_free(&encryption);
	buf_free(&envelope);
}

/* journal_each_fn: as the signer reads it at its start. */
static int read_event(void *ctx, const struct journal_record *record, struct err *err)
{
	struct pool *pool = pool_new(1u << 20);
	struct journal_event event;
	int *persons = ctx, result = journal_event_parse(&event, record->body, pool, err);

	*persons += result == 0 && event.type == EVENT_PERSON;
	pool_free(&pool);
	return result;
}

static void assert_journal(const char *instance)
{
	char path[192];
	struct journal_state state;
	struct err err = {0};
	int persons = 0, fd;

	snprintf(path, sizeof(path), "%s/signer/journal", instance);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	if (journal_scan(fd, read_event, &persons, &state, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(persons, 3);
	close(fd);
}

static void test_a_real_instance(void **state)
{
	static const char *const parts[] = {"hufu.ini",
	                                    "ca/release.crt",
	                                    "ca/root.key.sealed",
	                                    "signer/issuing.key.sealed",
	                                    "signer/journal.key.sealed",
	                                    "signer/crl",
	                                    "escrow/master.key.sealed",
	                                    "escrow/unlock.key.sealed",
	                                    "escrow/pairs",
	                                    "portal/storage.key",
	                                    "portal/papers",
	                                    "release/release.key.sealed",
	                                    "release/origins",
	                                    "release/origins.sig",
	                                    "responder",
	                                    "courier",
	                                    "run",
	                                    "signer/journal"};
	struct desk *d = *state;
	char instance[96], path[192];
	struct cert *issuing, *root;
	struct stat st;
	size_t before;

	snprintf(instance, sizeof(instance), "%s/real", d->folder);
	before = entries(d->folder);
	if (init(d, 3, instance) != EXIT_SUCCESS)
		fail_msg("%s", d->said);
	assert_int_equal(entries(d->folder), before + 1);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", instance, parts[i]);
		if (stat(path, &st) != 0)
			fail_msg("%s is missing", parts[i]);
		if (strstr(parts[i], "key") != NULL)
			assert_int_equal(st.st_mode & 077, 0);
	}
	/* users of the programs walk through it, and can list nothing */
	assert_int_equal(stat(instance, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0711);
	snprintf(path, sizeof(path), "%s/passphrase", instance);
	assert_int_equal(stat(path, &st), -1);
	issuing = certificate(instance, "ca/issuing.crt");
	root = certificate(instance, "ca/root.crt");
	for (int i = 0; i < 3; i++)
		assert_person(d, instance, i, issuing, root);
	assert_journal(instance);
	cert_free(&issuing);
	cert_free(&root);
	/* not a second time */
	assert_int_equal(init(d, 3, instance), EXIT_FAILURE);
	assert_non_null(strstr(d->said, "HF-9009"));
	assert_int_equal(entries(d->folder), before + 1);
}

/* Whatever is missing or wrong, nothing is left behind. */
static void test_nothing_is_left_behind(void **state)
{
	struct desk *d = *state;
	char instance[96];
	size_t before = entries(d->folder);
	struct err err;

	snprintf(instance, sizeof(instance), "%s/other", d->folder);
	assert_int_equal(init(d, 2, instance), 64);
	assert_non_null(strstr(d->said, "audit administrator"));
	assert_int_equal(entries(d->folder), before);
	/* a request that is not signed by its key, found when half of the persons are done */
	struct buf der;
	buf_init(&der, CSR_DER_MAX);
	assert_int_equal(file_read(&der, AT_FDCWD, d->request[1], &err), 0);
	der.data[der.size - 1] ^= 1;
	assert_int_equal(file_replace(AT_FDCWD, d->request[1], buf_get(&der), 0600, &err), 0);
	assert_int_equal(init(d, 3, instance), EXIT_FAILURE);
	assert_non_null(strstr(d->said, "HF-2032"));
	assert_int_equal(entries(d->folder), before);
	buf_free(&der);
}

/* hufu init for evaluation, in a process group of its own, as a terminal's command is; its number. */
static pid_t begin(const char *target)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		setpgid(0, 0);
		signal(SIGINT, SIG_DFL); /* whoever runs the tests may ignore them */
		signal(SIGHUP, SIG_DFL);
		dup2(null, 1);
		dup2(null, 2);
		execl(getenv("HUFU_TEST_HUFU"), "hufu", "init", "--evaluation", target, (char *)NULL);
		_exit(127);
	}
	setpgid(pid, pid);
	return pid;
}

static void pause_shortly(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

/* Until the ceremony has made a file of this name. */
static void wait_for(const char *target, const char *file)
{
	char pattern[192];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s.*/%s", target, file);
	while (glob(pattern, 0, NULL, &found) != 0) {
		globfree(&found);
		pause_shortly();
	}
	globfree(&found);
}

/* The process that works for it. */
static pid_t worker_of(pid_t pid)
{
	char path[64];
	int worker = 0;
	FILE *children;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	children = fopen(path, "r");
	assert_non_null(children);
	assert_int_equal(fscanf(children, "%d", &worker), 1);
	fclose(children);
	return worker;
}

enum victim { VICTIM_GROUP, VICTIM_ASKED, VICTIM_WORKER };

/* Whatever is killed and when, nothing is left behind. */
static void test_killed_it_leaves_nothing(void **state)
{
	static const struct {
		enum victim victim;
		int signal;
		const char *when;
	} cases[] = {
	    {VICTIM_GROUP, SIGINT, "ca"},
	    {VICTIM_GROUP, SIGINT, "persons/*.vkey"},
	    {VICTIM_ASKED, SIGTERM, "signer/issuing.key.sealed"},
	    {VICTIM_ASKED, SIGTERM, "persons/*.sock"},
	    {VICTIM_ASKED, SIGHUP, "passphrase"},
	    {VICTIM_WORKER, SIGKILL, "hufu.ini"},
	    {VICTIM_WORKER, SIGKILL, "persons/*.sock"},
	    {VICTIM_WORKER, SIGKILL, "persons/reviewer.vkey"},
	};
	struct desk *d = *state;
	size_t before = entries(d->folder);
	char instance[96];
	int status;

	snprintf(instance, sizeof(instance), "%s/killed", d->folder);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pid_t pid = begin(instance);

		wait_for(instance, cases[i].when);
		assert_int_equal(kill(cases[i].victim == VICTIM_GROUP    ? -pid
		                      : cases[i].victim == VICTIM_WORKER ? worker_of(pid)
		                                                         : pid,
		                      cases[i].signal),
		                 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILURE);
		assert_int_equal(entries(d->folder), before);
	}
}

/* What nobody could clean up is removed by the next one; what another is just making is not. */
static void test_the_next_one_cleans_up(void **state)
{
	struct desk *d = *state;
	char instance[96], made[128];
	size_t before = entries(d->folder);
	struct err err;
	int status;
	pid_t pid;

	snprintf(instance, sizeof(instance), "%s/left", d->folder);
	pid = begin(instance);
	wait_for(instance, "persons/*.sock");
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(entries(d->folder), before + 1);
	snprintf(made, sizeof(made), "%s.hufu-init-AbCdEf", instance);
	assert_int_equal(mkdir(made, 0711), 0);
	int lock = file_open_dir(AT_FDCWD, made, &err);
	assert_true(lock >= 0);
	assert_int_equal(flock(lock, LOCK_EX), 0);
	write_request(d->request[1], d->keys[1], false);
	/* The killed one's keys end with it, at a time of their own. */
	while (init(d, 3, instance) != EXIT_SUCCESS || entries(d->folder) != before + 2) {
		assert_int_equal(nftw(instance, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
		pause_shortly();
	}
	close(lock);
	assert_int_equal(rmdir(made), 0);
	assert_int_equal(nftw(instance, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
	assert_int_equal(entries(d->folder), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_real_instance),
	    cmocka_unit_test(test_nothing_is_left_behind),
	    cmocka_unit_test(test_killed_it_leaves_nothing),
	    cmocka_unit_test(test_the_next_one_cleans_up),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
