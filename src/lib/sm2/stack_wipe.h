/* What secret arithmetic leaves on the stack: field elements, digits, blocks of digests, in places that only the compiler knows. */
#ifndef HUFU_SM2_STACK_WIPE_H
#define HUFU_SM2_STACK_WIPE_H

/* More than any function of this folder and of its engines uses below the one that others call; memory_test.c would see it otherwise. */
#define STACK_WIPE_SIZE 24576

/* Zeros the stack below its caller. Each function of this folder that others give secrets to leaves the work to one that is BELOW, and
 * calls this when it has returned; so nothing between wipes its variables by itself. */
void stack_wipe(void);

/* Never made a part of its caller, whose variables stand above what is zeroed. */
#define BELOW __attribute__((noinline))

#endif
