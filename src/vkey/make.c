/* A new key: no containers, an initial PIN that only its receiver learns. */
#include "make.h"

#include "file.h"
#include "random.h"
#include "vault.h"

#include <string.h>

#define ALPHABET "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
#define INITIAL_PIN_SIZE 8
#define DRAWN_SERIAL_SIZE 12

static int set_names(struct memory *m, const char *label, const char *serial, struct err *err)
{
	char drawn[sizeof(CARD_SERIAL_PREFIX) + DRAWN_SERIAL_SIZE] = CARD_SERIAL_PREFIX;

	if (serial == NULL) {
		random_text(drawn + strlen(CARD_SERIAL_PREFIX), DRAWN_SERIAL_SIZE, ALPHABET);
		serial = drawn;
	}
	if (!memory_serial_valid(bytes_text(serial)))
		return err_set(err, HF_USAGE, "a virtual key's serial number is " CARD_SERIAL_PREFIX " and up to %zu of A-Z 0-9",
		               CARD_SERIAL_MAX - strlen(CARD_SERIAL_PREFIX));
	if (!memory_label_valid(bytes_text(label)))
		return err_set(err, HF_USAGE, "a label is UTF-8 of at most %d bytes without control characters", CARD_LABEL_MAX);
	memcpy(m->serial, serial, strlen(serial) + 1);
	memcpy(m->label, label, strlen(label) + 1);
	return 0;
}

/* Both lines in one write of memory that is wiped. */
static int tell(int out, const char *serial, const struct secret *pin, struct err *err)
{
	struct buf lines;
	int result = -1;

	buf_init(&lines, 128);
	if (buf_reserve(&lines, 128, err) == 0 && buf_append_text(&lines, serial, err) == 0 && buf_append_u8(&lines, '\n', err) == 0 &&
	    buf_append(&lines, (struct bytes){pin->data, INITIAL_PIN_SIZE}, err) == 0 && buf_append_u8(&lines, '\n', err) == 0)
		result = file_write_all(out, buf_get(&lines), err);
	buf_wipe(&lines);
	return result;
}

int make_key(const char *path, const char *label, const char *serial, int out, struct err *err)
{
	const struct secret none = {0};
	struct memory_file *file = NULL;
	struct memory m;
	struct secret pin = {0};
	int result = -1;

	memory_init(&m);
	if (set_names(&m, label, serial, err) != 0 || memory_file_open(&file, path, err) != 0 ||
	    secret_new(&pin, INITIAL_PIN_SIZE + 1, err) != 0)
		goto out;
	random_text((char *)pin.data, INITIAL_PIN_SIZE, ALPHABET);
	m.tries_left = CARD_PIN_TRIES;
	if (vault_renew(&m, &none, (struct bytes){pin.data, INITIAL_PIN_SIZE}, err) != 0 || memory_file_create(file, &m, err) != 0)
		goto out;
	result = tell(out, m.serial, &pin, err);
out:
	secret_free(&pin);
	memory_file_close(&file);
	memory_free(&m);
	return result;
}
