/* Test vectors written as hexadecimal text. */
#ifndef HUFU_TEST_VECTOR_H
#define HUFU_TEST_VECTOR_H

#include "secret.h"

/* The bytes of a hexadecimal text of either case; fails the test when it is none. The caller frees the buffer. */
struct buf vector(const char *hex);
struct secret vector_secret(const char *hex);
/* Fails the test unless the bytes are those of the text. */
void assert_vector(struct bytes found, const char *hex);

#endif
