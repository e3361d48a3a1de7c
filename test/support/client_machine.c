/* A user's machine for tests. */
#include "client_machine.h"

#include "clock.h"
#include "file.h"
#include "origin_list.h"
#include "pem.h"
#include "web_client.h"
#include "window_plan.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define REPLY_MAX (256u << 10)

static void must(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("HF-%d %s", err->code, err->text);
}

static void write_file(const struct client_machine *m, const char *name, struct bytes content)
{
	struct err err;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", m->folder, name);
	must(file_replace(AT_FDCWD, path, content, 0600, &err), &err);
}

static void write_certificate(const struct client_machine *m, const char *name, const struct cert *cert)
{
	struct buf pem;
	struct err err;

	buf_init(&pem, 16384);
	must(pem_write(&pem, PEM_CERTIFICATE, cert->der, &err), &err);
	write_file(m, name, buf_get(&pem));
	buf_free(&pem);
}

static struct cert *certify(const struct client_machine *m, enum profile profile, const struct sm2_private *key)
{
	struct cert_plan plan = authority_plan(&m->authority, profile, key);

	return authority_issue(&m->authority, &plan);
}

void machine_write_list(struct client_machine *m, int64_t version, int64_t until, const struct sm2_private *key)
{
	struct origin_row rows[] = {
	    {ORIGIN_ENROL | ORIGIN_LOGIN | ORIGIN_ORDER, bytes_text(MACHINE_ORIGIN)},
	    {ORIGIN_LOGIN, bytes_text(MACHINE_LOGIN_ONLY)},
	};
	struct origin_list list = {.origins = {rows, 2}, .until = until, .v = 1, .version = version};
	struct buf text, signature;
	struct err err;

	sm2_public_id(sm2_private_public(m->authority.issuing_key), list.ca);
	buf_init(&text, ORIGIN_LIST_TEXT_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	must(origin_list_write(&list, &text, &err), &err);
	must(signed_text_sign(SIGNED_ORIGINS, key, buf_get(&text), &signature, &err), &err);
	write_file(m, "origins", buf_get(&text));
	write_file(m, "origins.sig", buf_get(&signature));
	buf_free(&signature);
	buf_free(&text);
}

void machine_begin(struct client_machine *m)
{
	struct err err;
	int fd;

	memset(m, 0, sizeof(*m));
	slots_begin(m->slots);
	window_plan_begin(m->windows);
	memcpy(m->folder, "/tmp/hufu-machine-XXXXXX", sizeof("/tmp/hufu-machine-XXXXXX"));
	assert_non_null(mkdtemp(m->folder));
	authority_make(&m->authority, true);
	must(sm2_private_generate(&m->release_key, &err), &err);
	must(sm2_private_generate(&m->journal_key, &err), &err);
	m->release = certify(m, PROFILE_RELEASE, m->release_key);
	m->journal = certify(m, PROFILE_JOURNAL, m->journal_key);
	write_certificate(m, "root.crt", m->authority.root);
	write_certificate(m, "issuing.crt", m->authority.issuing);
	write_certificate(m, "release.crt", m->release);
	write_certificate(m, "journal.crt", m->journal);
	machine_write_list(m, 1, clock_now() + 86400, m->release_key);
	m->library = getenv("HUFU_TEST_SKF");
	fd = web_listen(&m->port);
	close(fd);
}

static void write_settings(struct client_machine *m)
{
	struct buf text;
	struct err err;

	buf_init(&text, 4096);
	must(buf_append_format(&text, &err,
	                       "# the agent's settings\nroot = %s/root.crt\nrelease = %s/release.crt\nissuing = %s/issuing.crt\n"
	                       "journal = %s/journal.crt\norigins = %s/origins\norigins_signature = %s/origins.sig\nstate = %s/state\n"
	                       "library = %s\npinentry = %s\nport = %d\n",
	                       m->folder, m->folder, m->folder, m->folder, m->folder, m->folder, m->folder, m->library,
	                       getenv("HUFU_TEST_PINENTRY"), m->port),
	     &err);
	write_file(m, "agent.conf", buf_get(&text));
	buf_free(&text);
}

static pid_t start(struct client_machine *m, int out)
{
	char settings[128];
	pid_t child;

	write_settings(m);
	(void)snprintf(settings, sizeof(settings), "%s/agent.conf", m->folder);
	child = fork();
	assert_true(child >= 0);
	if (child > 0)
		return child;
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	(void)dup2(out, STDOUT_FILENO);
	(void)execl(getenv("HUFU_TEST_AGENT"), "agent", "--settings", settings, (char *)NULL);
	_exit(127);
}

static void read_address(struct client_machine *m)
{
	if (fscanf(m->said, " http://127.0.0.1:%d%127s", &m->port, m->page) != 2)
		fail_msg("the agent does not say where it is");
}

void machine_start(struct client_machine *m)
{
	int out[2];

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	m->agent = start(m, out[1]);
	close(out[1]);
	m->said = fdopen(out[0], "r");
	assert_non_null(m->said);
	read_address(m);
}

void machine_renew(struct client_machine *m)
{
	assert_int_equal(kill(m->agent, SIGUSR1), 0);
	read_address(m);
}

int machine_try_start(struct client_machine *m)
{
	int status, null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	pid_t child = start(m, null);

	close(null);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

void machine_stop(struct client_machine *m)
{
	int status;

	assert_int_equal(kill(m->agent, SIGTERM), 0);
	assert_int_equal(waitpid(m->agent, &status, 0), m->agent);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	(void)fclose(m->said);
	m->agent = 0;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

void machine_end(struct client_machine *m)
{
	if (m->agent != 0)
		machine_stop(m);
	cert_free(&m->release);
	cert_free(&m->journal);
	sm2_private_free(&m->release_key);
	sm2_private_free(&m->journal_key);
	authority_free(&m->authority);
	assert_int_equal(nftw(m->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
	window_plan_end(m->windows);
	slots_end(m->slots);
}

int machine_send(struct client_machine *m, const char *origin, const char *path, const char *body)
{
	struct buf text;
	struct err err;
	int fd = web_connect(m->port);

	buf_init(&text, REPLY_MAX);
	must(buf_append_format(&text, &err, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: %s\r\nX-Hufu-Agent: 1\r\n",
	                       body != NULL ? "POST" : "GET", path, m->port, origin),
	     &err);
	if (body != NULL)
		must(buf_append_format(&text, &err, "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body),
		     &err);
	else
		must(buf_append_text(&text, "\r\n", &err), &err);
	web_send_bytes(fd, buf_get(&text));
	buf_free(&text);
	return fd;
}

int machine_receive(int fd, struct json **reply)
{
	char *text = calloc(1, REPLY_MAX), *body;
	int status;

	assert_non_null(text);
	status = web_receive(fd, text, REPLY_MAX);
	close(fd);
	body = strstr(text, "\r\n\r\n");
	*reply = NULL;
	if (body != NULL && body[4] == '{')
		(void)!json_read(reply, bytes_text(body + 4), REPLY_MAX, NULL);
	free(text);
	return status;
}

int machine_ask(struct client_machine *m, const char *origin, const char *path, const char *body, struct json **reply)
{
	return machine_receive(machine_send(m, origin, path, body), reply);
}
