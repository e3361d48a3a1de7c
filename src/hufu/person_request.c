/* Certificates for a person who brings a request. */
#include "person_request.h"

#include "cert_file.h"
#include "csr.h"
#include "envelope.h"
#include "file.h"
#include "pem.h"

#include <fcntl.h>
#include <stdio.h>

#define REQUEST_FILE_MAX (16u << 10)
#define NAME_ROOM 64

static int read_request(const char *path, struct buf *der, struct err *err)
{
	struct buf file;
	struct bytes text;
	int result = -1;

	buf_init(&file, REQUEST_FILE_MAX);
	if (file_read(&file, AT_FDCWD, path, err) < 0)
		goto out;
	text = buf_get(&file);
	/* DER begins with a SEQUENCE, which no PEM does. */
	if (text.size > 0 && text.data[0] == 0x30)
		result = buf_append(der, text, err);
	else
		result = pem_read(&text, PEM_REQUEST, der, err);
out:
	buf_free(&file);
	return result;
}

static int write_files(const char *id, int folder, const struct person_certs *certs, struct bytes envelope, struct err *err)
{
	char name[NAME_ROOM];

	(void)snprintf(name, sizeof(name), "%s.sign.crt", id);
	if (cert_file_create(folder, name, certs->sign->der, err) < 0)
		return -1;
	(void)snprintf(name, sizeof(name), "%s.encryption.crt", id);
	if (cert_file_create(folder, name, certs->encryption->der, err) < 0)
		return -1;
	(void)snprintf(name, sizeof(name), "%s.envelope.der", id);
	return file_create(folder, name, envelope, 0600, err);
}

int person_request_certify(const struct authority *a, const char *id, const char *name, const char *request, int folder,
                           struct person_certs *certs, struct err *err)
{
	const struct name subject = {
	    .country = BYTES_LITERAL("CN"), .organisation = a->organisation, .unit = bytes_text(id), .common_name = bytes_text(name)};
	struct sm2_private *encryption = NULL;
	struct csr csr = {.key = NULL};
	struct buf der, envelope;
	int result = -1;

	buf_init(&der, CSR_DER_MAX);
	buf_init(&envelope, ENVELOPE_DER_MAX);
	if (read_request(request, &der, err) < 0 || csr_read(&csr, buf_get(&der), err) < 0)
		goto out;
	if (sm2_private_generate(&encryption, err) < 0)
		goto out;
	if (authority_certify(a, PROFILE_STAFF_SIGN, &subject, csr.key, &certs->sign, err) < 0 ||
	    authority_certify(a, PROFILE_STAFF_ENCRYPTION, &subject, sm2_private_public(encryption), &certs->encryption, err) < 0)
		goto out;
	if (envelope_seal(csr.key, encryption, &envelope, err) < 0)
		goto out;
	result = write_files(id, folder, certs, buf_get(&envelope), err);
out:
	csr_free(&csr);
	sm2_private_free(&encryption);
	buf_free(&der);
	buf_free(&envelope);
	return result;
}
