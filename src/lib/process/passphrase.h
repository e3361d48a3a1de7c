/* Where the passphrase of the sealed keys comes from. */
#ifndef HUFU_PROCESS_PASSPHRASE_H
#define HUFU_PROCESS_PASSPHRASE_H

#include "secret.h"

#include <stdbool.h>

#define PASSPHRASE_MAX 1024

/* The first line of a descriptor (from >= 0, not closed); else of the service manager's credential hufu-passphrase
 * ($CREDENTIALS_DIRECTORY); else what is typed at the terminal without echo, twice when it is a new one. A signal that ends the program
 * meanwhile finds the terminal as it was. HF_PASSPHRASE when there is none, it is empty or longer than PASSPHRASE_MAX bytes, or the two
 * differ. */
int passphrase_take(int from, bool is_new, struct secret *out, struct err *err) MUST_CHECK;

#endif
