/* A PKCS#10 request as people have it in a file: DER, or PEM. RFC 7468 7 */
#ifndef HUFU_PORTAL_CSR_FILE_H
#define HUFU_PORTAL_CSR_FILE_H

#include "bytes.h"

/* Appends the DER. PEM: one block "CERTIFICATE REQUEST" (or the older "NEW CERTIFICATE REQUEST"); text around it is passed over.
 * HF_CSR_FORMAT. What the DER holds is not looked at. */
int csr_file_read(struct bytes content, struct buf *der, struct err *err) MUST_CHECK;

#endif
