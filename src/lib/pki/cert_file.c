/* Certificates in files, as PEM. */
#include "cert_file.h"

#include "file.h"
#include "pem.h"

#define PEM_FILE_MAX (64u << 10)

int cert_file_read(struct cert **cert, int dir, const char *name, struct err *err)
{
	struct buf text, der;
	struct bytes rest;
	int result = -1;

	buf_init(&text, PEM_FILE_MAX);
	buf_init(&der, CERT_DER_MAX);
	if (file_read(&text, dir, name, err) < 0)
		goto out;
	rest = buf_get(&text);
	if (pem_read(&rest, PEM_CERTIFICATE, &der, err) < 0 || cert_parse(cert, buf_get(&der), err) < 0) {
		err_wrap(err, "%s", name);
		goto out;
	}
	result = 0;
out:
	buf_free(&text);
	buf_free(&der);
	return result;
}

int cert_file_create(int dir, const char *name, struct bytes der, struct err *err)
{
	struct buf text;
	int result = -1;

	buf_init(&text, PEM_FILE_MAX);
	if (pem_write(&text, PEM_CERTIFICATE, der, err) < 0)
		goto out;
	result = file_create(dir, name, buf_get(&text), 0644, err);
out:
	buf_free(&text);
	return result;
}
