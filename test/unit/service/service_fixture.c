/* The fixture of the service's tests. */
#include "service_fixture.h"

#include "audit_chain.h"
#include "collect.h"
#include "follow.h"
#include "mail_seal.h"
#include "query.h"
#include "review.h"
#include "role.h"
#include "service_state.h"
#include "set_clock.h"
#include "text_code.h"
#include "upload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct application_form fixture_form = {
    .name = "北京示例科技有限公司",
    .code = FIXTURE_CODE,
    .organisation_code = "12345678-8",
    .address = "北京市海淀区某路1号",
    .province = "北京市",
    .city = "海淀区",
    .legal_person = "𠮷㐂",
    .handler_name = "李雷",
    .handler_id = "110101199003071233",
    .telephone = "010-82031677转8004",
    .mail = "li@example.cn",
    .department = "",
};

static const uint8_t storage_key[32] = {7, 7, 7};

static void must(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("HF-%d %s", (int)err->code, err->text);
}

struct service *fixture_service(struct fixture *fx)
{
	static const char *const origins[] = {"http://127.0.0.1:8080", FIXTURE_SECOND_ORIGIN, NULL};
	char path[96];
	struct service *s;
	struct err err;

	snprintf(path, sizeof(path), "%s/store.db", fx->dir);
	struct service_settings settings = {.store = path,
	                                    .papers = open(fx->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
	                                    .crl = open(fx->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
	                                    .storage_key = BYTES_ARRAY(storage_key),
	                                    .root = fx->signer.authority.root->der,
	                                    .issuing = fx->signer.authority.issuing->der,
	                                    .journal = fx->signer.journal->der,
	                                    .origins = origins,
	                                    .paper_max = 100000};
	must(service_new(&s, &settings, fake_signer_door(&fx->signer), &err), &err);
	return s;
}

int fixture_make(void **state)
{
	struct fixture *fx = calloc(1, sizeof(*fx));
	struct err err;
	char path[96];

	clock_set(FIXTURE_NOW);
	snprintf(fx->dir, sizeof(fx->dir), "/tmp/hufu-service-XXXXXX");
	assert_non_null(mkdtemp(fx->dir));
	fx->pool = pool_new(64u << 20);
	fake_signer_make(&fx->signer);
	fake_person_make(&fx->signer, "p-operator", "王受理", ROLE_BIT(ROLE_INTAKE_OPERATOR), &fx->operator);
	fake_person_make(&fx->signer, "p-reviewer", "张审核", ROLE_BIT(ROLE_REVIEWER) | ROLE_BIT(ROLE_INTAKE_OPERATOR), &fx->reviewer);
	fake_person_make(&fx->signer, "p-auditor", "赵审计", ROLE_BIT(ROLE_AUDITOR), &fx->auditor);
	fx->service = fixture_service(fx);
	snprintf(path, sizeof(path), "%s/store.db", fx->dir);
	must(store_open(&fx->outbox, &(struct store_settings){.path = path, .role = STORE_COURIER, .readers = 1}, &err), &err);
	fixture_follow(fx);
	*state = fx;
	return 0;
}

static void remove_dir(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL)
		unlinkat(dirfd(d), entry->d_name, 0);
	if (d != NULL)
		closedir(d);
	rmdir(path);
}

int fixture_free(void **state)
{
	struct fixture *fx = *state;

	service_free(&fx->service);
	store_free(&fx->outbox);
	fake_holder_free(&fx->operator);
	fake_holder_free(&fx->reviewer);
	fake_holder_free(&fx->auditor);
	fake_signer_free(&fx->signer);
	pool_free(&fx->pool);
	remove_dir(fx->dir);
	free(fx);
	return 0;
}

void fixture_follow(struct fixture *fx)
{
	struct err err;
	bool more = true;

	while (more)
		must(follow_once(fx->service, fake_signer_door(&fx->signer), 0, &more, &err), &err);
}

void fixture_visit(struct fixture *fx, struct browser *b)
{
	struct err err;

	must(session_begin(fx->service, "192.0.2.7", b->token, fx->pool, &b->session, &err), &err);
	b->actor = (struct actor){&b->session, "192.0.2.7"};
}

int fixture_refresh(struct fixture *fx, struct browser *b, struct err *err)
{
	return session_find(fx->service, bytes_text(b->token), fx->pool, &b->session, err);
}

int fixture_try_login(struct fixture *fx, const struct fake_holder *who, enum login_door door, struct browser *b, struct err *err)
{
	uint8_t challenge[CHALLENGE_SIZE];
	char digits[5], hex[2 * CHALLENGE_SIZE + 1];
	struct buf signature;
	const char *text;
	int rc;

	fixture_visit(fx, b);
	must(login_challenge(fx->service, &b->actor, challenge, digits, err), err);
	hex_write(hex, challenge, sizeof(challenge));
	text = pool_format(fx->pool, "hufu-login-v1\nhttp://127.0.0.1:8080\n%s\n%s", hex, who->serial);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	must(sm2_sign(who->key, bytes_text(text), &signature, err), err);
	struct login_answer answer = {.serial = bytes_text(who->serial), .certificate = who->sign->der, .signature = buf_get(&signature)};
	rc = login(fx->service, &b->actor, door, &answer, b->token, fx->pool, &b->session, err);
	buf_free(&signature);
	return rc;
}

void fixture_login(struct fixture *fx, const struct fake_holder *who, enum login_door door, struct browser *b)
{
	struct err err;

	must(fixture_try_login(fx, who, door, b, &err), &err);
}

struct application fixture_draft(struct fixture *fx, struct browser *b)
{
	struct application a;
	struct entry_faults faults;
	struct err err;

