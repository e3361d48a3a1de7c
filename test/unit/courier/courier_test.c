/* Mails from the outbox to a mail server: the words, the message, tries and their end, and a real dialogue with the mailbox. */
#include "application.h"
#include "compose.h"
#include "mail_seal.h"
#include "mail_view.h"
#include "outbox.h"
#include "query.h"
#include "set_clock.h"
#include "smtp.h"
#include "smtp_door.h"
#include "store.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW INT64_C(1795305600)

static const struct letter_sender sender = {"证书服务", "某某机构", "某路1号", "010-12345678"};

static struct mail sample(enum mail_kind kind)
{
	return (struct mail){.id = 7,
	                     .kind = kind,
	                     .address = "li@example.cn",
	                     .language = "zh",
	                     .number = "2026112200001",
	                     .name = "北京𠮷祥公司",
	                     .detail = "ABCDEFGHJK",
	                     .origin = "http://127.0.0.1:8080",
	                     .created = NOW};
}

/* A note of the service's own is kept as a code and read in the reader's language. */
static void test_notes_have_their_words(void **state)
{
	static const struct {
		const char *detail, *words;
	} cases[] = {{NOTE_CANCELLED, "cancelled by a reviewer"}, {"缺公章", "缺公章"}};

	for (size_t i = 0; i < 2; i++) {
		struct mail mail = sample(MAIL_REJECTED);
		struct letter letter;
		struct err err;

		mail.detail = cases[i].detail;
		assert_int_equal(letter_write(&letter, LANGUAGE_EN, &mail, &sender, &err), 0);
		assert_non_null(memmem(letter.text.data, letter.text.size, cases[i].words, strlen(cases[i].words)));
		letter_free(&letter);
	}
}

static void test_words_of_every_kind(void **state)
{
	for (int kind = MAIL_CODE; kind <= MAIL_RENEWED; kind++) {
		for (int language = LANGUAGE_ZH; language <= LANGUAGE_EN; language++) {
			struct mail mail = sample((enum mail_kind)kind);
			struct letter letter;
			struct err err;
			assert_int_equal(letter_write(&letter, (enum language)language, &mail, &sender, &err), 0);
			assert_true(letter.subject.size > 0);
			assert_null(memchr(letter.subject.data, '\n', letter.subject.size));
			assert_null(memchr(letter.text.data, '{', letter.text.size)); /* nothing is left to fill in */
			assert_non_null(memmem(letter.text.data, letter.text.size, "北京𠮷祥公司", strlen("北京𠮷祥公司")));
			letter_free(&letter);
		}
	}
}

static void test_message_holds_both_languages(void **state)
{
	struct mail mail = sample(MAIL_CODE);
	struct pool *pool = pool_new(1 << 20);
	struct mail_view view;
	struct buf message;
	struct err err;

	buf_init(&message, COMPOSE_MAX);
	assert_int_equal(compose(&message, &mail, &sender, "hufu@example.cn", NOW, &err), 0);
	for (size_t i = 0, line = 0; i < message.size; i++) {
		line = message.data[i] == '\n' ? 0 : line + 1;
		assert_true(line <= 77);             /* RFC 2045 6.8, RFC 2047 2; with the CR */
		assert_true(message.data[i] < 0x80); /* fit for any server */
		assert_true(message.data[i] != '\n' || message.data[i - 1] == '\r');
	}
	assert_int_equal(mail_view_read(&view, buf_get(&message), pool, &err), 0);
	assert_string_equal(view.subject, "证书服务：申请编号和查询码");
	assert_non_null(strstr(view.from, "hufu@example.cn"));
	assert_string_equal(view.to, "li@example.cn");
	assert_int_equal(view.date, NOW);
	assert_int_equal(view.count, 2);
	assert_string_equal(view.texts[0].language, "en");
	assert_string_equal(view.texts[1].language, "zh-CN");
	assert_non_null(strstr(view.texts[0].text, "Code: ABCDEFGHJK"));
	assert_non_null(strstr(view.texts[1].text, "查询码：ABCDEFGHJK"));
	assert_non_null(strstr(view.texts[1].text, "http://127.0.0.1:8080/progress"));
	buf_clear(&message);
	mail.address = "li@example.cn>\r\nRCPT TO:<other@example.cn";
	assert_int_equal(compose(&message, &mail, &sender, "hufu@example.cn", NOW, &err), -1);
	assert_int_equal(err.code, HF_MAIL_REFUSED);
	buf_free(&message);
	pool_free(&pool);
}

