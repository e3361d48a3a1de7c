/* When an allow-list is believed, and for whom. */
#include "authority.h"
#include "file.h"
#include "origin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>

#define NOW AUTHORITY_NOW
#define TEXT_MAX ORIGIN_LIST_TEXT_MAX

struct world {
	struct authority authority;
	struct sm2_private *release_key, *other_key;
	struct trust trust;
};

static int set_up(void **state)
{
	static struct world w;

	memset(&w, 0, sizeof(w));
	authority_make(&w.authority, true);
	assert_int_equal(sm2_private_generate(&w.release_key, NULL), 0);
	assert_int_equal(sm2_private_generate(&w.other_key, NULL), 0);
	struct cert_plan plan = authority_plan(&w.authority, PROFILE_RELEASE, w.release_key);
	w.trust.release = authority_issue(&w.authority, &plan);
	sm2_public_id(w.authority.issuing->key, w.trust.ca);
	*state = &w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	cert_free(&w->trust.release);
	sm2_private_free(&w->release_key);
	sm2_private_free(&w->other_key);
	authority_free(&w->authority);
	return 0;
}

static struct origin_list list_of(const struct world *w, struct origin_row rows[2])
{
	struct origin_list list = {.origins = {rows, 2}, .until = NOW + 1000, .v = 1, .version = 5};

	rows[0] = (struct origin_row){ORIGIN_LOGIN | ORIGIN_ORDER, bytes_text("http://127.0.0.1:8080")};
	rows[1] = (struct origin_row){ORIGIN_LOGIN, bytes_text("https://a.example.cn")};
	memcpy(list.ca, w->trust.ca, sizeof(list.ca));
	return list;
}

