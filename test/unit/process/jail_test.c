/* Every kind of program enters its real jail in a child of its own and tries what it may and what it may not. */
#include "call.h"
#include "crypto_load.h"
#include "file.h"
#include "jail.h"
#include "line.h"
#include "log.h"
#include "random.h"
#include "serve.h"
#include "sm2.h"
#include "spawn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <microhttpd.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* What a probe needs; made before the jail. */
struct place {
	char folder[64];
	struct sockaddr_in listening; /* of the test, on loopback */
	int listener;
	int own_listener; /* listens, for a program to take with it */
	pid_t parent;
};

static struct place place;

/* Each probe says whether the thing could be done. */
static bool may_open_inet(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd >= 0;
}

static bool may_open_unix(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static bool may_connect_tcp(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd >= 0 && connect(fd, (struct sockaddr *)&place.listening, sizeof(place.listening)) == 0;
}

/* A listening socket that is there, turned into a connecting one. */
static bool may_turn_listener(void)
{
	struct sockaddr none = {.sa_family = AF_UNSPEC};

	if (connect(place.own_listener, &none, sizeof(none)))
		return false;
	return connect(place.own_listener, (struct sockaddr *)&place.listening, sizeof(place.listening)) == 0;
}

static bool may_bind_tcp(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd >= 0 && bind(fd, (struct sockaddr *)&any, sizeof(any)) == 0;
}

static bool may_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid > 0 && waitpid(pid, NULL, 0) == pid;
}

static bool executes(const char *program)
{
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		execl(program, program, (char *)NULL);
		_exit(99);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool may_execute_true(void)
{
	return executes("/usr/bin/true");
}

static bool may_execute_own(void)
{
	char program[128];
	int fd;

	snprintf(program, sizeof(program), "%s/program", place.folder);
	fd = open(program, O_WRONLY | O_CREAT, 0700);
	if (fd < 0 || write(fd, "#!/usr/bin/true\n", 16) != 16 || fchmod(fd, 0700) || close(fd))
		return false;
	return executes(program);
}

static bool may_ptrace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 || ptrace(PTRACE_ATTACH, place.parent, NULL, NULL) == 0;
}

static bool may_kill_parent(void)
{
	return kill(place.parent, 0) == 0;
}

static bool may_read_passwd(void)
{
	return open("/etc/passwd", O_RDONLY) >= 0;
}

static bool may_write_elsewhere(void)
{
	char path[96];

	snprintf(path, sizeof(path), "%s.other", place.folder);
	return open(path, O_WRONLY | O_CREAT, 0600) >= 0;
}

static bool may_make_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool may_use_own_folder(void)
{
	struct buf b;
	bool fine;
	int dir = file_open_dir(AT_FDCWD, place.folder, NULL);

	if (dir < 0)
		return false;
	buf_init(&b, 64);
	fine = file_make_dir(dir, "deep", 0700, NULL) == 0 && file_replace(dir, "deep/file", BYTES_LITERAL("content"), 0600, NULL) == 0 &&
	       file_replace(dir, "deep/file", BYTES_LITERAL("again"), 0600, NULL) == 0 && file_read(&b, dir, "deep/file", NULL) == 0 &&
	       bytes_is_text(buf_get(&b), "again") && unlinkat(dir, "deep/file", 0) == 0 && unlinkat(dir, "deep", AT_REMOVEDIR) == 0;
	buf_free(&b);
	close(dir);
	return fine;
}

static void *idle_thread(void *ctx)
{
	*(bool *)ctx = true;
	return NULL;
}

static bool may_make_threads(void)
{
	pthread_t thread;
	bool ran = false;

	return pthread_create(&thread, NULL, idle_thread, &ran) == 0 && pthread_join(thread, NULL) == 0 && ran;
}

static bool may_sign(void)
{
	struct sm2_private *key = NULL;
	struct buf signature;
	uint8_t nonce[16];
	bool fine;

	buf_init(&signature, 128);
	random_bytes(nonce, sizeof(nonce));
	fine = sm2_private_generate(&key, NULL) == 0 && sm2_sign(key, BYTES_ARRAY(nonce), &signature, NULL) == 0;
	sm2_private_free(&key);
	buf_free(&signature);
	return fine;
}

