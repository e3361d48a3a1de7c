/* One table for the card's words, one for error codes. */
#include "result.h"

#include "card_profile.h"

#include <string.h>

static const struct {
	uint16_t word;
	ULONG result;
} words[] = {
    {CARD_DONE, SAR_OK},
    {CARD_MEMORY_FAILED, SAR_WRITEFILEERR},
    {CARD_WRONG_LENGTH, SAR_INDATALENERR},
    {CARD_PIN_NEEDED, SAR_USER_NOT_LOGGED_IN},
    {CARD_PIN_BLOCKED, SAR_PIN_LOCKED},
    {CARD_NOT_SELECTED, SAR_KEYNOTFOUNTERR},
    {CARD_PIN_CHANGE_FIRST, SAR_HUFU_PIN_CHANGE_FIRST},
    {CARD_PIN_SAME, SAR_HUFU_PIN_SAME},
    {CARD_WRONG_DATA, SAR_INDATAERR},
    {CARD_NOT_SUPPORTED, SAR_NOTSUPPORTYETERR},
    {CARD_NOT_FOUND, SAR_FILE_NOT_EXIST},
    {CARD_NO_ROOM, SAR_REACH_MAX_CONTAINER_COUNT},
    {CARD_NO_OBJECT, SAR_KEYNOTFOUNTERR},
    {CARD_EXISTS, SAR_FILE_ALREADY_EXIST},
};

static const struct {
	enum err_code code;
	ULONG result;
} codes[] = {
    {HF_KEY_ABSENT, SAR_DEVICE_REMOVED}, {HF_KEY_BUSY, SAR_TIMEOUTERR}, {HF_KEY_TIME_OUT, SAR_TIMEOUTERR}, {HF_KEY_ANSWER, SAR_UNKNOWNERR},
    {HF_MEMORY, SAR_MEMORYERR},          {HF_LIMIT, SAR_INDATALENERR},  {HF_ENVELOPE, SAR_INDATAERR},
};

ULONG result_of_word(uint16_t word)
{
	if ((word & 0xFFF0) == CARD_TRIES_LEFT)
		return SAR_PIN_INCORRECT;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].word == word)
			return words[i].result;
	return SAR_FAIL;
}

ULONG result_of_error(const struct err *err)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].code == err->code)
			return codes[i].result;
	return SAR_FAIL;
}

ULONG result_give(struct bytes data, void *out, ULONG *size)
{
	ULONG room = *size;

	*size = (ULONG)data.size;
	if (out == NULL)
		return SAR_OK;
	if (room < data.size)
		return SAR_BUFFER_TOO_SMALL;
	if (data.size > 0)
		memcpy(out, data.data, data.size);
	return SAR_OK;
}
