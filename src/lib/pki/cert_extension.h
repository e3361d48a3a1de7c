/* The extensions of a certificate, read into its struct. Only for cert.c. */
#ifndef HUFU_PKI_CERT_EXTENSION_H
#define HUFU_PKI_CERT_EXTENSION_H

#include "cert.h"

/* content: of the Extensions SEQUENCE. HF_CERT_FORMAT. */
int cert_extensions_read(struct cert *cert, struct bytes content, struct err *err) MUST_CHECK;

#endif