static bool may_use_sqlite(void)
{
	char path[96];
	sqlite3 *db = NULL;
	bool fine;

	snprintf(path, sizeof(path), "%s/store.db", place.folder);
	fine =
	    sqlite3_open(path, &db) == SQLITE_OK &&
	    sqlite3_exec(db, "PRAGMA journal_mode=WAL; CREATE TABLE IF NOT EXISTS t(a); BEGIN IMMEDIATE; INSERT INTO t VALUES (1); COMMIT;",
	                 NULL, NULL, NULL) == SQLITE_OK;
	return sqlite3_close(db) == SQLITE_OK && fine;
}

static enum MHD_Result answer_http(void *ctx, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                                   const char *data, size_t *size, void **state)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(2, (void *)"ok", MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);

	MHD_destroy_response(response);
	return result;
}

/* A server on the socket that was there; the test's own connection to it was made before the jail. */
static int http_client = -1;

static bool may_serve_http(void)
{
	struct timeval limit = {.tv_sec = 5};
	struct MHD_Daemon *server =
	    MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer_http, NULL, MHD_OPTION_LISTEN_SOCKET, place.own_listener,
	                     MHD_OPTION_THREAD_POOL_SIZE, 2U, MHD_OPTION_END);
	char reply[512];
	ssize_t n;

	if (!server)
		return false;
	setsockopt(http_client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (send(http_client, "GET / HTTP/1.1\r\nHost: h\r\n\r\n", 27, 0) != 27)
		return false;
	n = recv(http_client, reply, sizeof(reply) - 1, 0);
	MHD_stop_daemon(server);
	return n > 12 && memcmp(reply, "HTTP/1.1 200", 12) == 0;
}

static const struct message echo_table[] = {{1, "echo", 64, 64}};

static void echo_batch(void *ctx, struct request **batch, size_t n)
{
	for (size_t i = 0; i < n; i++)
		batch[i]->result = buf_append(&batch[i]->reply, batch[i]->body, &batch[i]->err);
}

static void *serve_thread(void *ctx)
{
	return serve_run(ctx, 8, NULL) ? NULL : ctx;
}

static void *hand_over(void *ctx)
{
	const int *fds = ctx; /* the line's other end, and the connection to give */

	while (line_asked(fds[0]) == 0)
		usleep(1000);
	return line_answer(fds[0], fds[1], NULL) ? NULL : ctx;
}

/* A connection by a line, a server on its other end, a question. */
static bool may_use_wire(void)
{
	struct serve *serve = NULL;
	struct call *call = NULL;
	struct buf answer;
	pthread_t server, parent;
	int line[2], pair[2];
	bool fine;

	/* socketpair is no call of the jail: both were made before it. */
	memcpy(line, (int[]){40, 41}, sizeof(line));
	memcpy(pair, (int[]){42, 43}, sizeof(pair));
	buf_init(&answer, 64);
	if (serve_new(&serve, echo_batch, NULL, 0, NULL, NULL) || serve_add_peer(serve, pair[0], echo_table, 1, NULL, NULL))
		return false;
	if (pthread_create(&server, NULL, serve_thread, serve) || pthread_create(&parent, NULL, hand_over, (int[]){line[1], pair[1]}))
		return false;
	fine = call_line(&call, line[0], NULL) == 0 && call_ask(call, 1, BYTES_LITERAL("hello"), &answer, 5000, NULL) == 0;
	pthread_join(parent, NULL);
	call_free(&call);
	serve_stop(serve);
	pthread_join(server, NULL);
	serve_free(&serve);
	buf_free(&answer);
	return fine;
}

static bool may_harden(void)
{
	return secret_harden_process(NULL) == 0;
}

enum { INET = 1, TCP_OUT = 2, UNIX = 4, CHILDREN = 8, PROGRAMS = 16, CODE = 32, PASSWD = 64, LISTENERS = 128, SIGNALS = 256 };

