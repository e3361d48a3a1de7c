/* Sequences of commands to a card application: u16 length and a command each. Each gets a status word, data only with 9000, and
 * whatever was said, the memory file can be read afterwards. */
#include "application.h"
#include "fuzz.h"
#include "vault.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HOLDERS_PIN BYTES_LITERAL("123456")

static void make_file(const char *path)
{
	const struct secret none = {0};
	struct memory_file *file = NULL;
	struct memory m;

	(void)unlink(path);
	memory_init(&m);
	memcpy(m.serial, CARD_SERIAL_PREFIX "1", sizeof(CARD_SERIAL_PREFIX "1"));
	m.pin_state = CARD_PIN_HOLDERS;
	m.tries_left = CARD_PIN_TRIES;
	FUZZ_PROMISE(vault_renew(&m, &none, HOLDERS_PIN, NULL) == 0);
	FUZZ_PROMISE(memory_file_open(&file, path, NULL) == 0 && memory_file_create(file, &m, NULL) == 0);
	memory_file_close(&file);
	memory_free(&m);
}

static void play(struct application *application, struct bytes input)
{
	struct reader r = {input};
	struct bytes command;
	struct buf answer;
	uint16_t size;

	buf_init(&answer, CARD_FRAME_MAX);
	while (reader_u16(&r, &size) == 0 && reader_take(&r, size, &command) == 0) {
		FUZZ_PROMISE(application_answer(application, command, &answer, NULL) == 0);
		FUZZ_PROMISE(answer.size >= 2);
		if (answer.size > 2)
			FUZZ_PROMISE(answer.data[answer.size - 2] == 0x90 && answer.data[answer.size - 1] == 0x00);
	}
	buf_free(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct memory_file *file = NULL;
	struct application *application = NULL;
	struct memory after;
	char path[64], lock[80];

	(void)snprintf(path, sizeof(path), "/tmp/hufu-fuzz-%d.key", (int)getpid());
	(void)snprintf(lock, sizeof(lock), "%s.lock", path);
	make_file(path);
	FUZZ_PROMISE(memory_file_open(&file, path, NULL) == 0 && application_new(&application, file, NULL) == 0);
	play(application, (struct bytes){data, size});
	application_free(&application);
	FUZZ_PROMISE(memory_file_open(&file, path, NULL) == 0 && memory_file_read(file, &after, NULL) == 0);
	memory_free(&after);
	memory_file_close(&file);
	(void)unlink(path);
	(void)unlink(lock);
	return 0;
}
