/* A new key, or one that changes hands: an initial PIN that only its receiver learns. */
#include "make.h"

#include "file.h"
#include "random.h"
#include "vault.h"

#include <string.h>
#include <unistd.h>

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

/* A drawn PIN with all its tries; the keys are sealed anew. */
static int renew_initial(struct memory *m, const struct secret *master, struct secret *pin, struct err *err)
{
	if (secret_new(pin, INITIAL_PIN_SIZE + 1, err) != 0)
		return -1;
	random_text((char *)pin->data, INITIAL_PIN_SIZE, ALPHABET);
	m->tries_left = CARD_PIN_TRIES;
	return vault_renew(m, master, (struct bytes){pin->data, INITIAL_PIN_SIZE}, err);
}

int make_key(const char *path, const struct make_plan *plan, int out, struct err *err)
{
	const struct secret none = {0};
	struct memory_file *file = NULL;
	struct memory m;
	struct secret pin = {0};
	int result = -1;

	memory_init(&m);
	if (plan->to_prepare)
		m.pin_state = CARD_PIN_HOLDERS;
	if (set_names(&m, plan->label, plan->serial, err) != 0 || memory_file_open(&file, path, err) != 0 ||
	    renew_initial(&m, &none, &pin, err) != 0 || memory_file_create(file, &m, err) != 0)
		goto out;
	result = tell(out, m.serial, &pin, err);
out:
	secret_free(&pin);
	memory_file_close(&file);
	memory_free(&m);
	return result;
}

/* One line, the PIN, from the descriptor; the line's end is not part of it. */
static int read_pin(int in, struct secret *pin, struct err *err)
{
	ssize_t n;

	if (secret_new(pin, CARD_PIN_MAX + 1, err) != 0)
		return -1;
	n = read(in, pin->data, pin->size);
	if (n > 0 && pin->data[n - 1] == '\n')
		n--;
	if (n < 0 || !vault_pin_valid((struct bytes){pin->data, (size_t)n}))
		return err_set(err, HF_PIN_LENGTH, "no PIN on descriptor %d", in);
	pin->size = (size_t)n;
	return 0;
}

/* The try is durably gone before the PIN is looked at, as in VERIFY. */
static int open_with(struct memory_file *file, struct memory *m, const struct secret *pin, struct secret *master, struct err *err)
{
	if (m->tries_left == 0)
		return err_set(err, HF_PIN_LOCKED, "the PIN is blocked");
	m->tries_left--;
	if (memory_file_write(file, m, err) != 0)
		return -1;
	if (vault_open(m, secret_get(pin), master, err) != 0)
		return err->code == HF_PASSPHRASE ? err_set(err, HF_PIN_WRONG, "wrong PIN, %u tries left", m->tries_left) : -1;
	return 0;
}

int make_hand_over(const char *path, int in, int out, struct err *err)
{
	struct memory_file *file = NULL;
	struct memory m;
	struct secret present = {0}, master = {0}, pin = {0};
	int result = -1;

	memory_init(&m);
	if (read_pin(in, &present, err) != 0 || memory_file_open(&file, path, err) != 0 || memory_file_read(file, &m, err) != 0 ||
	    open_with(file, &m, &present, &master, err) != 0)
		goto out;
	m.pin_state = CARD_PIN_INITIAL;
	if (renew_initial(&m, &master, &pin, err) != 0 || memory_file_write(file, &m, err) != 0)
		goto out;
	result = tell(out, m.serial, &pin, err);
out:
	secret_free(&pin);
	secret_free(&master);
	secret_free(&present);
	memory_file_close(&file);
	memory_free(&m);
	return result;
}
