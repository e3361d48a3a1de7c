/* Copies of what this CA has published: they may not know more of the journal, or another journal, than the one at hand. */
#ifndef HUFU_SIGNER_PUBLISHED_H
#define HUFU_SIGNER_PUBLISHED_H

#include "signer.h"

/* Looks at every crl/NAME.crl, and every crl/NAME.feed with its signature in crl/NAME.feed.sig. HF_JOURNAL_BEHIND when one knows records
 * that the journal does not have, HF_JOURNAL_BROKEN when it knows another chain value of one; what is not of this CA is refused. */
int published_check(const struct signer *s, struct err *err) MUST_CHECK;

#endif
