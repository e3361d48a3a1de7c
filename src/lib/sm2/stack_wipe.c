/* Wiping the stack. */
#include "stack_wipe.h"

#include <stdint.h>
#include <string.h>

__attribute__((noinline)) void stack_wipe(void)
{
	uint8_t below[STACK_WIPE_SIZE];

	explicit_bzero(below, sizeof(below));
}
