/* Rows of papers, and what their first bytes say. */
#include "paper.h"

#include <string.h>

const char *const paper_type_names[] = {"", "application/pdf", "image/jpeg", "image/png", NULL};

static const struct column paper_columns[] = {
    COLUMN(paper, id, COLUMN_TEXT),         COLUMN(paper, number, COLUMN_TEXT),
    COLUMN(paper, name, COLUMN_TEXT),       COLUMN_OF_CHOICE(paper, type, paper_type_names),
    COLUMN(paper, size, COLUMN_INTEGER),    COLUMN(paper, kept, COLUMN_INTEGER),
    COLUMN(paper, hash, COLUMN_TEXT),       COLUMN(paper, created, COLUMN_INTEGER),
    COLUMN(paper, expires, COLUMN_INTEGER),
};
const struct shape paper_shape = SHAPE(paper, paper_columns);

bool paper_whole(const struct paper *p)
{
	return p->kept == p->size && p->hash[0] != '\0';
}

static bool starts_with(struct bytes content, struct bytes magic)
{
	return content.size >= magic.size && memcmp(content.data, magic.data, magic.size) == 0;
}

/* ISO 32000-1 7.5.2: %PDF-1.n, or 2.0 of ISO 32000-2. */
static bool is_pdf(struct bytes start)
{
	if (!starts_with(start, BYTES_LITERAL("%PDF-")) || start.size < 9)
		return false;
	const uint8_t *version = start.data + 5;
	return (version[0] == '1' && version[1] == '.' && version[2] >= '0' && version[2] <= '7') ||
	       (version[0] == '2' && version[1] == '.' && version[2] == '0');
}

/* ITU-T T.81 B.1.1: SOI, then a marker segment that fits (application data, a table, or a frame). */
static bool is_jpeg(struct bytes start)
{
	if (start.size < 6 || start.data[0] != 0xff || start.data[1] != 0xd8 || start.data[2] != 0xff)
		return false;
	uint8_t marker = start.data[3];
	unsigned length = (unsigned)start.data[4] << 8 | start.data[5];
	bool opens =
	    (marker >= 0xe0 && marker <= 0xef) || marker == 0xdb || marker == 0xc4 || marker == 0xc0 || marker == 0xc2 || marker == 0xfe;
	return opens && length >= 2;
}

static uint32_t big_endian(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* ISO 15948 5.2, 11.2.2: the signature, then an IHDR chunk of 13 bytes with a size that is not zero. */
static bool is_png(struct bytes start)
{
	static const uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'};

	if (!starts_with(start, BYTES_ARRAY(signature)) || start.size < 29)
		return false;
	uint32_t width = big_endian(start.data + 16), height = big_endian(start.data + 20);
	return width > 0 && width <= INT32_MAX && height > 0 && height <= INT32_MAX;
}

enum paper_type paper_type_of(struct bytes start)
{
	if (is_pdf(start))
		return PAPER_PDF;
	if (is_jpeg(start))
		return PAPER_JPEG;
	if (is_png(start))
		return PAPER_PNG;
	return PAPER_UNKNOWN;
}
