/* The file of a virtual key's memory: locked by one process, replaced atomically, durable before the call returns. */
#ifndef HUFU_VKEY_MEMORY_FILE_H
#define HUFU_VKEY_MEMORY_FILE_H

#include "memory.h"

struct memory_file;

/* Locks the file for this process; HF_EXISTS when the key is plugged in already. */
int memory_file_open(struct memory_file **file, const char *path, struct err *err) MUST_CHECK;
void memory_file_close(struct memory_file **file);

int memory_file_read(struct memory_file *file, struct memory *m, struct err *err) MUST_CHECK; /* m is initialised by the call */
int memory_file_write(struct memory_file *file, const struct memory *m, struct err *err) MUST_CHECK;
/* As write, but HF_EXISTS when there is such a file. */
int memory_file_create(struct memory_file *file, const struct memory *m, struct err *err) MUST_CHECK;

#endif
