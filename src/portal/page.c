/* The frame of pages, and the texts that are made for them. */
#include "page.h"

#include "clock.h"
#include "form.h"
#include "gate.h"
#include "holding.h"
#include "navigation.h"
#include "pem.h"
#include "text_code.h"
#include "title.h"
#include "url_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX 2048
#define CSR_MAX 16384
#define DER_SEQUENCE 0x30
#define PAGE_USUAL (12 * 1024) /* bytes: few pages are larger */
#define KIB 1024
#define MIB (1024 * KIB)
#define HOUR 3600
#define GROUP 4
#define BETWEEN_CODES " · "
#define DAY (24 * HOUR)

/* A language in the address would outweigh the one that is chosen. */
static const char *without_language(struct web_request *r, struct bytes path, struct bytes query)
{
	size_t n = path.size;
	struct bytes name, value;
	char *again = pool_alloc(request_pool(r), path.size + query.size + sizeof("?"));

	if (again == NULL)
		return "/";
	memcpy(again, path.data, path.size);
	while (url_pair_take(&query, &name, &value)) {
		const uint8_t *end = value.data != NULL ? value.data + value.size : name.data + name.size;
		size_t size = (size_t)(end - name.data);

		if (bytes_is_text(name, "lang"))
			continue;
		again[n] = n == path.size ? '?' : '&';
		memcpy(again + n + 1, name.data, size);
		n += 1 + size;
	}
	return again;
}

const char *page_again(struct web_request *r)
{
	const char *from, *path, *mark;

	if (request_method(r) == WEB_GET)
		return without_language(r, bytes_text(request_path(r)), bytes_text(request_query_text(r)));
	from = request_header(r, "Referer");
	from = from != NULL ? strstr(from, "://") : NULL;
	path = from != NULL ? strchr(from + 3, '/') : NULL;
	if (path == NULL)
		return "/";
	mark = path + strcspn(path, "?");
	return without_language(r, (struct bytes){(const uint8_t *)path, (size_t)(mark - path)}, bytes_text(*mark == '?' ? mark + 1 : ""));
}

int page_begin(struct web_request *r, struct reply *reply, struct frame_view *frame, struct err *err)
{
	const struct portal *p = portal_of(r);
	const struct visit *visit = visit_of(r);
	bool english = request_language(r) == LANGUAGE_EN;
	char *token = pool_alloc(request_pool(r), CSRF_TOKEN_SIZE + 1);

	if (token == NULL || buf_reserve(reply_body(reply), PAGE_USUAL, err) != 0)
		return err_set(err, HF_MEMORY, "page");
	if (gate_form_token(visit, token, err) != 0 || gate_put_cookie(r, reply, err) != 0)
		return -1;
	*frame = (struct frame_view){
	    .title = detail_of(r)->title,
	    .service = p->name,
	    .csrf = token,
	    .path = page_again(r),
	    .other = english ? "zh" : "en",
	    .other_name = english ? "中文" : "English",
	    .name = visit->session.name,
	    .duties = title_of_roles(r, visit->session.roles),
	    .applications = visit->session.applications,
	    .point = p->point,
	    .telephone = p->telephone,
	};
	reply_set_kind(reply, REPLY_PAGE, NULL);
	return navigation_fill(r, frame, err);
}

int page_redirect(struct web_request *r, struct reply *reply, struct err *err, const char *fmt, ...)
{
	char path[256];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(path, sizeof(path), fmt, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof(path))
		return err_set(err, HF_LIMIT, "redirect: path too long");
	if (gate_put_cookie(r, reply, err) != 0)
		return -1;
	return reply_redirect(reply, path, err);
}

/* Browsers take "//" and "/\" for the beginning of another's. */
const char *page_own_path(const char *path, const char *other)
{
	return path != NULL && path[0] == '/' && path[1] != '/' && strchr(path, '\\') == NULL ? path : other;
}

const char *page_text(struct web_request *r, const char *id)
{
	return catalogue_text(request_language(r), id);
}

const char *page_fault(struct web_request *r, enum err_code code)
{
	const char *text = pool_format(request_pool(r), request_language(r) == LANGUAGE_EN ? "%s (HF-%04d)" : "%s（HF-%04d）",
	                               catalogue_fault(request_language(r), code), (int)code);

	return text != NULL ? text : "";
}

const char *page_format(struct web_request *r, const char *id, const struct catalogue_value *values, size_t n)
{
	struct buf out;
	const char *text = NULL;

	buf_init(&out, TEXT_MAX);
	if (catalogue_format(&out, request_language(r), id, values, n, NULL) == 0)
		text = pool_text(request_pool(r), buf_get(&out));
	buf_free(&out);
	return text != NULL ? text : "";
}

static const char *format_number(struct web_request *r, const char *id, int64_t number)
{
	const struct catalogue_value value = {.name = "n", .kind = CATALOGUE_NUMBER, .number = number};

	return page_format(r, id, &value, 1);
}

