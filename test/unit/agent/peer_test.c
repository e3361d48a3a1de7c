/* Whose the other end of a connection is: the kernel's lines as they are and as they should not be, and real connections. */
#include "peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/wait.h>
#include <unistd.h>

#define OTHER_USER 65534

#define LINE \
	"  12: 0100007F:C001 0100007F:556F 01 00000000:00000000 00:00000000 00000000  1000        0 640 1 00000000d848f78e 100 0 0 10 0"

static bool owner_of(const char *line, uid_t *owner)
{
	return peer_line_owner(bytes_text(line), "0100007F:C001", "0100007F:556F", owner);
}

static void a_line_tells_its_owner(void **state)
{
	uid_t owner = 0;

	assert_true(owner_of(LINE, &owner));
	assert_int_equal(owner, 1000);
}

static void other_lines_tell_nothing(void **state)
{
	static const char *const lines[] = {
	    "",
	    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
	    "  12: 0100007F:556F 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000        0 640", /* our own end */
	    "  12: 0100007F:C001 0100007F:5570 01 00000000:00000000 00:00000000 00000000  1000        0 640",
	    "  12: 0100007F:C001 0100007F:556F",
	    "  12: 0100007F:C001 0100007F:556F 01 00000000:00000000 00:00000000 00000000",
	    "  12: 0100007F:C001 0100007F:556F 01 00000000:00000000 00:00000000 00000000 x",
	    "  12: 0100007F:C001 0100007F:556F 01 00000000:00000000 00:00000000 00000000 99999999999",
	    "  12: 0100007F:C001 0100007F:556F 01 00000000:00000000 00:00000000 00000000 4294967295",
	    "  12: 0100007F:C0010 0100007F:556F 01 00000000:00000000 00:00000000 00000000  1000",
	    /* closed by its process (FIN_WAIT2), which the kernel calls user 0's then; lingering; a state of more digits */
	    "  12: 0100007F:C001 0100007F:556F 05 00000000:00000000 03:0000175F 00000000     0        0 0",
	    "  12: 0100007F:C001 0100007F:556F 06 00000000:00000000 03:0000175F 00000000     0        0 0",
	    "  12: 0100007F:C001 0100007F:556F 010 00000000:00000000 00:00000000 00000000  1000        0 640",
	};
	uid_t owner = 77;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (owner_of(lines[i], &owner))
			fail_msg("taken: %s", lines[i]);
}

static void addresses_are_written_as_the_kernel_does(void **state)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(0x556F), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(80), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct sockaddr other = {.sa_family = AF_UNIX};
	char text[PEER_ADDRESS_SIZE];

	assert_int_equal(peer_write_address((struct sockaddr *)&v4, false, text), 0);
	assert_string_equal(text, "0100007F:556F");
	assert_int_equal(peer_write_address((struct sockaddr *)&v4, true, text), 0);
	assert_string_equal(text, "0000000000000000FFFF00000100007F:556F");
	assert_int_equal(peer_write_address((struct sockaddr *)&v6, true, text), 0);
	assert_string_equal(text, "00000000000000000000000001000000:0050");
	assert_int_equal(peer_write_address((struct sockaddr *)&v6, false, text), -1);
	assert_int_equal(peer_write_address(&other, true, text), -1);
}

/* Connects a client of one family to a listener of another; gives the listener's end. */
static int connect_pair(int server_family, int client_family, int *client)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct sockaddr_in6 mapped = {.sin6_family = AF_INET6};
	socklen_t size = sizeof(v6);
	int listener = socket(server_family, SOCK_STREAM, 0), server;

	if (server_family == AF_INET) {
		assert_int_equal(bind(listener, (struct sockaddr *)&v4, sizeof(v4)), 0);
		size = sizeof(v4);
		assert_int_equal(getsockname(listener, (struct sockaddr *)&v4, &size), 0);
	} else if (bind(listener, (struct sockaddr *)&v6, sizeof(v6)) != 0) {
		close(listener);
		return -1; /* a machine without IPv6 */
	} else {
		assert_int_equal(getsockname(listener, (struct sockaddr *)&v6, &size), 0);
	}
	assert_int_equal(listen(listener, 1), 0);
	*client = socket(client_family, SOCK_STREAM, 0);
	if (server_family == AF_INET && client_family == AF_INET6) {
		assert_int_equal(inet_pton(AF_INET6, "::ffff:127.0.0.1", &mapped.sin6_addr), 1);
		mapped.sin6_port = v4.sin_port;
		assert_int_equal(connect(*client, (struct sockaddr *)&mapped, sizeof(mapped)), 0);
	} else if (server_family == AF_INET) {
		assert_int_equal(connect(*client, (struct sockaddr *)&v4, sizeof(v4)), 0);
	} else {
		assert_int_equal(connect(*client, (struct sockaddr *)&v6, sizeof(v6)), 0);
	}
	server = accept(listener, NULL, NULL);
	assert_true(server >= 0);
	close(listener);
	return server;
}