	must(apply_save(fx->service, &b->actor, &(struct apply_saving){"", 0, "", "zh", &fixture_form}, &faults, fx->pool, &a, &err), &err);
	assert_int_equal(faults.count, 0);
	must(fixture_refresh(fx, b, &err), &err);
	return a;
}

struct application fixture_load(struct fixture *fx, struct browser *b, const char *number)
{
	struct application a;
	struct paper_list papers;
	struct err err;

	must(apply_load(fx->service, &b->actor, number, fx->pool, &a, &papers, &err), &err);
	return a;
}

void fixture_paper(struct fixture *fx, struct browser *b, const char *number)
{
	static const char content[] = "%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n";
	struct paper paper;
	struct err err;

	must(upload_create(fx->service, &b->actor, number, BYTES_LITERAL("申请表.pdf"), sizeof(content) - 1, fx->pool, &paper, &err), &err);
	must(upload_append(fx->service, &b->actor, paper.id, 0, bytes_text(content), fx->pool, &paper, &err), &err);
	assert_true(paper_whole(&paper));
}

struct application fixture_key(struct fixture *fx, struct browser *b, const char *number, struct sm2_private **key)
{
	struct application a = fixture_load(fx, b, number), saved;
	struct err err;

	assert_int_equal(sm2_private_generate(key, NULL), 0);
	must(apply_key(fx->service, &b->actor, number, a.version, "HUFU-T0001", fake_csr(*key, fx->pool), fx->pool, &saved, &err), &err);
	return saved;
}

struct application fixture_submit(struct fixture *fx, struct browser *b, const char *number)
{
	struct application a = fixture_load(fx, b, number), submitted;
	char live[APPLICATION_NUMBER_SIZE + 1];
	struct entry_faults faults;
	struct err err;

