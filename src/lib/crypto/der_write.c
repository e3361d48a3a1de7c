/* Writes the few DER structures that keys need. */
#include "der.h"

#include "clock.h"

#include <stdio.h>
#include <string.h>

void der_start(struct der_writer *w, struct buf *out)
{
	*w = (struct der_writer){.out = out};
}

static void fail(struct der_writer *w)
{
	w->failed = true;
}

int der_finish(struct der_writer *w, struct err *err)
{
	if (!w->failed && w->depth != 0) {
		err_set(&w->err, HF_SYSTEM, "DER element left open");
		fail(w);
	}
	if (!w->failed)
		return 0;
	if (err != NULL)
		*err = w->err;
	return -1;
}

static void append(struct der_writer *w, struct bytes add)
{
	if (!w->failed && buf_append(w->out, add, &w->err) != 0)
		fail(w);
}

static void append_u8(struct der_writer *w, uint8_t octet)
{
	append(w, (struct bytes){&octet, 1});
}

/* The octets of a length: one below 128, else a count and the big-endian value. Returns how many. */
static size_t encode_length(size_t length, uint8_t octets[1 + sizeof(size_t)])
{
	size_t n = 0;

	if (length < 0x80) {
		octets[0] = (uint8_t)length;
		return 1;
	}
	for (size_t rest = length; rest != 0; rest >>= 8)
		n++;
	octets[0] = (uint8_t)(0x80 | n);
	for (size_t i = 0; i < n; i++)
		octets[n - i] = (uint8_t)(length >> (8 * i));
	return 1 + n;
}

void der_open(struct der_writer *w, uint8_t tag)
{
	if (!w->failed && w->depth == DER_DEPTH_MAX) {
		err_set(&w->err, HF_LIMIT, "DER nested too deeply");
		fail(w);
	}
	append_u8(w, tag);
	append_u8(w, 0);
	if (!w->failed)
		w->open[w->depth++] = w->out->size - 1;
}

/* The length octet was left for a short length; a longer one pushes the content back. */
void der_close(struct der_writer *w)
{
	uint8_t octets[1 + sizeof(size_t)];

	if (w->failed)
		return;
	size_t at = w->open[--w->depth];
	size_t length = w->out->size - at - 1;
	size_t n = encode_length(length, octets);
	if (n > 1 && buf_append(w->out, (struct bytes){octets, n - 1}, &w->err) != 0) {
		fail(w);
		return;
	}
	memmove(w->out->data + at + n, w->out->data + at + 1, length);
	memcpy(w->out->data + at, octets, n);
}

void der_put(struct der_writer *w, uint8_t tag, struct bytes content)
{
	uint8_t octets[1 + sizeof(size_t)];
	size_t n = encode_length(content.size, octets);

	append_u8(w, tag);
	append(w, (struct bytes){octets, n});
	append(w, content);
}

void der_put_element(struct der_writer *w, struct bytes element)
{
	append(w, element);
}

void der_put_boolean(struct der_writer *w, bool value)
{
	const uint8_t octet = value ? 0xff : 0x00;

	der_put(w, DER_BOOLEAN, (struct bytes){&octet, 1});
}

static void put_natural(struct der_writer *w, uint8_t tag, struct bytes magnitude)
{
	while (magnitude.size > 0 && magnitude.data[0] == 0)
		magnitude = (struct bytes){magnitude.data + 1, magnitude.size - 1};
	bool pad = magnitude.size == 0 || (magnitude.data[0] & 0x80) != 0;
	uint8_t octets[1 + sizeof(size_t)];
	size_t n = encode_length(magnitude.size + (pad ? 1 : 0), octets);

	append_u8(w, tag);
	append(w, (struct bytes){octets, n});
	if (pad)
		append_u8(w, 0);
	append(w, magnitude);
}

void der_put_natural(struct der_writer *w, struct bytes magnitude)
{
	put_natural(w, DER_INTEGER, magnitude);
}

void der_put_small(struct der_writer *w, uint8_t tag, uint32_t value)
{
	const uint8_t octets[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};

	put_natural(w, tag, BYTES_ARRAY(octets));
}

void der_put_bits(struct der_writer *w, struct bytes octets)
{
	uint8_t length[1 + sizeof(size_t)];
	size_t n = encode_length(octets.size + 1, length);

	append_u8(w, DER_BIT_STRING);
	append(w, (struct bytes){length, n});
	append_u8(w, 0);
	append(w, octets);
}

void der_put_flags(struct der_writer *w, uint16_t flags)
{
	uint8_t content[3] = {0, 0, 0};
	unsigned bits = 0;

	for (unsigned bit = 0; bit < 16; bit++) {
		if ((flags >> bit & 1) == 0)
			continue;
		content[1 + bit / 8] = (uint8_t)(content[1 + bit / 8] | 0x80u >> (bit % 8));
		bits = bit + 1;
	}
	size_t octets = (bits + 7) / 8;
	content[0] = (uint8_t)(octets * 8 - bits);
	der_put(w, DER_BIT_STRING, (struct bytes){content, 1 + octets});
}

void der_put_null(struct der_writer *w)
{
	der_put(w, DER_NULL, BYTES_NONE);
}

static void put_time(struct der_writer *w, uint8_t tag, int64_t seconds)
{
	struct civil c = clock_civil(seconds, 0);
	char text[32];
	int n;

	if (!w->failed && (c.year < 1950 || c.year > 9999)) {
		err_set(&w->err, HF_LIMIT, "year %d does not fit a certificate", c.year);
		fail(w);
	}
	if (tag == DER_UTC_TIME)
		n = snprintf(text, sizeof(text), "%02d", c.year % 100);
	else
		n = snprintf(text, sizeof(text), "%04d", c.year);
	snprintf(text + n, sizeof(text) - (size_t)n, "%02d%02d%02d%02d%02dZ", c.month, c.day, c.hour, c.minute, c.second);
	der_put(w, tag, bytes_text(text));
}

void der_put_time(struct der_writer *w, int64_t seconds)
{
	put_time(w, clock_civil(seconds, 0).year < 2050 ? DER_UTC_TIME : DER_GENERALIZED_TIME, seconds);
}

void der_put_generalized_time(struct der_writer *w, int64_t seconds)
{
	put_time(w, DER_GENERALIZED_TIME, seconds);
}
