/* Reads pages by the text before a value, and writes forms. */
#include "page_text.h"

#include "text_code.h"

#include <string.h>

static const struct {
	const char *reference;
	char character;
} references[] = {{"&quot;", '"'}, {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&#39;", '\''}};

static size_t take_character(struct bytes in, uint8_t *out)
{
	for (size_t i = 0; in.data[0] == '&' && i < sizeof(references) / sizeof(references[0]); i++) {
		size_t n = strlen(references[i].reference);

		if (in.size >= n && memcmp(in.data, references[i].reference, n) == 0) {
			*out = (uint8_t)references[i].character;
			return n;
		}
	}
	*out = in.data[0];
	return 1;
}

int page_value(struct bytes page, const char *before, struct buf *out, struct err *err)
{
	const uint8_t *at = memmem(page.data, page.size, before, strlen(before));
	const uint8_t *end = page.data + page.size;

	if (at == NULL)
		return err_set(err, HF_NOT_FOUND, "the page has no %s", before);
	for (at += strlen(before); at < end && *at != '"';) {
		uint8_t character;

		at += take_character((struct bytes){at, (size_t)(end - at)}, &character);
		if (buf_append_u8(out, character, err) != 0)
			return -1;
	}
	return 0;
}

int page_text(struct bytes page, const char *before, char *out, size_t size, struct err *err)
{
	struct buf value;
	int result;

	buf_init(&value, size - 1);
	result = page_value(page, before, &value, err);
	if (result == 0) {
		memcpy(out, value.data, value.size);
		out[value.size] = '\0';
	}
	buf_free(&value);
	return result;
}

int page_fine(const struct http_client *h, struct err *err)
{
	const uint8_t *code;

	if (h->status == 200 || h->status == 303)
		return 0;
	code = memmem(h->body.data, h->body.size, "HF-", 3);
	if (code == NULL || (size_t)(h->body.data + h->body.size - code) < 7)
		return err_set(err, HF_HTTP_FORM, "status %d", h->status);
	return err_set(err, HF_HTTP_FORM, "status %d, %.7s", h->status, (const char *)code);
}

int page_follow(struct http_client *h, struct err *err)
{
	char path[LOCATION_MAX + 1];

	if (h->status != 303)
		return 0;
	memcpy(path, h->location, sizeof(path));
	return page_get(h, path, err);
}

int page_get(struct http_client *h, const char *path, struct err *err)
{
	struct http_question q = {.method = "GET", .path = path};

	if (http_client_ask(h, &q, err) != 0)
		return -1;
	if (page_fine(h, err) != 0)
		return err_wrap(err, "GET %s", path);
	return page_follow(h, err);
}

int page_post(struct http_client *h, const char *path, const char *type, struct bytes body, struct err *err)
{
	struct http_question q = {.method = "POST", .path = path, .type = type, .body = body};

	if (http_client_ask(h, &q, err) != 0)
		return -1;
	return page_fine(h, err) != 0 ? err_wrap(err, "POST %s", path) : 0;
}

static bool is_plain(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
}

int form_put(struct buf *form, const char *name, struct bytes value, struct err *err)
{
	if (buf_append_format(form, err, "%s%s=", form->size > 0 ? "&" : "", name) != 0)
		return -1;
	for (size_t i = 0; i < value.size; i++) {
		uint8_t c = value.data[i];

		if ((is_plain(c) ? buf_append_u8(form, c, err) : buf_append_format(form, err, "%%%02X", c)) != 0)
			return -1;
	}
	return 0;
}

int form_put_text(struct buf *form, const char *name, const char *value, struct err *err)
{
	return form_put(form, name, bytes_text(value), err);
}

int form_put_base64(struct buf *form, const char *name, struct bytes value, struct err *err)
{
	struct buf text;
	int result = -1;

	buf_init(&text, 2 * value.size + 8);
	if (base64_write(&text, value, err) == 0)
		result = form_put(form, name, buf_get(&text), err);
	buf_free(&text);
	return result;
}

int parts_put(struct buf *form, const char *name, const char *value, struct err *err)
{
	return buf_append_format(form, err, "--hufu-bench-part\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", name, value);
}

int parts_end(struct buf *form, const char *file, struct bytes content, struct err *err)
{
	if (buf_append_format(form, err,
	                      "--hufu-bench-part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n"
	                      "Content-Type: application/octet-stream\r\n\r\n",
	                      file) != 0 ||
	    buf_append(form, content, err) != 0)
		return -1;
	return buf_append_text(form, "\r\n--hufu-bench-part--\r\n", err);
}
