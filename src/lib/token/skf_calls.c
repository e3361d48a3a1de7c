/* What every call to a vendor's library has in common. */
#include "skf_calls.h"

#include "text_code.h"

#include <string.h>

static const struct {
	ULONG result;
	enum err_code code;
	const char *text;
} results[] = {
    {SAR_DEVICE_REMOVED, HF_KEY_ABSENT, "the key was pulled out"},
    {SAR_TIMEOUTERR, HF_KEY_BUSY, "another program holds the key, or it does not answer"},
    {SAR_NOTSUPPORTYETERR, HF_NOT_SUPPORTED, "the key's library does not have this function"},
    {SAR_MEMORYERR, HF_MEMORY, "the key's library is out of memory"},
    {SAR_PIN_INCORRECT, HF_PIN_WRONG, "wrong PIN"},
    {SAR_PIN_LOCKED, HF_PIN_LOCKED, "the PIN is locked"},
    {SAR_PIN_INVALID, HF_PIN_LENGTH, "the PIN has a character that the key does not take"},
    {SAR_PIN_LEN_RANGE, HF_PIN_LENGTH, "the PIN is too short or too long"},
    {SAR_USER_PIN_NOT_INITIALIZED, HF_PIN_NOT_SET, "the key has no PIN yet"},
    {SAR_USER_NOT_LOGGED_IN, HF_PIN_NEEDED, "the PIN was not verified"},
    {SAR_HUFU_PIN_CHANGE_FIRST, HF_PIN_CHANGE_FIRST, "the PIN is the one given at making"},
    {SAR_HUFU_PIN_SAME, HF_PIN_SAME, "the new PIN is the old one"},
    {SAR_FILE_ALREADY_EXIST, HF_EXISTS, "it is there already"},
    {SAR_NO_ROOM, HF_KEY_FULL, "the key is full"},
    {SAR_REACH_MAX_CONTAINER_COUNT, HF_KEY_FULL, "the key holds no more containers"},
    {SAR_KEYNOTFOUNTERR, HF_CONTAINER, "the container has no such key"},
    {SAR_CERTNOTFOUNTERR, HF_CONTAINER, "the container has no such certificate"},
    {SAR_FILE_NOT_EXIST, HF_CONTAINER, "there is no such container"},
    {SAR_NOT_EVENTERR, HF_KEY_TIME_OUT, "the wait was ended"},
};

int skf_check(ULONG result, const char *what, struct err *err)
{
	if (result == SAR_OK)
		return 0;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++)
		if (results[i].result == result)
			return err_set(err, results[i].code, "SKF_%s: %s (GM/T 0016 annex A: %08X)", what, results[i].text, result);
	return err_set(err, HF_KEY_ANSWER, "SKF_%s failed (GM/T 0016 annex A: %08X)", what, result);
}

bool skf_next_name(struct bytes list, size_t *at, struct bytes *name)
{
	const uint8_t *start = list.data + *at;
	const uint8_t *end = *at < list.size ? memchr(start, 0, list.size - *at) : NULL;

	if (end == NULL || end == start)
		return false;
	*name = (struct bytes){start, (size_t)(end - start)};
	*at += name->size + 1;
	return true;
}

int skf_copy_text(char *to, const char *from, size_t size, struct err *err)
{
	struct bytes text = {(const uint8_t *)from, strnlen(from, size)};

	if (text_check(text) != TEXT_FINE)
		return err_set(err, HF_KEY_ANSWER, "the key gives a text that is no clean UTF-8");
	memcpy(to, from, text.size);
	to[text.size] = '\0';
	return 0;
}
