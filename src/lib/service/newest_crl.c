/* Reading the newest CRL when its file is another one. */
#include "newest_crl.h"

#include "file.h"
#include "log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEWEST "newest.crl"

void newest_crl_open(struct newest_crl *n, int dir, const struct cert *issuing)
{
	*n = (struct newest_crl){.lock = PTHREAD_MUTEX_INITIALIZER, .dir = dir, .issuing = issuing};
}

void newest_crl_close(struct newest_crl *n)
{
	crl_free(&n->crl);
	if (n->dir >= 0)
		close(n->dir);
	n->dir = -1;
}

static int read_crl(const struct newest_crl *n, struct crl **crl, struct err *err)
{
	struct buf der;
	int rc = -1;

	buf_init(&der, CRL_DER_MAX);
	if (file_read(&der, n->dir, NEWEST, err) == 0 && crl_parse(crl, buf_get(&der), err) == 0)
		rc = crl_verify(*crl, n->issuing, err);
	if (rc == 0 && n->crl != NULL && (*crl)->number < n->crl->number)
		rc = err_set(err, HF_CRL_FORMAT, "number %lld after %lld", (long long)(*crl)->number, (long long)n->crl->number);
	buf_free(&der);
	return rc;
}

/* The signer puts a whole new file in the old one's place. */
static void look(struct newest_crl *n)
{
	struct crl *crl = NULL;
	struct stat file;
	struct err err;

	if (fstatat(n->dir, NEWEST, &file, AT_SYMLINK_NOFOLLOW) != 0 ||
	    (file.st_ino == n->inode && file.st_mtim.tv_sec == n->changed.tv_sec && file.st_mtim.tv_nsec == n->changed.tv_nsec))
		return;
	n->inode = file.st_ino;
	n->changed = file.st_mtim;
	if (read_crl(n, &crl, &err) == 0) {
		crl_free(&n->crl);
		n->crl = crl;
	} else {
		log_fault("service.crl", &err);
		crl_free(&crl);
	}
}

int newest_crl_check(struct newest_crl *n, const char *serial, struct err *err)
{
	const struct crl_entry *entry = NULL;
	struct serial wanted;

	if (serial_from_text(&wanted, bytes_text(serial)) != 0)
		return err_set(err, HF_LOGIN_UNKNOWN, "not a serial number");
	pthread_mutex_lock(&n->lock);
	look(n);
	if (n->crl != NULL)
		entry = crl_find(n->crl, &wanted);
	bool revoked = entry != NULL && entry->reason != CRL_HOLD;
	pthread_mutex_unlock(&n->lock);
	return revoked ? err_set(err, HF_LOGIN_REVOKED, "%s is on the newest CRL", serial) : 0;
}