	must(apply_submit(fx->service, &b->actor, number, a.version, &faults, live, fx->pool, &submitted, &err), &err);
	return submitted;
}

struct application fixture_submitted(struct fixture *fx, struct browser *b, struct sm2_private **key)
{
	fixture_visit(fx, b);
	struct application a = fixture_draft(fx, b);
	fixture_paper(fx, b, a.number);
	fixture_key(fx, b, a.number, key);
	return fixture_submit(fx, b, a.number);
}

int fixture_give(struct fixture *fx, void (*review)(struct service *s, struct review_turn *turns, size_t n), const struct actor *actor,
                 const char *number, int64_t version, const struct signed_order *order, struct deed *deed, struct err *err)
{
	struct review_turn turn = {.actor = actor, .number = number, .version = version, .order = *order, .pool = fx->pool};

	review(fx->service, &turn, 1);
	*deed = turn.deed;
	*err = turn.err;
	return turn.result;
}

void fixture_accept(struct fixture *fx, const char *number)
{
	struct browser b;
	struct review review;
	struct deed deed;
	struct buf draft;
	struct err err;

	fixture_login(fx, &fx->operator, LOGIN_STAFF, &b);
	must(review_load(fx->service, &b.actor, number, fx->pool, &review, &err), &err);
	buf_init(&draft, ORDER_TEXT_MAX);
	must(review_draft_accept(fx->service, &b.actor, number, review.application.version, &draft, &err), &err);
	struct signed_order order = fake_sign(&fx->signer, buf_get(&draft), fx->operator.key, fx->operator.serial, fx->pool);
	must(fixture_give(fx, review_accept, &b.actor, number, review.application.version, &order, &deed, &err), &err);
	buf_free(&draft);
}

void fixture_approve(struct fixture *fx, const char *number)
{
	struct browser b;
	struct review review;
	struct deed deed;
	struct buf draft;
	struct err err;

	fixture_login(fx, &fx->reviewer, LOGIN_STAFF, &b);
	must(review_load(fx->service, &b.actor, number, fx->pool, &review, &err), &err);
	buf_init(&draft, ORDER_TEXT_MAX);
	must(review_draft_approve(fx->service, &b.actor, number, review.application.version, REVIEW_ENTERPRISE, &draft, &err), &err);
	struct signed_order order = fake_sign(&fx->signer, buf_get(&draft), fx->reviewer.key, fx->reviewer.serial, fx->pool);
	must(fixture_give(fx, review_approve, &b.actor, number, review.application.version, &order, &deed, &err), &err);
	buf_free(&draft);
}

void fixture_read_holder(struct fake_holder *holder, struct bytes sign, struct bytes encryption)
{
	struct serial serial;
	struct err err;

	must(cert_parse(&holder->sign, sign, &err), &err);
	must(cert_parse(&holder->encryption, encryption, &err), &err);
	assert_int_equal(cert_serial(holder->sign, &serial, NULL), 0);
	serial_text(&serial, holder->serial);
	assert_int_equal(cert_serial(holder->encryption, &serial, NULL), 0);
	serial_text(&serial, holder->pair);
}

void fixture_enterprise(struct fixture *fx, struct fake_holder *holder)
{
	struct browser b;
	struct collect collect;
	struct deed deed;
	struct err err;

	memset(holder, 0, sizeof(*holder));
	struct application a = fixture_submitted(fx, &b, &holder->key);
	fixture_accept(fx, a.number);
	fixture_approve(fx, a.number);
	must(collect_load(fx->service, &b.actor, a.number, fx->pool, &collect, &err), &err);
	struct signed_order order =
	    fake_sign_installed(&fx->signer, collect.application, holder->key, collect.sign, collect.encryption, fx->pool);
	must(collect_installed(fx->service, &b.actor, a.number, &order, fx->pool, &deed, &err), &err);
	fixture_read_holder(holder, collect.sign, collect.encryption);
}

struct claim {
	struct mail *mail;
	struct pool *pool;
};

static int claim(void *ctx, struct connection *c, struct err *err)
{
	struct claim *a = ctx;

	return query_one(c, SQL_MAIL_CLAIM, VALUES(value_integer(FIXTURE_NOW + 400 * 86400), value_integer(INT64_MAX), value_integer(1)),
	                 &mail_shape, a->pool, a->mail, err);
}

/* As the courier does. */
static void open_detail(struct fixture *fx, struct mail *mail)
{
	struct secret master, key, opened;
	struct err err;

	if (mail->detail[0] == '\0')
		return;
	must(secret_copy(&master, BYTES_ARRAY(storage_key), &err), &err);
	must(mail_key_derive(&master, &key, &err), &err);
	must(mail_detail_open(&key, mail, &opened, &err), &err);
	mail->detail = pool_text(fx->pool, bytes_text((const char *)opened.data));
	secret_free(&opened);
	secret_free(&key);
	secret_free(&master);
}

bool fixture_mail(struct fixture *fx, enum mail_kind kind, struct mail *mail)
{
	struct claim a = {mail, fx->pool};
	struct err err;

	while (store_change(fx->outbox, claim, &a, &err) == 0) {
		if (mail->kind != kind)
			continue;
		open_detail(fx, mail);
		return true;
	}
	if (err.code != HF_NOT_FOUND)
		fail_msg("%s", err.text);
	return false;
}

int64_t fixture_audit_count(struct fixture *fx)
{
	struct audit_walk walk;
	struct err err;
	int64_t told;

	must(audit_verify_store(fx->service->store, &walk, &told, &err), &err);
	assert_int_equal(walk.broken, 0);
	return walk.count;
}