/* However long a name is, no word of the subject cuts a character. */
static void test_long_words(void **state)
{
	struct pool *pool = pool_new(1 << 20);
	struct mail mail = sample(MAIL_READY);
	struct letter_sender named = sender;
	char name[200] = "";
	struct mail_view view;
	struct buf message;

	named.name = name;
	buf_init(&message, COMPOSE_MAX);
	for (size_t n = 1; n < 60; n++) {
		strcat(name, n % 7 == 0 ? "a" : n % 5 == 0 ? "é" : "证");
		buf_clear(&message);
		assert_int_equal(compose(&message, &mail, &named, "hufu@example.cn", NOW, NULL), 0);
		assert_int_equal(mail_view_read(&view, buf_get(&message), pool, NULL), 0);
		assert_memory_equal(view.subject, name, strlen(name));
		assert_non_null(strstr(view.subject, "2026112200001"));
		assert_non_null(strstr(view.from, name));
	}
	buf_free(&message);
	pool_free(&pool);
}

struct place {
	char dir[64], path[96];
	struct store *portal, *courier;
	enum err_code fault; /* HF_NONE: the fake server takes it */
	int sent;
	size_t batch; /* the last one's size */
};

static struct secret mail_key;

static int make_place(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct err err;

	clock_set(NOW);
	assert_int_equal(secret_copy(&mail_key, BYTES_LITERAL("0123456789abcdef0123456789abcdef"), &err), 0);
	snprintf(p->dir, sizeof(p->dir), "/tmp/hufu-courier-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->path, sizeof(p->path), "%s/store.db", p->dir);
	assert_int_equal(store_open(&p->portal, &(struct store_settings){.path = p->path, .role = STORE_PORTAL}, &err), 0);
	assert_int_equal(store_open(&p->courier, &(struct store_settings){.path = p->path, .role = STORE_COURIER}, &err), 0);
	*state = p;
	return 0;
}

static int drop_place(void **state)
{
	struct place *p = *state;
	char command[112];

	store_free(&p->courier);
	store_free(&p->portal);
	for (size_t i = 0; i < 3; i++) {
		static const char *const ends[] = {"", "-wal", "-shm"};
		snprintf(command, sizeof(command), "%s%s", p->path, ends[i]);
		unlink(command);
	}
	rmdir(p->dir);
	secret_free(&mail_key);
	free(p);
	return 0;
}

/* The mail as it was when its code was sealed; another one than the row when ctx says so. */
static int add_mail(void *ctx, struct connection *c, struct err *err)
{
	struct mail mail = {.kind = MAIL_CODE,
	                    .address = ctx != NULL ? ctx : "li@example.cn",
	                    .number = "2026112200001",
	                    .detail = "ABCDEFGHJK",
	                    .origin = "http://127.0.0.1:8080"};
	struct buf sealed;
	int rc;

	buf_init(&sealed, MAIL_SEALED_MAX);
	rc = query_add(c, SQL_MAIL_ADD,
	               VALUES(value_text("code"), value_text("li@example.cn"), value_text("zh"), value_text(mail.number),
	                      value_text("某厂"), value_integer(NOW), value_text(mail.origin)),
	               &mail.id, err);
	if (rc == 0 && mail_detail_seal(&mail_key, &mail, &sealed, err) == 0)
		rc = query_run_one(c, SQL_MAIL_ADD_DETAIL, VALUES(value_integer(mail.id), value_text_bytes(buf_get(&sealed))), err);
	buf_free(&sealed);
	return rc;
}

static void fake_send(void *ctx, struct outgoing *mails, size_t n)
{
	struct place *p = ctx;

	p->batch = n;
	for (size_t i = 0; i < n; i++) {
		if (mails[i].fault.code != HF_NONE)
			continue;
		assert_string_equal(mails[i].mail.detail, "ABCDEFGHJK");
		mails[i].sent = p->fault == HF_NONE;
		p->sent += mails[i].sent;
		if (!mails[i].sent)
			err_set(&mails[i].fault, p->fault, "no");
	}
}

static struct mail failed_mail(struct place *p, struct pool *pool, size_t *count)
{
	struct mail *items, none = {.id = 0};
	struct connection *c;
	struct err err;

	assert_int_equal(store_read(p->portal, &c, &err), 0);
	assert_int_equal(query_list(c, SQL_MAIL_FAILED, NO_VALUES, &mail_shape, pool, (void **)&items, count, &err), 0);
	store_read_end(p->portal, &c);
	return *count > 0 ? items[0] : none;
}

static void test_outbox_tries_again_and_sends_once(void **state)
{
	struct place *p = *state;
	struct outbox o = {p->courier, &mail_key, fake_send, p};
	struct pool *pool = pool_new(1 << 16);
	struct err err;
	size_t count, found;

	assert_int_equal(outbox_turn(&o, &found, &err), 0);
	assert_int_equal(found, 0);
	assert_int_equal(store_change(p->portal, add_mail, NULL, &err), 0);
	p->fault = HF_MAIL;
	assert_int_equal(outbox_turn(&o, &found, &err), 0);
	assert_int_equal(found, 1);
	assert_int_equal(outbox_turn(&o, &found, &err), 0);
	assert_int_equal(found, 0); /* not before 30 s */
	struct mail waiting = failed_mail(p, pool, &count);
	assert_int_equal(count, 1);
	assert_int_equal(waiting.state, MAIL_WAITING);
	assert_int_equal(waiting.due, NOW + 30);
	assert_string_equal(waiting.fault, "no");
	assert_string_equal(waiting.detail, ""); /* staff does not see the code */
	clock_add(30);
	p->fault = HF_NONE;
	assert_int_equal(outbox_turn(&o, &found, &err), 0);
	assert_int_equal(p->sent, 1);
	clock_add(86400);
	assert_int_equal(outbox_turn(&o, &found, &err), 0);
	assert_int_equal(found, 0);
	failed_mail(p, pool, &count);
	assert_int_equal(count, 0);
	pool_free(&pool);
}

static void test_outbox_gives_up(void **state)
{
	struct place *p = *state;
	struct outbox o = {p->courier, &mail_key, fake_send, p};
	struct pool *pool = pool_new(1 << 16);
	struct err err;
	size_t count, found;
	int tries = 0;

	assert_int_equal(store_change(p->portal, add_mail, NULL, &err), 0);
	p->fault = HF_MAIL_REFUSED;
	assert_int_equal(outbox_turn(&o, &found, &err), 0);
	assert_int_equal(failed_mail(p, pool, &count).state, MAIL_FAILED);
	assert_int_equal(store_change(p->portal, add_mail, (char[]){"thief@example.cn"}, &err), 0);
	p->fault = HF_NONE;
	assert_int_equal(outbox_turn(&o, &found, &err), 0);
	assert_int_equal(p->sent, 0);
	assert_int_equal(failed_mail(p, pool, &count).state, MAIL_FAILED); /* what cannot be opened is told, not sent */
	assert_int_equal(count, 2);
	assert_int_equal(store_change(p->portal, add_mail, NULL, &err), 0);
	p->fault = HF_MAIL;
	for (int64_t time = 0; time < 3 * 86400; time += 300) {
		assert_int_equal(outbox_turn(&o, &found, &err), 0);
		tries += (int)found;
		clock_add(300);
	}
	assert_int_equal(tries, 27);
	assert_int_equal(failed_mail(p, pool, &count).state, MAIL_FAILED);
	assert_int_equal(count, 3);
	pool_free(&pool);
}

/* All that is due goes in batches, each noted at once; who dies with one in hand has it sent again, no sooner than the claim ends. */
static void test_outbox_works_in_batches(void **state)
{
	struct place *p = *state;
	struct outbox o = {p->courier, &mail_key, fake_send, p};
	struct store_counts before;
	struct err err;
	size_t count;

	for (size_t i = 0; i < OUTBOX_BATCH + 6; i++)
		assert_int_equal(store_change(p->portal, add_mail, NULL, &err), 0);
	before = store_counts_get(p->courier);
	assert_int_equal(outbox_turn(&o, &count, &err), 0);
	assert_int_equal(count, OUTBOX_BATCH);
	assert_int_equal(store_counts_get(p->courier).changes - before.changes, 2);
	assert_int_equal(outbox_turn(&o, &count, &err), 0);
	assert_int_equal(count, 6);
	assert_int_equal(p->sent, OUTBOX_BATCH + 6);
	assert_int_equal(outbox_turn(&o, &count, &err), 0);
	assert_int_equal(count, 0);
}

static void die_in_hand(void *ctx, struct outgoing *mails, size_t n)
{
	fake_send(ctx, mails, n);
	raise(SIGKILL);
}

static void test_outbox_repeats_what_died_in_hand(void **state)
{
	struct place *p = *state;
	struct outbox o = {p->courier, &mail_key, fake_send, p}, dying = {NULL, &mail_key, die_in_hand, p};
	struct err err;
	size_t count;
	int status;

	for (size_t i = 0; i < 3; i++)
		assert_int_equal(store_change(p->portal, add_mail, NULL, &err), 0);
	pid_t child = fork();
	if (child == 0) {
		if (store_open(&dying.store, &(struct store_settings){.path = p->path, .role = STORE_COURIER}, &err) == 0)
			outbox_turn(&dying, &count, &err) == 0 ? _exit(1) : _exit(2);
		_exit(3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	clock_add(299);
	assert_int_equal(outbox_turn(&o, &count, &err), 0);
	assert_int_equal(count, 0);
	clock_add(1);
	assert_int_equal(outbox_turn(&o, &count, &err), 0);
	assert_int_equal(count, 3);
	assert_int_equal(p->sent, 3);
}

struct receiver {
	int listener, ending[2];
	struct buf mail; /* the last one */
	int kept;
	bool refuse;
};

static int keep(void *ctx, struct bytes mail, struct err *err)
{
	struct receiver *r = ctx;

	if (r->refuse)
		return err_set(err, HF_FILE, "no");
	r->kept++;
	buf_clear(&r->mail);
	return buf_append(&r->mail, mail, err);
}

static void *receive(void *arg)
{
	struct receiver *r = arg;
	struct err err;

	assert_int_equal(smtp_door_serve(r->listener, r->ending[0], keep, r, &err), 0);
	return NULL;
}

static void test_dialogue_with_the_mailbox(void **state)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(at);
	struct receiver r = {.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	struct mail mail = sample(MAIL_RETURNED);
	struct pool *pool = pool_new(1 << 20);
	struct mail_view view;
	struct buf message;
	pthread_t thread;
	char url[64];
	struct err err;

	assert_int_equal(bind(r.listener, (struct sockaddr *)&at, size), 0);
	assert_int_equal(listen(r.listener, 4), 0);
	assert_int_equal(getsockname(r.listener, (struct sockaddr *)&at, &size), 0);
	assert_int_equal(pipe(r.ending), 0);
	buf_init(&r.mail, COMPOSE_MAX);
	assert_int_equal(pthread_create(&thread, NULL, receive, &r), 0);
	snprintf(url, sizeof(url), "smtp://127.0.0.1:%d", ntohs(at.sin_port));
	struct smtp_settings settings = {.url = url, .from = "hufu@example.cn"};
	mail.detail = ".第一行以点开头，很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长";
	buf_init(&message, COMPOSE_MAX);
	assert_int_equal(compose(&message, &mail, &sender, "hufu@example.cn", NOW, &err), 0);
	struct smtp_item items[] = {{.to = "wang@example.cn", .message = BYTES_LITERAL("Subject: 1\r\n\r\nfirst\r\n")},
	                            {.to = mail.address, .message = buf_get(&message)}};
	smtp_send(&settings, items, 2);
	assert_true(items[0].taken && items[1].taken);
	assert_int_equal(r.kept, 2);
	assert_int_equal(mail_view_read(&view, buf_get(&r.mail), pool, &err), 0);
	assert_non_null(strstr(view.texts[1].text, mail.detail));
	r.refuse = true;
	smtp_send(&settings, items, 2);
	assert_false(items[0].taken || items[1].taken);
	assert_int_equal(items[0].fault.code, HF_MAIL);
	assert_int_equal(items[1].fault.code, HF_MAIL);
	assert_int_equal(write(r.ending[1], "x", 1), 1);
	pthread_join(thread, NULL);
	close(r.listener);
	close(r.ending[0]);
	close(r.ending[1]);
	smtp_send(&settings, items, 2);
	assert_false(items[0].taken || items[1].taken);
	assert_int_equal(items[0].fault.code, HF_MAIL);
	assert_int_equal(items[1].fault.code, HF_MAIL);
	buf_free(&message);
	buf_free(&r.mail);
	pool_free(&pool);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_place, drop_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_words_of_every_kind),
	    cmocka_unit_test(test_notes_have_their_words),
	    cmocka_unit_test(test_message_holds_both_languages),
	    cmocka_unit_test(test_long_words),
	    PLACED(test_outbox_tries_again_and_sends_once),
	    PLACED(test_outbox_gives_up),
	    PLACED(test_outbox_works_in_batches),
	    PLACED(test_outbox_repeats_what_died_in_hand),
	    cmocka_unit_test(test_dialogue_with_the_mailbox),
	};
	smtp_start();
	mail_view_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
