/* Reading percent-encoded text. */
#include "url_text.h"

#include "text_code.h"

#include <string.h>

int url_decode(struct bytes text, bool plus, struct pool *pool, struct bytes *out, struct err *err)
{
	uint8_t *to = pool_alloc(pool, text.size + 1);
	size_t n = 0;

	if (to == NULL)
		return err_set(err, HF_LIMIT, "the request takes too much memory");
	for (size_t i = 0; i < text.size; i++) {
		uint8_t c = text.data[i];

		if (c == '%') {
			if (text.size - i < 3 || hex_read(&c, 1, (struct bytes){text.data + i + 1, 2}, true) != 0)
				return err_set(err, HF_HTTP_FORM, "a broken percent code (RFC 3986 2.1)");
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		to[n++] = c;
	}
	to[n] = '\0';
	*out = (struct bytes){to, n};
	return 0;
}

int url_decode_text(struct bytes text, bool plus, struct pool *pool, const char **out, struct err *err)
{
	struct bytes decoded;

	if (url_decode(text, plus, pool, &decoded, err) != 0)
		return -1;
	if (text_check(decoded) != TEXT_FINE)
		return err_set(err, HF_HTTP_FORM, "an address with control characters or bad UTF-8");
	*out = (const char *)decoded.data;
	return 0;
}

static struct bytes take_until(struct bytes *rest, char end)
{
	const uint8_t *at = rest->size != 0 ? memchr(rest->data, end, rest->size) : NULL;
	struct bytes front = *rest;

	if (at == NULL) {
		*rest = BYTES_NONE;
		return front;
	}
	front.size = (size_t)(at - front.data);
	rest->data += front.size + 1;
	rest->size -= front.size + 1;
	return front;
}

bool url_pair_take(struct bytes *rest, struct bytes *name, struct bytes *value)
{
	while (rest->size > 0) {
		*value = take_until(rest, '&');
		if (value->size == 0)
			continue;
		*name = take_until(value, '=');
		return true;
	}
	return false;
}
