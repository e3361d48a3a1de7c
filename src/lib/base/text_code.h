/* Text forms of bytes (hex, base64, base64url) and what a text may hold (UTF-8, control and bidi characters). */
#ifndef HUFU_BASE_TEXT_CODE_H
#define HUFU_BASE_TEXT_CODE_H

#include "bytes.h"

/* Writes 2*n lower-case digits and a NUL. */
void hex_write(char *out, const uint8_t *data, size_t n);
/* Exactly 2*n digits, lower case only unless any_case. -1 otherwise. */
int hex_read(uint8_t *out, size_t n, struct bytes text, bool any_case) MUST_CHECK;

/* Standard alphabet with padding (RFC 4648 4) or the URL alphabet without (RFC 4648 5). */
int base64_write(struct buf *out, struct bytes data, struct err *err) MUST_CHECK;
int base64_read(struct buf *out, struct bytes text, struct err *err) MUST_CHECK; /* strict: canonical padding, no white space */
int base64url_write(struct buf *out, struct bytes data, struct err *err) MUST_CHECK;
int base64url_read(struct buf *out, struct bytes text, struct err *err) MUST_CHECK;

/* What a text holds that it should not (first fault found). */
enum text_fault {
	TEXT_FINE = 0,
	TEXT_NOT_UTF8, /* RFC 3629: overlong, surrogate, beyond U+10FFFF */
	TEXT_CONTROL,  /* C0 with NUL, DEL, C1, U+2028/9 */
	TEXT_BIDI,     /* U+061C, U+200E/F, U+202A-E, U+2066-9 */
	TEXT_NOT_NFC   /* only reported by text_check_nfc */
};
enum text_fault text_check(struct bytes text);       /* UTF-8, no control, no bidi */
enum text_fault text_check_lines(struct bytes text); /* as text_check, but LF may stand */
enum text_fault text_check_nfc(struct bytes text);   /* and in Unicode normal form C (libunistring) */
/* Normalises to NFC; the input must be UTF-8. */
int text_to_nfc(struct buf *out, struct bytes text, struct err *err) MUST_CHECK;
size_t text_characters(struct bytes text); /* code points; 0 when empty or not UTF-8 */

#endif
