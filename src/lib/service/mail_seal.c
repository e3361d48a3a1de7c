/* Sealing and opening the details of mails. */
#include "mail_seal.h"

#include "cipher.h"
#include "digest.h"
#include "text_code.h"

#include <string.h>

#define STORAGE_KEY_SIZE 32
#define CONTEXT_MAX 4096

int mail_key_derive(const struct secret *storage_key, struct secret *key, struct err *err)
{
	if (storage_key->size != STORAGE_KEY_SIZE)
		return err_set(err, HF_SETTING, "the storage key has %zu bytes, not %d", storage_key->size, STORAGE_KEY_SIZE);
	return kdf_sm3(storage_key, "hufu-mail-detail", BYTES_NONE, key, err);
}

/* Whoever can change the outbox must not be able to send a code elsewhere, in other words or with other links. */
static int context_of(const struct mail *mail, struct buf *context, struct err *err)
{
	const char *const texts[] = {mail_kind_names[mail->kind], mail->address, mail->number, mail->origin};
	int rc = buf_append_u64(context, (uint64_t)mail->id, err);

	for (size_t i = 0; rc == 0 && i < sizeof(texts) / sizeof(texts[0]); i++)
		rc = buf_append(context, (struct bytes){(const uint8_t *)texts[i], strlen(texts[i]) + 1}, err);
	return rc;
}

int mail_detail_seal(const struct secret *key, const struct mail *mail, struct buf *out, struct err *err)
{
	struct bytes text = {(const uint8_t *)mail->detail, strlen(mail->detail) + 1};
	struct buf context, sealed;
	int rc = -1;

	buf_init(&context, CONTEXT_MAX);
	buf_init(&sealed, MAIL_DETAIL_MAX + SEAL_OVERHEAD);
	if (context_of(mail, &context, err) == 0 && seal(key, buf_get(&context), text, &sealed, err) == 0)
		rc = base64_write(out, buf_get(&sealed), err);
	buf_free(&sealed);
	buf_free(&context);
	return rc;
}

int mail_detail_open(const struct secret *key, const struct mail *mail, struct secret *text, struct err *err)
{
	struct buf context, sealed;
	int rc = -1;

	buf_init(&context, CONTEXT_MAX);
	buf_init(&sealed, MAIL_SEALED_MAX);
	if (context_of(mail, &context, err) != 0)
		goto out;
	if (base64_read(&sealed, bytes_text(mail->detail), err) != 0) {
		(void)err_set(err, HF_SEAL_BROKEN, "the detail of mail %lld is not sealed", (long long)mail->id);
		goto out;
	}
	if (unseal(key, buf_get(&context), buf_get(&sealed), text, err) != 0)
		goto out;
	if (text->data[text->size - 1] != '\0') {
		secret_free(text);
		(void)err_set(err, HF_SEAL_BROKEN, "the detail of mail %lld has no end", (long long)mail->id);
		goto out;
	}
	rc = 0;
out:
	buf_free(&sealed);
	buf_free(&context);
	return rc;
}
