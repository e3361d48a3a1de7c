/* Opens an instance's folder, its settings and its sealed keys. */
#include "instance.h"

#include "cert.h"
#include "file.h"
#include "keyring.h"
#include "pem.h"

#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PASSPHRASE_MAX 1024

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

int passphrase_from(int fd, struct secret *out, struct err *err)
{
	struct secret line = {0};
	size_t n = 0;
	int result;

	if (secret_new(&line, PASSPHRASE_MAX + 1, err) != 0)
		return -1;
	while (n < line.size && read(fd, line.data + n, 1) == 1 && line.data[n] != '\n')
		n++;
	if (n == 0 || n > PASSPHRASE_MAX)
		result = err_set(err, HF_PASSPHRASE, "a passphrase has 1 to %d bytes", PASSPHRASE_MAX);
	else
		result = secret_copy(out, (struct bytes){line.data, n}, err);
	secret_free(&line);
	return result;
}

static int ask_once(int terminal, const char *prompt, struct secret *out, struct err *err)
{
	struct termios before, quiet;
	int result;

	if (tcgetattr(terminal, &before) != 0)
		return err_set_errno(err, HF_PASSPHRASE, "terminal");
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	if (file_write_all(terminal, bytes_text(prompt), err) != 0 || tcsetattr(terminal, TCSAFLUSH, &quiet) != 0)
		return err_set_errno(err, HF_PASSPHRASE, "terminal");
	result = passphrase_from(terminal, out, err);
	(void)tcsetattr(terminal, TCSAFLUSH, &before);
	return result == 0 ? file_write_all(terminal, BYTES_LITERAL("\n"), err) : result;
}

int passphrase_ask(bool twice, struct secret *out, struct err *err)
{
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct secret again = {0};
	int result;

	if (terminal < 0)
		return err_set(err, HF_PASSPHRASE, "there is no terminal to ask for the passphrase");
	result = ask_once(terminal, "Passphrase of the sealed keys: ", out, err);
	if (result == 0 && twice) {
		result = ask_once(terminal, "Once more: ", &again, err);
		if (result == 0 && !bytes_equal_secret(secret_get(out), secret_get(&again)))
			result = err_set(err, HF_PASSPHRASE, "the two differ");
		secret_free(&again);
	}
	(void)close(terminal);
	return result;
}

static int instance_passphrase(const struct instance *i, struct secret *out, struct err *err)
{
	int fd = openat(i->dir, "passphrase", O_RDONLY | O_CLOEXEC), result;

	if (fd < 0)
		return passphrase_ask(false, out, err);
	result = passphrase_from(fd, out, err);
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
