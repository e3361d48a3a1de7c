/* Values of headers and addresses: cookies, languages, dates, percent codes, the OCSP request in a path. */
#include "cookie.h"
#include "fuzz.h"
#include "http_date.h"
#include "language.h"
#include "ocsp.h"
#include "text_code.h"
#include "url_text.h"

#include <string.h>

static void play_cookie(struct bytes input)
{
	struct bytes value;

	if (cookie_find(input, "hufu", &value) == 0)
		FUZZ_PROMISE(value.size == 0 || memchr(value.data, ';', value.size) == NULL);
}

static void play_text(const char *text)
{
	enum language language = language_choose(NULL, NULL, text);
	char again[HTTP_DATE_SIZE];
	int64_t seconds;

	FUZZ_PROMISE(language == LANGUAGE_ZH || language == LANGUAGE_EN);
	if (!http_date_read(text, &seconds))
		return;
	http_date_write(again, seconds);
	FUZZ_PROMISE(strcmp(again, text) == 0);
}

static void play_path(struct bytes input, struct pool *pool)
{
	struct ocsp_request request;
	struct bytes text;
	struct buf der;

	if (url_decode(input, false, pool, &text, NULL) != 0)
		return;
	FUZZ_PROMISE(text.size <= input.size);
	buf_init(&der, OCSP_REQUEST_MAX);
	if (base64_read(&der, text, NULL) == 0)
		(void)!ocsp_request_read(&request, buf_get(&der), NULL);
	buf_free(&der);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = {data, size};
	struct pool *pool = pool_new(1u << 22);
	char *text;

	FUZZ_PROMISE(pool != NULL);
	text = pool_text(pool, input);
	FUZZ_PROMISE(text != NULL || size > 1u << 21);
	play_cookie(input);
	if (text != NULL)
		play_text(text);
	play_path(input, pool);
	pool_free(&pool);
	return 0;
}
