/* hufu.ini: what is accepted can be handed to every process. */
#include "fuzz.h"
#include "settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings *s = NULL;
	struct buf lines;

	if (settings_parse(&s, (struct bytes){data, size}, NULL))
		return 0;
	buf_init(&lines, 2 * SETTINGS_FILE_MAX);
	for (size_t i = 0; i < settings_rows; i++)
		FUZZ_PROMISE(settings_section(s, settings_table[i].section, &lines, NULL) == 0 || lines.size > SETTINGS_FILE_MAX);
	buf_free(&lines);
	settings_free(&s);
	return 0;
}
