/* The memory in the form of one file, and its containers. */
#include "memory.h"

#include "digest.h"
#include "text_code.h"

#include <string.h>

#define MAGIC BYTES_LITERAL("hufu-vkey-1\n")
#define KEY_SIZE (SM2_POINT_SIZE + MEMORY_SEALED_SIZE)

static void init_container(struct memory_container *c)
{
	memset(c, 0, sizeof(*c));
	for (size_t use = 0; use < MEMORY_USES; use++)
		buf_init(&c->certificates[use], CARD_CERTIFICATE_MAX);
}

static void free_container(struct memory_container *c)
{
	for (size_t use = 0; use < MEMORY_USES; use++)
		buf_free(&c->certificates[use]);
	init_container(c);
}

void memory_init(struct memory *m)
{
	memset(m, 0, sizeof(*m));
	m->pin_state = CARD_PIN_INITIAL;
	m->next_number = 1;
	buf_init(&m->sealed_master, MEMORY_SEALED_MASTER_MAX);
	for (size_t i = 0; i < CARD_CONTAINERS_MAX; i++)
		init_container(&m->containers[i]);
}

void memory_free(struct memory *m)
{
	buf_free(&m->sealed_master);
	for (size_t i = 0; i < CARD_CONTAINERS_MAX; i++)
		free_container(&m->containers[i]);
	memory_init(m);
}

bool memory_serial_valid(struct bytes serial)
{
	const struct bytes prefix = BYTES_LITERAL(CARD_SERIAL_PREFIX);

	if (serial.size <= prefix.size || serial.size > CARD_SERIAL_MAX || !bytes_equal((struct bytes){serial.data, prefix.size}, prefix))
		return false;
	for (size_t i = 0; i < serial.size; i++)
		if (!(serial.data[i] >= 'A' && serial.data[i] <= 'Z') && !(serial.data[i] >= '0' && serial.data[i] <= '9'))
			return false;
	return true;
}

bool memory_label_valid(struct bytes label)
{
	return label.size <= CARD_LABEL_MAX && text_check(label) == TEXT_FINE;
}

bool memory_name_valid(struct bytes name)
{
	return name.size >= 1 && name.size <= CARD_NAME_MAX && text_check(name) == TEXT_FINE;
}

/* Writing */

static int append_u16(struct buf *out, size_t value, struct err *err)
{
	const uint8_t two[2] = {(uint8_t)(value >> 8 & 0xFF), (uint8_t)(value & 0xFF)};

	return buf_append(out, BYTES_ARRAY(two), err);
}

static int append_short(struct buf *out, const char *text, struct err *err)
{
	if (buf_append_u8(out, (uint8_t)strlen(text), err) != 0)
		return -1;
	return buf_append_text(out, text, err);
}

static int append_long(struct buf *out, struct bytes data, struct err *err)
{
	if (append_u16(out, data.size, err) != 0)
		return -1;
	return buf_append(out, data, err);
}

static int append_key(struct buf *out, const struct memory_key *key, struct err *err)
{
	if (!key->present)
		return append_u16(out, 0, err);
	if (append_u16(out, KEY_SIZE, err) != 0 || buf_append(out, BYTES_ARRAY(key->point), err) != 0)
		return -1;
	return buf_append(out, BYTES_ARRAY(key->sealed), err);
}

static int append_container(struct buf *out, const struct memory_container *c, struct err *err)
{
	if (append_u16(out, c->number, err) != 0 || append_short(out, c->name, err) != 0)
		return -1;
	for (size_t use = 0; use < MEMORY_USES; use++)
		if (append_key(out, &c->keys[use], err) != 0)
			return -1;
	for (size_t use = 0; use < MEMORY_USES; use++)
		if (append_long(out, buf_get(&c->certificates[use]), err) != 0)
			return -1;
	return 0;
}

int memory_encode(const struct memory *m, struct buf *out, struct err *err)
{
	uint8_t check[SM3_SIZE];

	if (buf_append(out, MAGIC, err) != 0 || append_short(out, m->serial, err) != 0 || append_short(out, m->label, err) != 0 ||
	    buf_append_u8(out, (uint8_t)m->pin_state, err) != 0 || buf_append_u8(out, m->tries_left, err) != 0 ||
	    append_long(out, buf_get(&m->sealed_master), err) != 0 || append_u16(out, m->next_number, err) != 0 ||
	    buf_append_u8(out, (uint8_t)m->count, err) != 0)
		return -1;
	for (size_t i = 0; i < m->count; i++)
		if (append_container(out, &m->containers[i], err) != 0)
			return -1;
	sm3(buf_get(out), check);
	return buf_append(out, BYTES_ARRAY(check), err);
}

/* Reading */

static int damaged(struct err *err, const char *what)
{
	return err_set(err, HF_KEY_FILE, "key file: %s", what);
}

static int read_short(struct reader *r, struct bytes *out)
{
	uint8_t n;

	return reader_u8(r, &n) == 0 ? reader_take(r, n, out) : -1;
}

static int read_long(struct reader *r, struct bytes *out)
{
	uint16_t n;

	return reader_u16(r, &n) == 0 ? reader_take(r, n, out) : -1;
}

