/* PEM (RFC 7468): DER as text between BEGIN and END lines. */
#ifndef HUFU_PKI_PEM_H
#define HUFU_PKI_PEM_H

#include "bytes.h"

#define PEM_CERTIFICATE "CERTIFICATE"
#define PEM_REQUEST "CERTIFICATE REQUEST"
#define PEM_CRL "X509 CRL"

/* Appends one block with lines of 64 characters. */
int pem_write(struct buf *out, const char *label, struct bytes der, struct err *err) MUST_CHECK;
/* The first block with this label from the front of *text, appended to der; *text moves behind it. Text outside of blocks and blocks of
 * other labels are passed over. HF_NOT_FOUND when there is none, HF_DER when one is broken. */
int pem_read(struct bytes *text, const char *label, struct buf *der, struct err *err) MUST_CHECK;

#endif
