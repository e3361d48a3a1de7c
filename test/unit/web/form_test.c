/* Forms of all three encodings fill the struct of their table, and every rule of a field can be broken. */
#include "form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct apply {
	const char *name, *words;
	struct bytes raw;
	int64_t age;
	int kind;
	bool agreed;
	struct form_list tags;
	struct form_file paper;
};

static int check_name(const char *text, struct err *err)
{
	return strcmp(text, "bad") != 0 ? 0 : err_set(err, HF_CREDIT_CODE, "bad");
}

static const char *const kinds[] = {"new", "renew", NULL};
static const struct form_field fields[] = {
    {"name", FORM_TEXT, offsetof(struct apply, name), true, 2, 5, NULL, check_name},
    {"words", FORM_LINES, offsetof(struct apply, words), false, 0, 20, NULL, NULL},
    {"raw", FORM_RAW, offsetof(struct apply, raw), false, 0, 10, NULL, NULL},
    {"age", FORM_INTEGER, offsetof(struct apply, age), false, -5, 150, NULL, NULL},
    {"kind", FORM_CHOICE, offsetof(struct apply, kind), false, 0, 0, kinds, NULL},
    {"agreed", FORM_FLAG, offsetof(struct apply, agreed), false, 0, 0, NULL, NULL},
    {"tags", FORM_LIST, offsetof(struct apply, tags), false, 2, 3, NULL, NULL},
    {"paper", FORM_FILE, offsetof(struct apply, paper), false, 0, 8, NULL, NULL},
};
static const struct form_table table = FORM_TABLE(apply, fields);

static struct pool *pool;
static struct form_result result;

static const struct apply *read_form(enum form_encoding encoding, const char *body)
{
	struct err err;

	if (form_read(&result, &table, encoding, "b", bytes_text(body), pool, &err) != 0)
		fail_msg("%s: %s", body, err.text);
	return result.value;
}

static void expect_fault(const char *body, const char *field, enum err_code code)
{
	read_form(FORM_URLENCODED, body);
	if (form_fault_of(&result.faults, field) != code)
		fail_msg("%s: %s has %d", body, field, (int)form_fault_of(&result.faults, field));
}

static void expect_malformed(enum form_encoding encoding, const char *body)
{
	struct err err;

	if (form_read(&result, &table, encoding, "b", bytes_text(body), pool, &err) != -1)
		fail_msg("taken: %s", body);
	assert_true(err.code == HF_HTTP_FORM || err.code == HF_JSON);
}

static void all_encodings_fill_the_struct(void **state)
{
	static const char *const bodies[] = {
	    "name=%E5%BC%A0%E4%B8%89&words=a%0D%0Ab&raw=x%2B+y&age=-3&kind=renew&agreed=on&tags=p&tags=q&csrf=tok",
	    "{\"name\":\" \u5f20\u4e09\",\"words\":\"a\\r\\nb\",\"raw\":\"x+ y\",\"age\":-3,\"kind\":\"renew\",\"agreed\":true,"
	    "\"tags\":[\"p\",\"q\"],\"csrf\":\"tok\"}",
	    "--b\r\nContent-Disposition: form-data; name=name\r\n\r\n\xe5\xbc\xa0\xe4\xb8\x89 \r\n"
	    "--b\r\nContent-Disposition: form-data; name=words\r\n\r\na\r\nb\r\n--b\r\nContent-Disposition: form-data; name=raw\r\n\r\nx+ "
	    "y\r\n"
	    "--b\r\nContent-Disposition: form-data; name=age\r\n\r\n-3\r\n--b\r\nContent-Disposition: form-data; name=kind\r\n\r\nrenew\r\n"
	    "--b\r\nContent-Disposition: form-data; name=agreed\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name=tags\r\n\r\np\r\n"
	    "--b\r\nContent-Disposition: form-data; name=tags\r\n\r\nq\r\n--b\r\nContent-Disposition: form-data; "
	    "name=csrf\r\n\r\ntok\r\n--b--"};
	static const enum form_encoding encodings[] = {FORM_URLENCODED, FORM_JSON, FORM_MULTIPART};

	for (size_t i = 0; i < 3; i++) {
		const struct apply *a = read_form(encodings[i], bodies[i]);

		assert_int_equal(result.faults.count, 0);
		assert_string_equal(a->name, "张三");
		assert_string_equal(a->words, "a\nb");
		assert_true(bytes_is_text(a->raw, "x+ y"));
		assert_int_equal(a->age, -3);
		assert_int_equal(a->kind, 1);
		assert_true(a->agreed);
		assert_int_equal(a->tags.count, 2);
		assert_string_equal(a->tags.items[1], "q");
		assert_true(bytes_is_text(result.token, "tok"));
	}
}

