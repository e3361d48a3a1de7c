/* GM/T 0016 7.2: the PIN. */
#include "object.h"
#include "secret.h"

#include <string.h>

static const struct apdu ask_tries = {CARD_CLASS, CARD_VERIFY, 0x00, CARD_PIN_REFERENCE, BYTES_NONE, 0};

/* A transaction with the application of the handle. The only PIN is the user's. */
static ULONG begin(HAPPLICATION handle, ULONG pin_type, struct object **application)
{
	ULONG result;

	*application = object_take(handle, OBJECT_APPLICATION);
	if (*application == NULL)
		return SAR_INVALIDHANDLEERR;
	result = pin_type == USER_TYPE ? device_begin((*application)->device) : SAR_USER_TYPE_INVALID;
	if (result != SAR_OK)
		object_release(*application);
	return result;
}

static void end(struct object *application)
{
	device_end(application->device);
	object_release(application);
}

static ULONG get_status(struct device *device, uint8_t status[CARD_STATUS_SIZE])
{
	struct buf value;
	ULONG result;

	buf_init(&value, CARD_FRAME_MAX);
	result = device_get_object(device, CARD_OBJECT_STATUS, &value);
	if (result == SAR_OK && value.size != CARD_STATUS_SIZE)
		result = SAR_UNKNOWNERR;
	if (result == SAR_OK)
		memcpy(status, value.data, CARD_STATUS_SIZE);
	buf_free(&value);
	return result;
}

ULONG SKF_GetPINInfo(HAPPLICATION hApplication, ULONG ulPINType, ULONG *pulMaxRetryCount, ULONG *pulRemainRetryCount, BOOL *pbDefaultPin)
{
	struct object *application;
	uint8_t status[CARD_STATUS_SIZE];
	ULONG result;

	if (pulMaxRetryCount == NULL || pulRemainRetryCount == NULL || pbDefaultPin == NULL)
		return SAR_INVALIDPARAMERR;
	result = begin(hApplication, ulPINType, &application);
	if (result != SAR_OK)
		return result;
	result = get_status(application->device, status);
	if (result == SAR_OK) {
		*pbDefaultPin = status[0] == CARD_PIN_INITIAL;
		*pulRemainRetryCount = status[1];
		*pulMaxRetryCount = status[2];
	}
	end(application);
	return result;
}

static bool has_pin_length(const char *pin)
{
	size_t n = strlen(pin);

	return n >= CARD_PIN_MIN && n <= CARD_PIN_MAX;
}

/* Sends a command that looks at the PIN; *tries is what is left after it. */
static ULONG try_pin(struct device *device, const struct apdu *command, ULONG *tries)
{
	struct buf none;
	uint16_t word = 0;
	ULONG result;

	buf_init(&none, CARD_FRAME_MAX);
	result = device_ask(device, command, &none, &word);
	buf_free(&none);
	if (result != SAR_OK)
		return result;
	result = result_of_word(word);
	if (result == SAR_OK)
		*tries = CARD_PIN_TRIES;
	else if (result == SAR_PIN_INCORRECT)
		*tries = word & 0x0F;
	else if (result == SAR_PIN_LOCKED)
		*tries = 0;
	return result == SAR_INDATAERR ? SAR_PIN_INVALID : result;
}

ULONG SKF_VerifyPIN(HAPPLICATION hApplication, ULONG ulPINType, LPSTR szPIN, ULONG *pulRetryCount)
{
	struct apdu verify = ask_tries;
	struct object *application;
	ULONG result;

	if (szPIN == NULL || pulRetryCount == NULL)
		return SAR_INVALIDPARAMERR;
	if (!has_pin_length(szPIN))
		return SAR_PIN_LEN_RANGE;
	result = begin(hApplication, ulPINType, &application);
	if (result != SAR_OK)
		return result;
	verify.data = bytes_text(szPIN);
	result = try_pin(application->device, &verify, pulRetryCount);
	device_set_verified(application->device, result == SAR_OK);
	end(application);
	return result;
}

/* One byte of size, the old PIN, the new PIN. */
static struct bytes write_change(uint8_t data[1 + 2 * CARD_PIN_MAX], const char *old_pin, const char *new_pin)
{
	size_t old_size = strlen(old_pin), new_size = strlen(new_pin);

	data[0] = (uint8_t)old_size;
	memcpy(data + 1, old_pin, old_size);
	memcpy(data + 1 + old_size, new_pin, new_size);
	return (struct bytes){data, 1 + old_size + new_size};
}

ULONG SKF_ChangePIN(HAPPLICATION hApplication, ULONG ulPINType, LPSTR szOldPin, LPSTR szNewPin, ULONG *pulRetryCount)
{
	struct apdu change = {CARD_CLASS, CARD_CHANGE_PIN, 0x00, CARD_PIN_REFERENCE, BYTES_NONE, 0};
	uint8_t data[1 + 2 * CARD_PIN_MAX];
	struct object *application;
	ULONG result;

	if (szOldPin == NULL || szNewPin == NULL || pulRetryCount == NULL)
		return SAR_INVALIDPARAMERR;
	if (!has_pin_length(szOldPin) || !has_pin_length(szNewPin))
		return SAR_PIN_LEN_RANGE;
	result = begin(hApplication, ulPINType, &application);
	if (result != SAR_OK)
		return result;
	change.data = write_change(data, szOldPin, szNewPin);
	result = try_pin(application->device, &change, pulRetryCount);
	secret_wipe(data, sizeof(data));
	if (result == SAR_OK || result == SAR_PIN_INCORRECT || result == SAR_PIN_LOCKED)
		device_set_verified(application->device, false);
	end(application);
	return result;
}

ULONG SKF_ClearSecureState(HAPPLICATION hApplication)
{
	const struct apdu forget = {CARD_CLASS, CARD_VERIFY, 0xFF, CARD_PIN_REFERENCE, BYTES_NONE, 0};
	struct object *application;
	ULONG result = begin(hApplication, USER_TYPE, &application);

	if (result != SAR_OK)
		return result;
	result = device_tell(application->device, &forget);
	device_set_verified(application->device, false);
	end(application);
	return result;
}
