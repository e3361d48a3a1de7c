/* Making and checking resume codes. */
#include "resume_code.h"

#include "digest.h"
#include "notice.h"
#include "random.h"
#include "service_state.h"

#include <ctype.h>
#include <string.h>

static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"; /* nothing that is misread: 0 1 I L O */

static int code_hash(const struct service *s, const char *application, const char *code, uint8_t hash[SM3_SIZE], struct err *err)
{
	struct buf text;
	int rc = -1;

	buf_init(&text, APPLICATION_ID_SIZE + RESUME_CODE_SIZE);
	if (buf_append_text(&text, application, err) == 0 && buf_append_text(&text, code, err) == 0)
		rc = hmac_sm3(&s->code_key, buf_get(&text), hash, err);
	buf_wipe(&text);
	return rc;
}

int resume_code_send(const struct service *s, struct connection *c, const struct application *application, int64_t now, struct err *err)
{
	char code[RESUME_CODE_SIZE + 1];
	uint8_t hash[SM3_SIZE];
	int rc = -1;

	random_text(code, RESUME_CODE_SIZE, alphabet);
	if (code_hash(s, application->id, code, hash, err) == 0 &&
	    query_run_one(c, SQL_APPLICATION_SET_CODE,
	                  VALUES(value_text(application->id), value_bytes(BYTES_ARRAY(hash)),
	                         value_integer(now + s->settings.code_hours * (int64_t)3600)),
	                  err) == 0)
		rc = notice_put(c, s, MAIL_CODE, application, code, now, err);
	secret_wipe(code, sizeof(code));
	return rc;
}

/* False when it cannot be a code at all. */
static bool code_normal(const char *typed, char code[RESUME_CODE_SIZE + 1])
{
	size_t n = 0;

	for (; *typed != '\0'; typed++) {
		char letter = (char)toupper((unsigned char)*typed);
		if (letter == ' ' || letter == '-')
			continue;
		if (n == RESUME_CODE_SIZE || strchr(alphabet, letter) == NULL)
			return false;
		code[n++] = letter;
	}
	code[n] = '\0';
	return n == RESUME_CODE_SIZE;
}

int resume_code_find(struct connection *c, const struct application *application, int64_t now, struct pool *pool, struct bytes *hash,
                     struct err *err)
{
	*hash = BYTES_NONE;
	if (query_bytes(c, SQL_APPLICATION_CODE, VALUES(value_text(application->id), value_integer(now)), pool, hash, err) == 0)
		return 0;
	return err->code == HF_NOT_FOUND ? 0 : -1;
}

int resume_code_fits(const struct service *s, const struct application *application, struct bytes hash, const char *typed, bool *fits,
                     struct err *err)
{
	char code[RESUME_CODE_SIZE + 1];
	uint8_t own[SM3_SIZE];
	int rc;

	*fits = false;
	if (hash.size == 0 || !code_normal(typed, code))
		return 0;
	rc = code_hash(s, application->id, code, own, err);
	if (rc == 0)
		*fits = bytes_equal_secret(hash, BYTES_ARRAY(own));
	secret_wipe(code, sizeof(code));
	return rc;
}
