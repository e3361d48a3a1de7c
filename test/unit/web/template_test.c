/* Values are escaped by where they stand, in generated pages too. */
#include "sample_page.h"
#include "sample_static.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *drawn(enum template_place place, const char *value)
{
	struct template_out t;
	struct buf out;
	char *text;

	buf_init(&out, 4096);
	template_begin(&t, &out, LANGUAGE_ZH);
	template_put_text(&t, place, value);
	assert_int_equal(template_end(&t, NULL), 0);
	text = out.size > 0 ? strndup((const char *)out.data, out.size) : strdup("");
	buf_free(&out);
	return text;
}

static void expect(enum template_place place, const char *value, const char *wanted)
{
	char *text = drawn(place, value);

	assert_string_equal(text, wanted);
	free(text);
}

static void text_and_attributes_hold_no_markup(void **state)
{
	expect(TEMPLATE_TEXT, "<script>alert('x')&\"</script>", "&lt;script&gt;alert(&#39;x&#39;)&amp;&quot;&lt;/script&gt;");
	expect(TEMPLATE_ATTRIBUTE, "\" onload=\"x", "&quot; onload=&quot;x");
	expect(TEMPLATE_TEXT, "甲乙", "甲乙");
	expect(TEMPLATE_TEXT, NULL, "");
}

static void addresses_name_no_script(void **state)
{
	static const char *const bad[] = {"javascript:alert(1)",
	                                  "JavaScript:x",
	                                  "//evil.example/",
	                                  "data:text/html,x",
	                                  "java\tscript:x",
	                                  "/\\evil.example",
	                                  "\\\\evil",
	                                  "vbscript:x",
	                                  "x/y",
	                                  " /a",
	                                  "/\t/evil.example"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect(TEMPLATE_URL, bad[i], "#");
	expect(TEMPLATE_URL, "/apply?a=1&b=2", "/apply?a=1&amp;b=2");
	expect(TEMPLATE_URL, "HTTPS://a.example/", "HTTPS://a.example/");
	expect(TEMPLATE_URL, "mailto:a@b.example", "mailto:a@b.example");
	expect(TEMPLATE_URL_PART, "a/b?c&d e\"ü", "a%2Fb%3Fc%26d%20e%22%C3%BC");
}

static void the_first_failure_sticks(void **state)
{
	struct template_out t;
	struct buf out;
	struct err err;

	buf_init(&out, 4);
	template_begin(&t, &out, LANGUAGE_EN);
	template_put_text(&t, TEMPLATE_TEXT, "12345");
	template_put_text(&t, TEMPLATE_TEXT, "1");
	assert_int_equal(template_end(&t, &err), -1);
	assert_int_equal(err.code, HF_LIMIT);
	assert_int_equal(out.size, 0);
	buf_free(&out);
}

static char *sample(enum language language, const struct sample_view *view)
{
	struct buf out;
	struct err err;
	char *text;

	buf_init(&out, 1 << 16);
	assert_int_equal(sample_render(&out, language, view, &err), 0);
	text = strndup((const char *)out.data, out.size);
	buf_free(&out);
	return text;
}

static void generated_page_shows_its_view(void **state)
{
	const struct sample_steps_papers papers[] = {{"a.pdf"}, {"<b>"}};
	const struct sample_steps steps[] = {{"受理", papers, 2, {3, "grey"}}, {"", NULL, 0, {1, "red"}}};
	const struct sample_view view = {.layout.user = "张三&",
	                                 .number = "A/1",
	                                 .raw = BYTES_LITERAL("{\"a\":\"b\"}"),
	                                 .to = "javascript:x",
	                                 .days = 30,
	                                 .day = 1795305600,
	                                 .moment = 1795305600,
	                                 .fee = 5000,
	                                 .state = "办理中",
	                                 .steps = steps,
	                                 .steps_count = 2};
	char *page = sample(LANGUAGE_ZH, &view);

	assert_non_null(strstr(page, "<html lang=\"zh-CN\">"));
	assert_non_null(strstr(page, "<title>申请A/1 - 虎符</title>"));
	assert_non_null(strstr(page, "<p>张三&amp;</p>"));
	assert_non_null(strstr(page, "data-json=\"{&quot;a&quot;:&quot;b&quot;}\""));
	assert_non_null(strstr(page, "href=\"/queue/A%2F1?page=30\""));
	assert_non_null(strstr(page, "<a href=\"#\">y</a>"));
	assert_non_null(strstr(page, "<p>30</p>"));
	assert_non_null(strstr(page, "<p>2026年11月22日|2026年11月22日 08:00|50.00元|办理中</p>"));
	assert_non_null(
	    strstr(page, "<li class=\"named\">1 受理 A/1 <b class=\"badge grey\">还有3天</b>\n<i>a.pdf</i><i>&lt;b&gt;</i></li>"));
	assert_non_null(strstr(page, "<li>2  A/1 "));
	assert_non_null(strstr(page, "href=\"" STATIC_SAMPLE_CSS "\""));
	assert_null(strstr(page, "not written"));
	assert_null(strstr(page, "没有记录"));
	free(page);
}

static void branches_and_empty_lists(void **state)
{
	const struct sample_view view = {.number = "", .late = true};
	char *page = sample(LANGUAGE_EN, &view);

	assert_non_null(strstr(page, "<html lang=\"en\">"));
	assert_non_null(strstr(page, "<p>late</p>"));
	assert_non_null(strstr(page, "没有记录"));
	assert_non_null(strstr(page, "<p>||CNY 0.00|</p>"));
	free(page);
}

static void static_files_name_each_other(void **state)
{
	assert_int_equal(sample_static.count, 2);
	for (size_t i = 0; i < sample_static.count; i++) {
		const struct static_file *file = &sample_static.files[i];

		if (strcmp(file->name, "sample.css") != 0)
			continue;
		assert_non_null(memmem(file->content.data, file->content.size, STATIC_DOT_SVG, strlen(STATIC_DOT_SVG)));
		assert_true(file->gzip.size > 0 && file->gzip.size < file->content.size);
		assert_string_equal(file->type, "text/css; charset=utf-8");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_and_attributes_hold_no_markup), cmocka_unit_test(addresses_name_no_script),
	    cmocka_unit_test(the_first_failure_sticks),           cmocka_unit_test(generated_page_shows_its_view),
	    cmocka_unit_test(branches_and_empty_lists),           cmocka_unit_test(static_files_name_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