static int believe(const struct world *w, const struct origin_list *list, const struct sm2_private *key, enum signed_kind kind,
                   int64_t least, struct origins **origins, struct err *err)
{
	struct buf text, signature;
	int rc;

	buf_init(&text, TEXT_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	assert_int_equal(origin_list_write(list, &text, err), 0);
	assert_int_equal(signed_text_sign(kind, key, buf_get(&text), &signature, err), 0);
	rc = origins_new(origins, buf_get(&text), buf_get(&signature), &w->trust, least, NOW, err);
	buf_free(&signature);
	buf_free(&text);
	return rc;
}

static void a_signed_list_is_believed(void **state)
{
	struct world *w = *state;
	struct origin_row rows[2];
	struct origin_list list = list_of(w, rows);
	const struct origin_row *row;
	struct origins *origins;
	struct err err;
	size_t number;

	assert_int_equal(believe(w, &list, w->release_key, SIGNED_ORIGINS, 5, &origins, &err), 0);
	assert_int_equal(origins_version(origins), 5);
	assert_int_equal(origins_find(origins, "https://a.example.cn", NOW, &row, &number, &err), 0);
	assert_int_equal(row->classes, ORIGIN_LOGIN);
	assert_int_equal(number, 1);
	origins_free(&origins);
}

static void only_the_very_same_origin_is_found(void **state)
{
	static const char *const bad[] = {"",
	                                  "https://a.example.cn/",
	                                  "https://A.example.cn",
	                                  "https://a.example.cn:443",
	                                  "http://a.example.cn",
	                                  "https://a.example.c",
	                                  "https://a.example.cn.evil.cn",
	                                  "https://evil.a.example.cn",
	                                  "http://127.0.0.1:8081",
	                                  "http://127.0.0.1",
	                                  "null"};
	struct world *w = *state;
	struct origin_row rows[2];
	struct origin_list list = list_of(w, rows);
	const struct origin_row *row;
	struct origins *origins;
	struct err err;
	size_t number;

	assert_int_equal(believe(w, &list, w->release_key, SIGNED_ORIGINS, 0, &origins, &err), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (origins_find(origins, bad[i], NOW, &row, &number, &err) == 0 || err.code != HF_ORIGIN)
			fail_msg("found: %s", bad[i]);
	origins_free(&origins);
}

static void a_list_ends(void **state)
{
	struct world *w = *state;
	struct origin_row rows[2];
	struct origin_list list = list_of(w, rows);
	const struct origin_row *row;
	struct origins *origins;
	struct err err;
	size_t number;

	assert_int_equal(believe(w, &list, w->release_key, SIGNED_ORIGINS, 0, &origins, &err), 0);
	assert_int_equal(origins_find(origins, "https://a.example.cn", NOW + 1000, &row, &number, &err), 0);
	assert_int_equal(origins_find(origins, "https://a.example.cn", NOW + 1001, &row, &number, &err), -1);
	assert_int_equal(err.code, HF_ORIGIN);
	origins_free(&origins);
	list.until = NOW - 1;
	assert_int_equal(believe(w, &list, w->release_key, SIGNED_ORIGINS, 0, &origins, &err), -1);
	assert_int_equal(err.code, HF_LIST_SIGNATURE);
}

static void what_is_not_to_be_believed_is_refused(void **state)
{
	struct world *w = *state;
	struct origin_row rows[2];
	struct origin_list list = list_of(w, rows);
	struct origins *origins;
	struct err err;

	assert_int_equal(believe(w, &list, w->other_key, SIGNED_ORIGINS, 0, &origins, &err), -1);
	assert_int_equal(err.code, HF_LIST_SIGNATURE);
	assert_int_equal(believe(w, &list, w->release_key, SIGNED_ORDER, 0, &origins, &err), -1); /* signed for another use */
	assert_int_equal(err.code, HF_LIST_SIGNATURE);
	assert_int_equal(believe(w, &list, w->release_key, SIGNED_ORIGINS, 6, &origins, &err), -1); /* an older list */
	assert_int_equal(err.code, HF_LIST_SIGNATURE);
	list.ca[0] ^= 1;
	assert_int_equal(believe(w, &list, w->release_key, SIGNED_ORIGINS, 0, &origins, &err), -1);
	assert_int_equal(err.code, HF_ORDER_OTHER_CA);
}

/* ---- the version that was seen ---- */

struct folder {
	char path[64], list[80], signature[80], state[80];
	struct agent_settings settings;
};

static void write_at(const char *folder, const char *name, struct bytes content)
{
	char path[160];
	struct err err;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (file_replace(AT_FDCWD, path, content, 0600, &err) != 0)
		fail_msg("%s", err.text);
}

static void folder_begin(struct folder *f, const struct world *w)
{
	struct origin_row rows[2];
	struct origin_list list = list_of(w, rows);
	struct buf text, signature;
	struct err err;

	*f = (struct folder){.path = "/tmp/hufu-origins-XXXXXX"};
	assert_non_null(mkdtemp(f->path));
	(void)snprintf(f->list, sizeof(f->list), "%s/origins", f->path);
	(void)snprintf(f->signature, sizeof(f->signature), "%s/origins.sig", f->path);
	(void)snprintf(f->state, sizeof(f->state), "%s/state", f->path);
	f->settings.values[AGENT_ORIGINS] = f->list;
	f->settings.values[AGENT_ORIGINS_SIGNATURE] = f->signature;
	f->settings.values[AGENT_STATE] = f->state;
	buf_init(&text, TEXT_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	assert_int_equal(origin_list_write(&list, &text, &err), 0);
	assert_int_equal(signed_text_sign(SIGNED_ORIGINS, w->release_key, buf_get(&text), &signature, &err), 0);
	write_at(f->path, "origins", buf_get(&text));
	write_at(f->path, "origins.sig", buf_get(&signature));
	buf_free(&signature);
	buf_free(&text);
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

static int read_from(const struct folder *f, const struct world *w, struct err *err)
{
	struct origins *origins;
	int rc = origins_read(&origins, &f->settings, &w->trust, NOW, err);

	origins_free(&origins);
	return rc;
}

static void a_version_that_was_seen_is_remembered(void **state)
{
	struct world *w = *state;
	struct folder f;
	struct err err;

	folder_begin(&f, w);
	assert_int_equal(read_from(&f, w, &err), 0); /* nothing was seen yet */
	assert_int_equal(read_from(&f, w, &err), 0);
	write_at(f.state, "origins-version", BYTES_LITERAL("4"));
	assert_int_equal(read_from(&f, w, &err), 0);
	write_at(f.state, "origins-version", BYTES_LITERAL("6"));
	assert_int_equal(read_from(&f, w, &err), -1);
	assert_int_equal(err.code, HF_LIST_SIGNATURE);
	assert_int_equal(nftw(f.path, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void a_damaged_version_believes_no_list(void **state)
{
	static const char *const damaged[] = {
	    "", "x", "-1", "+1", "5\n", " 5", "5 ", "0x1", "4\t", "4.0", "9223372036854775808", "99999999999999999999"};
	struct world *w = *state;
	struct folder f;
	struct err err;

	folder_begin(&f, w);
	assert_int_equal(read_from(&f, w, &err), 0);
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		write_at(f.state, "origins-version", bytes_text(damaged[i]));
		if (read_from(&f, w, &err) == 0 || err.code != HF_LIST_SIGNATURE)
			fail_msg("believed beside the version \"%s\"", damaged[i]);
	}
	write_at(f.state, "origins-version", BYTES_LITERAL("111111111111111111111")); /* longer than any number */
	assert_int_equal(read_from(&f, w, &err), -1);
	write_at(f.state, "origins-version", BYTES_LITERAL("5"));
	assert_int_equal(read_from(&f, w, &err), 0);
	assert_int_equal(nftw(f.path, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_signed_list_is_believed),
	    cmocka_unit_test(only_the_very_same_origin_is_found),
	    cmocka_unit_test(a_list_ends),
	    cmocka_unit_test(what_is_not_to_be_believed_is_refused),
	    cmocka_unit_test(a_version_that_was_seen_is_remembered),
	    cmocka_unit_test(a_damaged_version_believes_no_list),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