static void absent_fields_have_their_defaults(void **state)
{
	const struct apply *a = read_form(FORM_URLENCODED, "");

	assert_int_equal(result.faults.count, 1);
	assert_int_equal(form_fault_of(&result.faults, "name"), HF_FIELD_MISSING);
	assert_string_equal(a->name, "");
	assert_string_equal(a->words, "");
	assert_int_equal(a->kind, -1);
	assert_false(a->agreed);
	assert_int_equal(a->paper.content.size, 0);
}

static void each_rule_can_be_broken(void **state)
{
	expect_fault("name=a", "name", HF_FIELD_TOO_SHORT);
	expect_fault("name=abcdef", "name", HF_FIELD_TOO_LONG);
	assert_int_equal(result.faults.items[0].limit, 5);
	assert_string_equal(((const struct apply *)result.value)->name, "abcdef");
	expect_fault("name=a%0Ab", "name", HF_FIELD_CHARACTER);
	expect_fault("name=a%01%FF", "name", HF_FIELD_CHARACTER);
	expect_fault("raw=a%0A%FF", "raw", HF_FIELD_CHARACTER);
	expect_fault("name=ab%00", "name", HF_FIELD_CHARACTER);
	assert_string_equal(((const struct apply *)result.value)->name, "");
	expect_fault("name=ab%E2%80%AE", "name", HF_FIELD_CHARACTER);
	expect_fault("name=%ff%fe", "name", HF_FIELD_CHARACTER);
	expect_fault("name=++++", "name", HF_FIELD_MISSING);
	expect_fault("name=bad", "name", HF_CREDIT_CODE);
	expect_fault("words=a%01", "words", HF_FIELD_CHARACTER);
	expect_fault("words=%0A%0A", "words", HF_NONE);
	expect_fault("raw=12345678901", "raw", HF_FIELD_TOO_LONG);
	expect_fault("raw=%00", "raw", HF_FIELD_CHARACTER);
	expect_fault("age=x", "age", HF_FIELD_FORMAT);
	expect_fault("age=1.5", "age", HF_FIELD_FORMAT);
	expect_fault("age=151", "age", HF_FIELD_CHOICE);
	expect_fault("age=-6", "age", HF_FIELD_CHOICE);
	expect_fault("age=9999999999999999999999", "age", HF_FIELD_FORMAT);
	expect_fault("kind=other", "kind", HF_FIELD_CHOICE);
	expect_fault("kind=", "kind", HF_NONE);
	expect_fault("tags=a", "tags", HF_FIELD_TOO_SHORT);
	expect_fault("tags=a&tags=b&tags=c&tags=d", "tags", HF_FIELD_TOO_LONG);
}

static void text_is_normalised(void **state)
{
	assert_string_equal(read_form(FORM_URLENCODED, "name=ne%CC%81e")->name, "n\xc3\xa9"
	                                                                        "e");
	assert_int_equal(result.faults.count, 0);
}

