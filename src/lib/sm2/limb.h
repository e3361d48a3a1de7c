/* 64-bit limbs and masks: the words that the SM2 arithmetic is made of. Nothing here branches on what it is given. */
#ifndef HUFU_SM2_LIMB_H
#define HUFU_SM2_LIMB_H

#include <stdint.h>

__extension__ typedef unsigned __int128 u128;
__extension__ typedef __int128 i128;

/* Hides from the compiler what it knows of x, so that it cannot turn a mask into a branch. */
static inline uint64_t limb_hide(uint64_t x)
{
	__asm__("" : "+r"(x));
	return x;
}

/* All ones where bit is 1, zero where it is 0. */
static inline uint64_t mask_of_bit(uint64_t bit)
{
	return 0 - limb_hide(bit);
}

/* All ones where x is 0. */
static inline uint64_t mask_of_zero(uint64_t x)
{
	return mask_of_bit((~x & (x - 1)) >> 63);
}

/* mask ? a : b */
static inline uint64_t limb_select(uint64_t mask, uint64_t a, uint64_t b)
{
	return b ^ (mask & (a ^ b));
}

#endif