static void expect_own(int server_family, int client_family)
{
	struct peer_tables *tables;
	struct err err;
	int client = -1, server = connect_pair(server_family, client_family, &client);

	if (server < 0)
		skip(); /* a machine without IPv6 */
	assert_int_equal(peer_tables_open(&tables, &err), 0);
	if (peer_check(tables, server, getuid(), &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(peer_check(tables, server, getuid() + 1, &err), -1);
	assert_int_equal(err.code, HF_PEER_USER);
	close(client);
	close(server);
	peer_tables_close(&tables);
}

static void a_connection_is_its_users(void **state)
{
	expect_own(AF_INET, AF_INET);
}

static void a_mapped_connection_is_its_users(void **state)
{
	expect_own(AF_INET, AF_INET6);
}

static void a_connection_of_ipv6_is_its_users(void **state)
{
	expect_own(AF_INET6, AF_INET6);
}

static int listen_v4(struct sockaddr_in *address)
{
	socklen_t size = sizeof(*address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	*address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	assert_int_equal(bind(listener, (struct sockaddr *)address, size), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)address, &size), 0);
	assert_int_equal(listen(listener, 1), 0);
	return listener;
}

/* A whole life: another user's process that connects, says a byte, perhaps closes, and ends when the pipe does. */
static _Noreturn void be_other_user(const struct sockaddr_in *address, bool closes, int until)
{
	int fd;
	char end;

	if (setuid(OTHER_USER) != 0)
		_exit(1);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0 || write(fd, "x", 1) != 1)
		_exit(1);
	if (closes)
		close(fd);
	_exit(read(until, &end, 1) == 0 ? 0 : 1);
}

/* right: whose the connection is found to be; NULL: nobody's. */
static void try_other_user(bool closes, const uid_t *right, uid_t wrong)
{
	struct peer_tables *tables;
	struct sockaddr_in address;
	struct err err;
	const int now = 1;
	int listener = listen_v4(&address), server, until[2], status;
	char byte;
	pid_t child;

	assert_int_equal(pipe(until), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(until[1]);
		be_other_user(&address, closes, until[0]);
	}
	server = accept(listener, NULL, NULL);
	assert_int_equal(read(server, &byte, 1), 1);
	if (closes) {
		assert_int_equal(read(server, &byte, 1), 0);
		assert_int_equal(setsockopt(server, IPPROTO_TCP, TCP_QUICKACK, &now, sizeof(now)), 0); /* the client's end is over */
	}
	assert_int_equal(peer_tables_open(&tables, &err), 0);
	if (right != NULL)
		assert_int_equal(peer_check(tables, server, *right, &err), 0);
	assert_int_equal(peer_check(tables, server, wrong, &err), -1);
	assert_int_equal(err.code, HF_PEER_USER);
	peer_tables_close(&tables);
	close(until[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	close(until[0]);
	close(server);
	close(listener);
}

static void a_connection_of_another_user_is_his(void **state)
{
	static const uid_t other = OTHER_USER;

	if (getuid() != 0)
		skip(); /* only root has a second user at hand */
	try_other_user(false, &other, getuid());
}

/* The kernel calls such a connection user 0's. */
static void a_connection_that_another_user_closed_is_not_roots(void **state)
{
	if (getuid() != 0)
		skip();
	try_other_user(true, NULL, 0);
}

static void what_is_no_connection_is_nobodys(void **state)
{
	struct peer_tables *tables;
	struct err err;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(peer_tables_open(&tables, &err), 0);
	assert_int_equal(peer_check(tables, fd, getuid(), &err), -1);
	assert_int_equal(err.code, HF_PEER_USER);
	close(fd);
	peer_tables_close(&tables);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_line_tells_its_owner),
	    cmocka_unit_test(other_lines_tell_nothing),
	    cmocka_unit_test(addresses_are_written_as_the_kernel_does),
	    cmocka_unit_test(a_connection_is_its_users),
	    cmocka_unit_test(a_mapped_connection_is_its_users),
	    cmocka_unit_test(a_connection_of_ipv6_is_its_users),
	    cmocka_unit_test(a_connection_of_another_user_is_his),
	    cmocka_unit_test(a_connection_that_another_user_closed_is_not_roots),
	    cmocka_unit_test(what_is_no_connection_is_nobodys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
