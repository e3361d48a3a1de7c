/* Serial numbers drawn, compared, and in their text form. */
#include "serial.h"

#include "random.h"
#include "text_code.h"

#include <string.h>

void serial_draw(struct serial *serial)
{
	do {
		random_bytes(serial->bytes, SERIAL_SIZE);
	} while (serial->bytes[0] == 0);
}

struct bytes serial_get(const struct serial *serial)
{
	return BYTES_ARRAY(serial->bytes);
}

bool serial_equal(const struct serial *a, const struct serial *b)
{
	return memcmp(a->bytes, b->bytes, SERIAL_SIZE) == 0;
}

int serial_compare(const void *a, const void *b)
{
	const struct serial *left = a, *right = b;

	return memcmp(left->bytes, right->bytes, SERIAL_SIZE);
}

void serial_text(const struct serial *serial, char text[SERIAL_TEXT_SIZE])
{
	hex_write(text, serial->bytes, SERIAL_SIZE);
}

int serial_from_text(struct serial *serial, struct bytes text)
{
	struct serial read;

	if (hex_read(read.bytes, SERIAL_SIZE, text, false) != 0 || read.bytes[0] == 0)
		return -1;
	*serial = read;
	return 0;
}

int serial_from_magnitude(struct serial *serial, struct bytes magnitude)
{
	if (magnitude.size != SERIAL_SIZE || magnitude.data[0] == 0)
		return -1;
	memcpy(serial->bytes, magnitude.data, SERIAL_SIZE);
	return 0;
}
