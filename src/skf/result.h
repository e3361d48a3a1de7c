/* Results of the standard (GM/T 0016 annex A) from the card's words and the library's own errors. */
#ifndef HUFU_SKF_RESULT_H
#define HUFU_SKF_RESULT_H

#include "bytes.h"
#include "skf_hufu.h"

ULONG result_of_word(uint16_t word);
ULONG result_of_error(const struct err *err);

/* The standard's way to give data of a size that the caller asks for first: out NULL gives the size, too small SAR_BUFFER_TOO_SMALL
 * and the size. */
ULONG result_give(struct bytes data, void *out, ULONG *size);

#endif
