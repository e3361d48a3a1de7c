/* Canonical JSON texts and the signatures over them. */
#include "signed_text.h"

#include "text_code.h"

static const struct {
	const char *prefix;
	enum err_code fault;
} kinds[] = {
    [SIGNED_ORDER] = {"hufu-order-v1\n", HF_ORDER_SIGNATURE},       [SIGNED_RECEIPT] = {"hufu-receipt-v1\n", HF_ORDER_SIGNATURE},
    [SIGNED_WARRANT] = {"hufu-warrant-v1\n", HF_WARRANT_SIGNATURE}, [SIGNED_FEED] = {"hufu-feed-v1\n", HF_FEED_SIGNATURE},
    [SIGNED_ORIGINS] = {"hufu-origins-v1\n", HF_LIST_SIGNATURE},
};

static int check_text(struct bytes text, struct err *err)
{
	switch (text_check_nfc(text)) {
	case TEXT_FINE:
		return 0;
	case TEXT_NOT_UTF8:
		return err_set(err, HF_ORDER_NOT_CANONICAL, "not UTF-8 (order.md 1)");
	case TEXT_CONTROL:
		return err_set(err, HF_ORDER_CHARACTER, "a control character (order.md 1)");
	case TEXT_BIDI:
		return err_set(err, HF_ORDER_CHARACTER, "a bidirectional control (order.md 1)");
	case TEXT_NOT_NFC:
		return err_set(err, HF_ORDER_CHARACTER, "not in normal form C (order.md 1)");
	}
	return err_set(err, HF_ORDER_CHARACTER, "a character that no order may hold (order.md 1)");
}

static int check_value(const struct json *value, struct err *err);

static int check_member(void *ctx, const char *name, const struct json *value, struct err *err)
{
	(void)ctx;
	if (check_text(bytes_text(name), err) < 0)
		return -1;
	return check_value(value, err);
}

static int check_value(const struct json *value, struct err *err)
{
	struct bytes text;

	switch (json_kind_of(value)) {
	case JSON_KIND_OBJECT:
		return json_each(value, check_member, NULL, err);
	case JSON_KIND_ARRAY:
		for (size_t i = 0; i < json_count(value); i++) {
			if (check_value(json_item(value, i), err) < 0)
				return -1;
		}
		return 0;
	case JSON_KIND_STRING:
		if (json_as_text(value, &text, err) < 0)
			return -1;
		return check_text(text, err);
	case JSON_KIND_INTEGER:
		return 0;
	default:
		return err_set(err, HF_ORDER_NOT_CANONICAL, "true, false or null (order.md 1)");
	}
}

int signed_text_read(struct json **root, struct bytes text, size_t max, struct err *err)
{
	struct json *read = NULL;
	struct json_form form;
	struct err cause = {ERR_NONE};
	int result = -1;

	/* Before the reader: raw control characters deserve their own name. */
	if (check_text(text, err) < 0)
		return -1;
	if (json_read(&read, text, max, &cause) < 0)
		return err_set(err, cause.code == HF_MEMORY ? HF_MEMORY : HF_ORDER_NOT_CANONICAL, "%s (order.md 1)", cause.text);
	form = json_form_get(read);
	if (json_kind_of(read) != JSON_KIND_OBJECT)
		err_set(err, HF_ORDER_NOT_CANONICAL, "no object (order.md 1)");
	else if ((form.escapes || form.words) && check_value(read, err) < 0) /* an escaped control character is one all the same */
		result = -1;
	else if (!form.canonical)
		err_set(err, HF_ORDER_NOT_CANONICAL, "written canonically it is another text (order.md 1)");
	else
		result = 0;
	if (result == 0)
		*root = read;
	else
		json_free(&read);
	return result;
}

int signed_text_message(enum signed_kind kind, struct bytes text, struct buf *out, struct err *err)
{
	struct bytes prefix = bytes_text(kinds[kind].prefix);

	if (buf_reserve(out, prefix.size + text.size, err) < 0 || buf_append(out, prefix, err) < 0)
		return -1;
	return buf_append(out, text, err);
}

int signed_text_sign(enum signed_kind kind, const struct sm2_private *key, struct bytes text, struct buf *signature, struct err *err)
{
	struct buf message;
	int result = -1;

	buf_init(&message, text.size + 32);
	if (signed_text_message(kind, text, &message, err) < 0)
		goto out;
	result = sm2_sign(key, buf_get(&message), signature, err);
out:
	buf_free(&message);
	return result;
}

int signed_text_verify(enum signed_kind kind, const struct sm2_public *key, struct bytes text, struct bytes signature, struct err *err)
{
	struct err cause;
	struct buf message;
	int result = -1;

	buf_init(&message, text.size + 32);
	err_clear(&cause);
	if (signed_text_message(kind, text, &message, err) < 0)
		goto out;
	if (sm2_verify(key, buf_get(&message), signature, &cause) < 0) {
		err_set(err, cause.code == HF_CERT_SIGNATURE ? kinds[kind].fault : cause.code, "%s", cause.text);
		goto out;
	}
	result = 0;
out:
	buf_free(&message);
	return result;
}
