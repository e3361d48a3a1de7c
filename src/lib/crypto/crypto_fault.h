/* What OpenSSL says when it fails. Only for the files of this folder. */
#ifndef HUFU_CRYPTO_CRYPTO_FAULT_H
#define HUFU_CRYPTO_CRYPTO_FAULT_H

#include "err.h"

/* Ends the process after an event in the log: for what no caller can go on without. what names the failed step. */
void crypto_die(const char *what) __attribute__((noreturn));

/* HF_CRYPTO with what failed and OpenSSL's reason; empties OpenSSL's error queue. Returns -1. */
int crypto_fault(struct err *err, const char *what);

#endif