static void malformed_forms_are_refused(void **state)
{
	expect_malformed(FORM_URLENCODED, "name=a&name=b");
	expect_malformed(FORM_URLENCODED, "other=1");
	expect_malformed(FORM_URLENCODED, "name=%zz");
	expect_malformed(FORM_URLENCODED, "name=%4");
	expect_malformed(FORM_URLENCODED, "na%01me=a");
	expect_malformed(FORM_URLENCODED, "csrf=a&csrf=b");
	expect_malformed(FORM_URLENCODED, "paper=x");
	expect_malformed(FORM_JSON, "[]");
	expect_malformed(FORM_JSON, "{\"name\":\"a\",\"name\":\"b\"}");
	expect_malformed(FORM_JSON, "{\"name\":{}}");
	expect_malformed(FORM_JSON, "{\"name\":[\"a\"]}");
	expect_malformed(FORM_JSON, "{\"other\":null}");
	expect_malformed(FORM_JSON, "{\"name\":1.5}");
	expect_malformed(FORM_MULTIPART, "--b\r\nContent-Disposition: form-data; name=name; filename=x\r\n\r\na\r\n--b--");
	expect_malformed(FORM_MULTIPART, "--b\r\nContent-Disposition: form-data; name=paper\r\n\r\na\r\n--b--");
}

static void files_come_by_multipart(void **state)
{
	const struct apply *a =
	    read_form(FORM_MULTIPART, "--b\r\nContent-Disposition: form-data; name=paper; filename=\"C:\\fakepath\\x.pdf\"\r\n"
	                              "Content-Type: application/pdf\r\n\r\n%PDF\r\n\r\n--b--");

	assert_string_equal(a->paper.name, "x.pdf");
	assert_string_equal(a->paper.type, "application/pdf");
	assert_true(bytes_is_text(a->paper.content, "%PDF\r\n"));
	a = read_form(FORM_MULTIPART, "--b\r\nContent-Disposition: form-data; name=paper; filename=x\r\n\r\n123456789\r\n--b--");
	assert_int_equal(form_fault_of(&result.faults, "paper"), HF_PAPER_SIZE);
	assert_int_equal(a->paper.content.size, 0);
	read_form(FORM_MULTIPART, "--b\r\nContent-Disposition: form-data; name=paper; filename=x\r\n\r\n\r\n--b--");
	assert_int_equal(form_fault_of(&result.faults, "paper"), HF_PAPER_EMPTY);
	read_form(FORM_MULTIPART, "--b\r\nContent-Disposition: form-data; name=paper; filename=\"\"\r\n\r\n\r\n--b--");
	assert_int_equal(form_fault_of(&result.faults, "paper"), HF_NONE);
}

static void encodings_by_content_type(void **state)
{
	char boundary[MULTIPART_BOUNDARY_MAX + 1];
	enum form_encoding encoding;
	struct err err;

	assert_int_equal(form_encoding_of("application/x-www-form-urlencoded; charset=utf-8", &encoding, boundary, &err), 0);
	assert_int_equal(encoding, FORM_URLENCODED);
	assert_int_equal(form_encoding_of("Multipart/Form-Data; boundary=\"a=b\"", &encoding, boundary, &err), 0);
	assert_string_equal(boundary, "a=b");
	assert_int_equal(form_encoding_of("multipart/form-data;boundary=abc; x=y", &encoding, boundary, &err), 0);
	assert_string_equal(boundary, "abc");
	assert_int_equal(form_encoding_of("multipart/form-data", &encoding, boundary, &err), -1);
	assert_int_equal(form_encoding_of("multipart/form-data; boundary=", &encoding, boundary, &err), -1);
	assert_int_equal(form_encoding_of("multipart/mixed; boundary=a", &encoding, boundary, &err), -1);
	assert_int_equal(form_encoding_of("text/plain", &encoding, boundary, &err), -1);
	assert_int_equal(form_encoding_of(NULL, &encoding, boundary, &err), -1);
}

static int setup(void **state)
{
	pool = pool_new(1 << 20);
	return pool == NULL;
}

static int teardown(void **state)
{
	pool_free(&pool);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(all_encodings_fill_the_struct, setup, teardown),
	    cmocka_unit_test_setup_teardown(absent_fields_have_their_defaults, setup, teardown),
	    cmocka_unit_test_setup_teardown(each_rule_can_be_broken, setup, teardown),
	    cmocka_unit_test_setup_teardown(text_is_normalised, setup, teardown),
	    cmocka_unit_test_setup_teardown(malformed_forms_are_refused, setup, teardown),
	    cmocka_unit_test_setup_teardown(files_come_by_multipart, setup, teardown),
	    cmocka_unit_test(encodings_by_content_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
