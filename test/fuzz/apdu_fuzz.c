/* APDUs: what is read, built again and read again, is the same; answers have a status word or are refused. */
#include "apdu.h"
#include "card_profile.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct apdu command, again;
	struct bytes rest;
	struct buf built;
	uint16_t word;

	if (apdu_split_answer((struct bytes){data, size}, &rest, &word, NULL) == 0)
		FUZZ_PROMISE(rest.size + 2 == size);
	if (apdu_parse((struct bytes){data, size}, &command, NULL) != 0)
		return 0;
	FUZZ_PROMISE(command.data.size <= CARD_DATA_MAX && command.le <= APDU_LE_MAX);
	buf_init(&built, CARD_FRAME_MAX);
	FUZZ_PROMISE(apdu_build(&command, &built, NULL) == 0);
	FUZZ_PROMISE(apdu_parse(buf_get(&built), &again, NULL) == 0);
	FUZZ_PROMISE(again.ins == command.ins && again.le == command.le && bytes_equal(again.data, command.data));
	buf_free(&built);
	return 0;
}
