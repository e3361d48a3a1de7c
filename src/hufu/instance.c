/* Opens an instance's folder, its settings and its sealed keys. */
#include "instance.h"

#include "cert.h"
#include "file.h"
#include "keyring.h"
#include "passphrase.h"
#include "pem.h"

#include <fcntl.h>
#include <unistd.h>

int instance_open(struct instance *i, const char *path, struct err *err)
{
	struct buf ini;
	int result = -1;

	i->path = path;
	i->dir = file_open_dir(AT_FDCWD, path, err);
	if (i->dir < 0)
		return -1;
	buf_init(&ini, SETTINGS_FILE_MAX);
	if (file_read(&ini, i->dir, "hufu.ini", err) == 0)
		result = settings_parse(&i->settings, buf_get(&ini), err);
	buf_free(&ini);
	if (result == 0)
		return 0;
	(void)close(i->dir);
	return err_wrap(err, "%s/hufu.ini", path);
}

void instance_close(struct instance *i)
{
	if (i->settings == NULL)
		return;
	settings_free(&i->settings);
	(void)close(i->dir);
}

/* An evaluation instance has its own in its folder. */
static int instance_passphrase(const struct instance *i, struct secret *out, struct err *err)
{
	int fd = openat(i->dir, "passphrase", O_RDONLY | O_CLOEXEC);
	int result = passphrase_take(fd, false, out, err);

	if (fd >= 0)
		(void)close(fd);
	return result;
}

int instance_key(const struct instance *i, const char *name, const char *label, struct sm2_private **key, struct err *err)
{
	struct secret passphrase = {0}, scalar = {0};
	struct buf sealed;
	int result = -1;

	buf_init(&sealed, SECRET_MAX);
	if (instance_passphrase(i, &passphrase, err) == 0 && file_read(&sealed, i->dir, name, err) == 0 &&
	    keyring_open(secret_get(&passphrase), label, buf_get(&sealed), &scalar, err) == 0)
		result = sm2_private_from_scalar(key, &scalar, err);
	secret_free(&scalar);
	secret_free(&passphrase);
	buf_free(&sealed);
	return result == 0 ? 0 : err_wrap(err, "%s", name);
}

int instance_ca_id(const struct instance *i, uint8_t id[SM2_KEY_ID_SIZE], struct err *err)
{
	struct cert *cert = NULL;
	struct buf pem, der;
	int result = -1;

	buf_init(&pem, 2 * CERT_DER_MAX);
	buf_init(&der, CERT_DER_MAX);
	if (file_read(&pem, i->dir, "ca/issuing.crt", err) == 0) {
		struct bytes text = buf_get(&pem);

		if (pem_read(&text, PEM_CERTIFICATE, &der, err) == 0 && cert_parse(&cert, buf_get(&der), err) == 0) {
			sm2_public_id(cert->key, id);
			result = 0;
		}
	}
	cert_free(&cert);
	buf_free(&pem);
	buf_free(&der);
	return result;
}