static const struct probe {
	const char *name;
	bool (*may)(void);
	unsigned needs; /* 0: every kind may; NEVER: none */
	bool by_landlock;
} probes[] = {
#define NEVER UINT32_MAX
    {"socket(AF_INET)", may_open_inet, INET, false},
    {"connect over TCP", may_connect_tcp, TCP_OUT, false},
    {"turn a listening socket", may_turn_listener, TCP_OUT, false},
    {"bind TCP", may_bind_tcp, NEVER, true},
    {"socket(AF_UNIX)", may_open_unix, UNIX, false},
    {"fork", may_fork, CHILDREN, false},
    {"execute /usr/bin/true", may_execute_true, PROGRAMS, false},
    {"execute what it wrote", may_execute_own, NEVER, true},
    {"ptrace", may_ptrace, NEVER, false},
    {"signal the parent", may_kill_parent, NEVER, true},
    {"read /etc/passwd", may_read_passwd, PASSWD, true},
    {"write elsewhere", may_write_elsewhere, NEVER, true},
    {"make code", may_make_code, CODE, false},
    {"use its own folder", may_use_own_folder, 0, false},
    {"make threads", may_make_threads, 0, false},
    {"sign", may_sign, 0, false},
    {"use SQLite", may_use_sqlite, 0, false},
    {"serve HTTP", may_serve_http, LISTENERS, false},
    {"use the wire", may_use_wire, 0, false},
    {"harden itself", may_harden, 0, false},
};
#define PROBES (sizeof(probes) / sizeof(probes[0]))

static const unsigned kinds[JAIL_KINDS] = {
    [JAIL_SIGNER] = LISTENERS,  [JAIL_ESCROW] = LISTENERS,       [JAIL_RESPONDER] = LISTENERS,
    [JAIL_PORTAL] = LISTENERS,  [JAIL_COURIER] = INET | TCP_OUT, [JAIL_KEYDOOR] = UNIX | CHILDREN | PROGRAMS | CODE,
    [JAIL_AGENT] = LISTENERS,   [JAIL_VKEY] = LISTENERS,         [JAIL_PAPER] = 0,
    [JAIL_MAILBOX] = LISTENERS,
};

static bool has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 4;
}

static void place_at(int from, int number)
{
	assert_int_equal(dup2(from, number), number);
	close(from);
}

static void enter(enum jail_kind kind)
{
	const struct jail_path paths[] = {
	    {place.folder, JAIL_WRITE},
	    {"/not/there", JAIL_READ},
	    {kinds[kind] & PROGRAMS ? "/usr" : "/not/there", JAIL_EXECUTE},
	    {kinds[kind] & PROGRAMS ? "/lib64" : "/not/there", JAIL_EXECUTE},
	};
	struct err err;

	crypto_load();
	if (jail_enter(kind, paths, sizeof(paths) / sizeof(paths[0]), &err)) {
		log_fault("test.jail", &err);
		_exit(1);
	}
}

/* The child's part: one byte for each probe. */
static void try_all(enum jail_kind kind, int result)
{
	struct sockaddr_in own;
	socklen_t size = sizeof(own);
	int line[2], pair[2];

	if (line_pair(line, NULL) || socket_pair(pair, NULL))
		_exit(1);
	place_at(line[0], 40);
	place_at(line[1], 41);
	place_at(pair[0], 42);
	place_at(pair[1], 43);
	place.own_listener = socket(AF_INET, SOCK_STREAM, 0);
	own = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (bind(place.own_listener, (struct sockaddr *)&own, sizeof(own)) || listen(place.own_listener, 8) ||
	    getsockname(place.own_listener, (struct sockaddr *)&own, &size))
		_exit(1);
	http_client = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(http_client, (struct sockaddr *)&own, sizeof(own)))
		_exit(1);
	enter(kind);
	for (size_t i = 0; i < PROBES; i++) {
		bool may = (probes[i].needs != LISTENERS || kinds[kind] & LISTENERS) && probes[i].may();

		if (write(result, may ? "y" : "n", 1) != 1)
			_exit(1);
	}
	_exit(0);
}