const char *page_size(struct web_request *r, int64_t bytes)
{
	const char *text;

	if (bytes < KIB)
		text = pool_format(request_pool(r), "%d B", (int)bytes);
	else if (bytes < MIB)
		text = pool_format(request_pool(r), "%.0f KiB", (double)bytes / KIB);
	else
		text = pool_format(request_pool(r), bytes % MIB == 0 ? "%.0f MiB" : "%.1f MiB", (double)bytes / MIB);
	return text != NULL ? text : "";
}

const char *page_waiting(struct web_request *r, int64_t seconds)
{
	if (seconds < HOUR)
		return format_number(r, N_("{n}分钟"), seconds > 0 ? seconds / 60 : 0);
	if (seconds < DAY)
		return format_number(r, N_("{n}小时"), seconds / HOUR);
	return format_number(r, N_("{n}天"), seconds / DAY);
}

const char *page_left(struct web_request *r, int64_t notafter)
{
	int64_t now = clock_now();
	int64_t days = holding_days_left(notafter, now);

	if (now > notafter)
		return page_text(r, N_("已过期"));
	return days == 0 ? page_text(r, N_("今天到期")) : format_number(r, N_("还有{n}天到期"), days);
}

const char *page_left_tone(int64_t notafter)
{
	int64_t now = clock_now();
	int64_t days = holding_days_left(notafter, now);

	if (now > notafter)
		return "black";
	return days <= 7 ? "red" : days <= 30 ? "amber" : "";
}

const char *page_masked_mail(struct web_request *r, const char *mail)
{
	const char *at = strrchr(mail, '@');
	const char *text = at != NULL && at > mail ? pool_format(request_pool(r), "%c***%s", mail[0], at) : NULL;

	return text != NULL ? text : "***";
}

const char *page_url_part(struct web_request *r, const char *part)
{
	struct template_out t;
	struct buf out;
	const char *text = NULL;

	buf_init(&out, TEXT_MAX);
	template_begin(&t, &out, request_language(r));
	template_put_text(&t, TEMPLATE_URL_PART, part);
	if (template_end(&t, NULL) == 0)
		text = pool_text(request_pool(r), buf_get(&out));
	buf_free(&out);
	return text != NULL ? text : "";
}

const char *page_grouped(struct web_request *r, const char *codes)
{
	size_t size = strlen(codes), n = 0, in_code = 0;
	char *text = pool_alloc(request_pool(r), (strlen(BETWEEN_CODES) + 1) * size + 1);

	if (text == NULL)
		return codes;
	for (const char *c = codes; *c != '\0'; c++) {
		if (*c == ' ') {
			memcpy(text + n, BETWEEN_CODES, strlen(BETWEEN_CODES));
			n += strlen(BETWEEN_CODES);
			in_code = 0;
			continue;
		}
		if (in_code > 0 && in_code % GROUP == 0)
			text[n++] = ' ';
		text[n++] = *c;
		in_code++;
	}
	return text;
}

const char *page_base64(struct web_request *r, struct bytes data)
{
	struct buf out;
	const char *text = NULL;

	buf_init(&out, data.size * 2 + 4);
	if (base64_write(&out, data, NULL) == 0)
		text = pool_text(request_pool(r), buf_get(&out));
	buf_free(&out);
	return text;
}

struct keys_view page_keys(struct web_request *r, const char *want)
{
	return (struct keys_view){.want = want, .now = clock_now(), .telephone = portal_of(r)->telephone, .asks = portal_of(r)->asks};
}

struct keys_view page_own_key(struct web_request *r)
{
	struct keys_view keys = page_keys(r, "certificate");

	keys.serial = visit_of(r)->session.serial;
	return keys;
}

struct waiting_view page_waiting_window(const char *what, bool digits)
{
	return (struct waiting_view){.what = what, .digits = digits};
}

int page_form_fine(struct web_request *r, struct err *err)
{
	const struct form_faults *faults = request_faults(r);

	if (faults == NULL || faults->count == 0)
		return 0;
	return err_set(err, faults->items[0].code, "field %s", faults->items[0].field);
}

int page_field_bytes(struct web_request *r, struct bytes text, struct bytes *out, struct err *err)
{
	struct buf read;
	int result = -1;

	buf_init(&read, text.size + 1);
	if (base64_read(&read, text, err) == 0)
		result = pool_bytes(request_pool(r), buf_get(&read), out, err);
	buf_free(&read);
	return result;
}

int page_request_file(struct web_request *r, struct bytes content, struct bytes *der, struct err *err)
{
	struct buf read;
	int result = -1;

	buf_init(&read, CSR_MAX);
	if (content.size > 0 && content.data[0] == DER_SEQUENCE)
		result = pool_bytes(request_pool(r), content, der, err);
	else if (pem_read(&content, PEM_REQUEST, &read, err) != 0)
		(void)err_set(err, HF_CSR_FORMAT, "request: neither DER nor a PEM block (RFC 7468 section 7)");
	else
		result = pool_bytes(request_pool(r), buf_get(&read), der, err);
	buf_free(&read);
	return result;
}