static void copy_text(char *to, struct bytes text)
{
	if (text.size > 0)
		memcpy(to, text.data, text.size);
	to[text.size] = '\0';
}

static int read_key(struct reader *r, struct memory_key *key, struct err *err)
{
	struct bytes block;

	if (read_long(r, &block) != 0 || (block.size != 0 && block.size != KEY_SIZE))
		return damaged(err, "a key has a wrong size");
	if (block.size == 0)
		return 0;
	memcpy(key->point, block.data, sizeof(key->point));
	memcpy(key->sealed, block.data + sizeof(key->point), sizeof(key->sealed));
	key->present = true;
	return 0;
}

static int read_container(struct reader *r, struct memory *m, struct err *err)
{
	struct memory_container *c = &m->containers[m->count];
	struct bytes name, certificate;

	if (reader_u16(r, &c->number) != 0 || read_short(r, &name) != 0)
		return damaged(err, "it ends within a container");
	if (c->number == 0 || (m->next_number != 0 && c->number >= m->next_number) ||
	    (m->count > 0 && c->number <= m->containers[m->count - 1].number))
		return damaged(err, "the numbers of the containers do not rise");
	if (!memory_name_valid(name) || memory_find_name(m, name) != NULL)
		return damaged(err, "the name of a container is wrong or there twice");
	copy_text(c->name, name);
	for (size_t use = 0; use < MEMORY_USES; use++)
		if (read_key(r, &c->keys[use], err) != 0)
			return -1;
	for (size_t use = 0; use < MEMORY_USES; use++) {
		if (read_long(r, &certificate) != 0 || certificate.size > CARD_CERTIFICATE_MAX)
			return damaged(err, "a certificate has a wrong size");
		if (buf_append(&c->certificates[use], certificate, err) != 0)
			return -1;
	}
	m->count++;
	return 0;
}

static int read_head(struct reader *r, struct memory *m, uint8_t *count, struct err *err)
{
	struct bytes magic, serial, label, master;
	uint8_t pin_state;

	if (reader_take(r, MAGIC.size, &magic) != 0 || !bytes_equal(magic, MAGIC))
		return damaged(err, "it is none, or of another version");
	if (read_short(r, &serial) != 0 || !memory_serial_valid(serial) || read_short(r, &label) != 0 || !memory_label_valid(label))
		return damaged(err, "serial number or label are wrong");
	copy_text(m->serial, serial);
	copy_text(m->label, label);
	if (reader_u8(r, &pin_state) != 0 || (pin_state != CARD_PIN_INITIAL && pin_state != CARD_PIN_HOLDERS) ||
	    reader_u8(r, &m->tries_left) != 0 || m->tries_left > CARD_PIN_TRIES)
		return damaged(err, "the state of the PIN is wrong");
	m->pin_state = pin_state;
	if (read_long(r, &master) != 0 || master.size == 0 || master.size > MEMORY_SEALED_MASTER_MAX)
		return damaged(err, "the sealed master has a wrong size");
	if (reader_u16(r, &m->next_number) != 0 || reader_u8(r, count) != 0 || *count > CARD_CONTAINERS_MAX)
		return damaged(err, "the number of containers is wrong");
	return buf_append(&m->sealed_master, master, err);
}

static int read_all(struct bytes file, struct memory *m, struct err *err)
{
	struct reader r = {file};
	uint8_t count, check[SM3_SIZE];

	if (file.size < SM3_SIZE)
		return damaged(err, "it is too short");
	r.rest.size -= SM3_SIZE;
	sm3(r.rest, check);
	if (!bytes_equal(BYTES_ARRAY(check), (struct bytes){file.data + r.rest.size, SM3_SIZE}))
		return damaged(err, "it was damaged (its check value does not fit)");
	if (read_head(&r, m, &count, err) != 0)
		return -1;
	for (uint8_t i = 0; i < count; i++)
		if (read_container(&r, m, err) != 0)
			return -1;
	return r.rest.size == 0 ? 0 : damaged(err, "there is something after its end");
}

int memory_decode(struct memory *m, struct bytes file, struct err *err)
{
	memory_init(m);
	if (read_all(file, m, err) == 0)
		return 0;
	memory_free(m);
	return -1;
}

/* Containers */

struct memory_container *memory_find(struct memory *m, uint16_t number)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->containers[i].number == number)
			return &m->containers[i];
	return NULL;
}

struct memory_container *memory_find_name(struct memory *m, struct bytes name)
{
	for (size_t i = 0; i < m->count; i++)
		if (bytes_is_text(name, m->containers[i].name))
			return &m->containers[i];
	return NULL;
}

struct memory_container *memory_add(struct memory *m, struct bytes name)
{
	struct memory_container *c;

	if (m->count == CARD_CONTAINERS_MAX || m->next_number == 0)
		return NULL;
	c = &m->containers[m->count++];
	c->number = m->next_number++; /* runs out at 0 */
	copy_text(c->name, name);
	return c;
}

void memory_remove(struct memory *m, uint16_t number)
{
	struct memory_container *c = memory_find(m, number);
	size_t at;

	if (c == NULL)
		return;
	at = (size_t)(c - m->containers);
	free_container(c);
	memmove(c, c + 1, (m->count - at - 1) * sizeof(*c));
	m->count--;
	init_container(&m->containers[m->count]);
}
