/* Whose SM2 arithmetic works in the programs of a running instance. */
#ifndef HUFU_HUFU_ARITHMETIC_H
#define HUFU_HUFU_ARITHMETIC_H

#include "signer_message.h"

/* Prints a line for each program: the signer's from its state, escrow's from its own, the others' from the numbers at /metrics of their
 * address in the settings. A program that does not answer is shown so. */
void arithmetic_show(const char *instance, const struct state_reply *signer);

#endif
