/* The PIN of a key: state, verification, change. */
#include "skf_calls.h"

#include <string.h>

int token_info_get(struct token *token, struct token_info *info, struct err *err)
{
	ULONG max = 0, left = 0;
	BOOL is_default = FALSE;

	*info = token->info;
	if (skf_check(token->library->skf.GetPINInfo(token->application, USER_TYPE, &max, &left, &is_default), "GetPINInfo", err) != 0)
		return -1;
	info->tries_max = max;
	info->tries_left = left;
	if (left == 0)
		info->pin = TOKEN_PIN_LOCKED;
	else
		info->pin = is_default ? TOKEN_PIN_CHANGE_FIRST : TOKEN_PIN_SET;
	return 0;
}

/* With the NUL that the standard wants, in memory that is wiped. */
static int terminate(const struct secret *pin, struct secret *text, struct err *err)
{
	if (pin->size < TOKEN_PIN_MIN || pin->size > TOKEN_PIN_MAX)
		return err_set(err, HF_PIN_LENGTH, "a PIN has %d to %d characters", TOKEN_PIN_MIN, TOKEN_PIN_MAX);
	if (memchr(pin->data, 0, pin->size) != NULL)
		return err_set(err, HF_PIN_LENGTH, "a PIN has no NUL");
	if (secret_new(text, pin->size + 1, err) != 0)
		return -1;
	memcpy(text->data, pin->data, pin->size);
	return 0;
}

/* The library's count is of use only after a wrong PIN. */
static int judge(ULONG result, ULONG count, const struct token_info *before, const char *what, uint32_t *tries_left, struct err *err)
{
	if (result == SAR_OK)
		*tries_left = before->tries_max;
	else if (result == SAR_PIN_INCORRECT)
		*tries_left = count;
	else if (result == SAR_PIN_LOCKED)
		*tries_left = 0;
	if (result == SAR_PIN_INCORRECT && count == 0)
		result = SAR_PIN_LOCKED;
	return skf_check(result, what, err);
}

int token_verify_pin(struct token *token, const struct secret *pin, uint32_t *tries_left, struct err *err)
{
	struct secret text = {0};
	struct token_info before;
	ULONG count = 0, done;
	int result = -1;

	*tries_left = 0;
	if (token_info_get(token, &before, err) != 0)
		return -1;
	*tries_left = before.tries_left;
	if (terminate(pin, &text, err) != 0)
		return -1;
	done = token->library->skf.VerifyPIN(token->application, USER_TYPE, (LPSTR)text.data, &count);
	result = judge(done, count, &before, "VerifyPIN", tries_left, err);
	token->verified = result == 0;
	secret_free(&text);
	return result;
}

int token_change_pin(struct token *token, const struct secret *old_pin, const struct secret *new_pin, uint32_t *tries_left, struct err *err)
{
	struct secret old_text = {0}, new_text = {0};
	struct token_info before;
	ULONG count = 0, done;
	int result = -1;

	*tries_left = 0;
	if (token_info_get(token, &before, err) != 0)
		return -1;
	*tries_left = before.tries_left;
	if (bytes_equal_secret(secret_get(old_pin), secret_get(new_pin)))
		return err_set(err, HF_PIN_SAME, "the new PIN is the old one");
	if (terminate(old_pin, &old_text, err) != 0 || terminate(new_pin, &new_text, err) != 0)
		goto out;
	done = token->library->skf.ChangePIN(token->application, USER_TYPE, (LPSTR)old_text.data, (LPSTR)new_text.data, &count);
	result = judge(done, count, &before, "ChangePIN", tries_left, err);
	/* Libraries differ in whether a change verifies. */
	token->verified = token->verified || result == 0;
	if (result == 0)
		token_forget_pin(token);
out:
	secret_free(&old_text);
	secret_free(&new_text);
	return result;
}

void token_forget_pin(struct token *token)
{
	if (token->verified)
		(void)token->library->skf.ClearSecureState(token->application);
	token->verified = false;
}