static void try_kind(enum jail_kind kind)
{
	char answers[PROBES];
	int result[2], status;
	size_t got = 0;
	pid_t pid;

	assert_int_equal(pipe(result), 0);
	place.parent = getpid();
	pid = fork();
	if (pid == 0)
		try_all(kind, result[1]);
	close(result[1]);
	while (got < PROBES) {
		ssize_t n = read(result[0], answers + got, PROBES - got);

		if (n <= 0)
			break;
		got += (size_t)n;
	}
	close(result[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (got < PROBES)
		fail_msg("%s ended with %x at: %s", jail_name(kind), (unsigned)status, probes[got].name);
	for (size_t i = 0; i < PROBES; i++) {
		bool expected = probes[i].needs != NEVER && (probes[i].needs & kinds[kind]) == probes[i].needs;

		if (probes[i].by_landlock && !has_landlock())
			continue;
		if ((answers[i] == 'y') != expected)
			fail_msg("%s %s: %s", jail_name(kind), expected ? "may not" : "may", probes[i].name);
	}
}

static int set_up(void **state)
{
	socklen_t size = sizeof(place.listening);

	snprintf(place.folder, sizeof(place.folder), "/tmp/hufu-jail-XXXXXX");
	place.listener = socket(AF_INET, SOCK_STREAM, 0);
	place.listening = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	return !mkdtemp(place.folder) || bind(place.listener, (struct sockaddr *)&place.listening, sizeof(place.listening)) ||
	       listen(place.listener, 16) || getsockname(place.listener, (struct sockaddr *)&place.listening, &size);
}

static int tear_down(void **state)
{
	static const char *const left[] = {"store.db", "store.db-wal", "store.db-shm", "program"};
	char path[128];

	close(place.listener);
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", place.folder, left[i]);
		unlink(path);
	}
	return rmdir(place.folder);
}

static void test_every_kind(void **state)
{
	for (enum jail_kind kind = 0; kind < JAIL_KINDS; kind++)
		if (kind != JAIL_HUFUD)
			try_kind(kind);
}

/* hufud's own jail leaves its children what they need, and nothing that is hostile. */
static void test_hufud_may_start_programs(void **state)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		place.parent = getpid();
		enter(JAIL_HUFUD);
		if (!may_open_inet() || !may_open_unix() || !may_fork() || !may_execute_true() || !may_make_code() || may_ptrace())
			_exit(1);
		enter(JAIL_SIGNER);
		_exit(may_open_inet() || may_fork() ? 2 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void call_unshare(void)
{
	syscall(SYS_unshare, CLONE_NEWUSER);
}

static void call_bpf(void)
{
	syscall(SYS_bpf, 0, NULL, 0);
}

static void call_io_uring(void)
{
	syscall(SYS_io_uring_setup, 1, NULL);
}

static void test_hostile_calls_kill(void **state)
{
	void (*const calls[])(void) = {call_unshare, call_bpf, call_io_uring};

	for (enum jail_kind kind = 0; kind < JAIL_KINDS; kind++) {
		for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
			int status;
			pid_t pid = fork();

			if (pid == 0) {
				enter(kind);
				calls[i]();
				_exit(0);
			}
			assert_int_equal(waitpid(pid, &status, 0), pid);
			assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
		}
	}
}

/* A program for PIN windows keeps a terminal from showing what is typed. */
static bool may_hide_typing(const char *terminal, enum jail_access access)
{
	const struct jail_path path = {terminal, access};
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct termios mode;
		int fd;

		if (jail_enter(JAIL_KEYDOOR, &path, 1, NULL) != 0)
			_exit(2);
		fd = open(terminal, O_RDWR | O_NOCTTY);
		if (fd < 0 || tcgetattr(fd, &mode) != 0)
			_exit(1);
		mode.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
		_exit(tcsetattr(fd, TCSANOW, &mode) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
	return WEXITSTATUS(status) == 0;
}

static void test_a_terminal_hides_what_is_typed(void **state)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);
	char name[64];

	assert_true(terminal >= 0);
	assert_int_equal(grantpt(terminal), 0);
	assert_int_equal(unlockpt(terminal), 0);
	assert_int_equal(ptsname_r(terminal, name, sizeof(name)), 0);
	assert_true(may_hide_typing(name, JAIL_TERMINAL));
	if (version >= 5)
		assert_false(may_hide_typing(name, JAIL_WRITE));
	close(terminal);
}

static void *waiting_thread(void *ctx)
{
	char byte;

	return read(*(int *)ctx, &byte, 1) == 0 ? ctx : NULL;
}

static void test_threads_must_not_run_already(void **state)
{
	pthread_t thread;
	struct err err;
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(pthread_create(&thread, NULL, waiting_thread, &fds[0]), 0);
	assert_int_equal(jail_enter(JAIL_SIGNER, NULL, 0, &err), -1);
	assert_int_equal(err.code, HF_JAIL);
	close(fds[1]);
	pthread_join(thread, NULL);
	close(fds[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_every_kind, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_hufud_may_start_programs, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_hostile_calls_kill, set_up, tear_down),
	    cmocka_unit_test(test_a_terminal_hides_what_is_typed),
	    cmocka_unit_test(test_threads_must_not_run_already),
	};

	log_start("test", LOG_LEVEL_WARNING);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
