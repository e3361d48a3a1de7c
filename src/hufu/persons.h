/* The first persons of an instance, each with dual certificates on a key of his own. */
#ifndef HUFU_HUFU_PERSONS_H
#define HUFU_HUFU_PERSONS_H

#include "ca_ceremony.h"
#include "journal.h"
#include "person_list.h"

/* Makes the virtual keys ID.vkey in folder, side by side on all processors, or certifies the keys of the requests; then writes all persons
 * into the journal in their order. For virtual keys the folder becomes the process's working directory and its slot directory, and a line
 * "id, serial number, initial PIN" for each goes to pins (owned by the caller, wiped by him). HF_FILE when vkey or the key library is
 * missing. */
int persons_make(const struct authority *a, const struct person_list *list, int folder, struct journal *journal, struct buf *pins,
                 struct err *err) MUST_CHECK;

#endif
