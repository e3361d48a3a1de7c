/* Check characters of the identity codes on the form. Input is taken as typed: no trimming, upper case only. */
#ifndef HUFU_MODEL_IDENTITY_CODE_H
#define HUFU_MODEL_IDENTITY_CODE_H

#include "bytes.h"

#define CREDIT_CODE_SIZE 18
#define ORGANISATION_CODE_SIZE 9 /* without the hyphen */
#define RESIDENT_ID_SIZE 18

/* Unified social credit code, GB 32100: alphabet, check character, and the check of the organisation code inside (GB 11714). */
bool credit_code_valid(struct bytes code);
/* Organisation code, GB 11714: 8 characters, an optional hyphen, the check character. */
bool organisation_code_valid(struct bytes code);
/* Resident identity number, GB 11643: a real date of birth, not before 1900 and not after `today` (days since 1970), and the check. */
bool resident_id_valid(struct bytes id, int64_t today);
/* 110***********1233: what may be shown of a number. Wrong length: all stars. out has RESIDENT_ID_SIZE + 1 bytes. */
void resident_id_mask(struct bytes id, char *out);

#endif
