/* Serial numbers of certificates: 128 random bits. doc/protocol/certificate.md 2 */
#ifndef HUFU_PKI_SERIAL_H
#define HUFU_PKI_SERIAL_H

#include "bytes.h"

#define SERIAL_SIZE 16
#define SERIAL_TEXT_SIZE 33 /* 32 lower-case digits and a NUL */

/* A positive number, big endian. The first byte is never 00, so that the number always has these 16 bytes; where its top bit is set,
 * DER puts a 00 before it (X.690 8.3), which belongs to the encoding and not to the number: the text never shows it. */
struct serial {
	uint8_t bytes[SERIAL_SIZE];
};

void serial_draw(struct serial *serial);
struct bytes serial_get(const struct serial *serial); /* lends */
bool serial_equal(const struct serial *a, const struct serial *b);
int serial_compare(const void *a, const void *b); /* ascending, for qsort and bsearch */
void serial_text(const struct serial *serial, char text[SERIAL_TEXT_SIZE]);
/* Exactly 32 lower-case digits, not beginning with 00. */
int serial_from_text(struct serial *serial, struct bytes text) MUST_CHECK;
/* From an INTEGER's magnitude; -1 when it has not exactly 16 bytes, as numbers of other issuers may. */
int serial_from_magnitude(struct serial *serial, struct bytes magnitude) MUST_CHECK;

#endif
