/* The first persons of an instance, each with dual certificates on a key of his own. */
#ifndef HUFU_HUFU_PERSONS_H
#define HUFU_HUFU_PERSONS_H

#include "ca_ceremony.h"
#include "journal.h"
#include "role.h"

struct first_person {
	const char *id, *name;
	uint32_t roles;
};
extern const struct first_person first_persons[];
extern const size_t first_persons_count;

/* Makes the virtual keys FOLDER/ID.vkey one after the other, writes each person into the journal, and writes a line "id, serial number,
 * initial PIN" for each to pins (owned by the caller, wiped by him). HF_FILE when vkey or the key library is missing. */
int persons_make(const struct authority *a, const char *folder, struct journal *journal, struct buf *pins, struct err *err) MUST_CHECK;

#endif
