/* Certificates in files, as PEM. */
#ifndef HUFU_PKI_CERT_FILE_H
#define HUFU_PKI_CERT_FILE_H

#include "cert.h"

/* The first certificate of the file. HF_NOT_FOUND, HF_DER, HF_CERT_FORMAT. */
int cert_file_read(struct cert **cert, int dir, const char *name, struct err *err) MUST_CHECK;
/* A new file with one certificate; HF_EXISTS when there is one. */
int cert_file_create(int dir, const char *name, struct bytes der, struct err *err) MUST_CHECK;

#endif
