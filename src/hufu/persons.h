/* The first persons of an instance, each with dual certificates on a key of his own. */
#ifndef HUFU_HUFU_PERSONS_H
#define HUFU_HUFU_PERSONS_H

#include "ca_ceremony.h"
#include "journal.h"
#include "person_list.h"

/* One after the other: makes the virtual key FOLDER/ID.vkey, or certifies the key of his request, and writes the person into the journal.
 * For virtual keys a line "id, serial number, initial PIN" goes to pins (owned by the caller, wiped by him). HF_FILE when vkey or the key
 * library is missing. */
int persons_make(const struct authority *a, const struct person_list *list, const char *folder, struct journal *journal, struct buf *pins,
                 struct err *err) MUST_CHECK;

#endif
