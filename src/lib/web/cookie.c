/* Cookies as text. */
#include "cookie.h"

#include <inttypes.h>
#include <string.h>

/* RFC 6265bis 4.1.1: US-ASCII without controls, space, '"', ',', ';' and '\'. */
static bool is_cookie_octet(uint8_t c)
{
	return c > 0x20 && c < 0x7f && strchr("\",;\\", c) == NULL;
}

static bool is_name_octet(uint8_t c)
{
	return is_cookie_octet(c) && strchr("()<>@:/[]?={}", c) == NULL;
}

static bool is_all(struct bytes text, bool (*allowed)(uint8_t))
{
	for (size_t i = 0; i < text.size; i++)
		if (!allowed(text.data[i]))
			return false;
	return true;
}

/* Takes the front pair up to ';' off the header; without spaces around it. */
static struct bytes pair_take(struct bytes *header)
{
	const uint8_t *semicolon = header->size != 0 ? memchr(header->data, ';', header->size) : NULL;
	struct bytes pair = *header;

	if (semicolon != NULL) {
		pair.size = (size_t)(semicolon - header->data);
		header->data += pair.size + 1;
		header->size -= pair.size + 1;
	} else {
		*header = BYTES_NONE;
	}
	while (pair.size > 0 && (pair.data[0] == ' ' || pair.data[0] == '\t')) {
		pair.data++;
		pair.size--;
	}
	while (pair.size > 0 && (pair.data[pair.size - 1] == ' ' || pair.data[pair.size - 1] == '\t'))
		pair.size--;
	return pair;
}

int cookie_find(struct bytes header, const char *name, struct bytes *value)
{
	size_t name_size = strlen(name);
	bool found = false;

	while (header.size > 0) {
		struct bytes pair = pair_take(&header);

		if (pair.size <= name_size || memcmp(pair.data, name, name_size) != 0 || pair.data[name_size] != '=')
			continue;
		*value = (struct bytes){pair.data + name_size + 1, pair.size - name_size - 1};
		if (found || !is_all(*value, is_cookie_octet))
			return -1;
		found = true;
	}
	return found ? 0 : -1;
}

int cookie_write(struct buf *out, const char *name, const char *value, int64_t max_age, bool secure, struct err *err)
{
	if (*name == '\0' || !is_all(bytes_text(name), is_name_octet) || !is_all(bytes_text(value), is_cookie_octet))
		return err_set(err, HF_SYSTEM, "a cookie with a forbidden character (RFC 6265bis 4.1.1)");
	if (buf_append_format(out, err, "%s=%s; Path=/; HttpOnly; SameSite=Strict", name, value) != 0)
		return -1;
	if (max_age >= 0 && buf_append_format(out, err, "; Max-Age=%" PRId64, max_age) != 0)
		return -1;
	return secure ? buf_append_text(out, "; Secure", err) : 0;
}
