/* Group commit: the one thread of a process that writes. */
#ifndef HUFU_STORE_WRITER_H
#define HUFU_STORE_WRITER_H

#include "connection.h"

struct writer;

/* Takes the connection over. The thread starts with the first change, so that a program can enter its jail before. */
int writer_new(struct writer **w, struct connection *c, struct err *err) MUST_CHECK;
void writer_change(struct writer *w, struct change_item *items, size_t n); /* store_change_all */
struct store_counts writer_counts(struct writer *w);
void writer_free(struct writer **w); /* after what waits was done */

#endif
