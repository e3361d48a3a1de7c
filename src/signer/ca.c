/* The CA that this signer is. */
#include "ca.h"

#include "cert_file.h"
#include "chain.h"
#include "file.h"
#include "keyring.h"

#include <fcntl.h>
#include <stdio.h>

#define SEALED_MAX 4096

static int open_key(struct sm2_private **key, const char *name, const char *label, struct bytes passphrase, const struct cert *cert,
                    struct err *err)
{
	struct secret scalar = {NULL, 0};
	struct buf sealed;
	int result = -1;

	buf_init(&sealed, SEALED_MAX);
	if (file_read(&sealed, AT_FDCWD, name, err) < 0)
		goto out;
	if (keyring_open(passphrase, label, buf_get(&sealed), &scalar, err) < 0) {
		err_wrap(err, "%s", name);
		goto out;
	}
	if (sm2_private_from_scalar(key, &scalar, err) < 0)
		goto out;
	if (!sm2_public_equal(sm2_private_public(*key), cert->key)) {
		err_set(err, HF_CERT_CHAIN, "%s is not the key of its certificate", name);
		goto out;
	}
	result = 0;
out:
	secret_free(&scalar);
	buf_free(&sealed);
	return result;
}

static int open_certificates(struct ca *ca, int64_t now, struct err *err)
{
	if (cert_file_read(&ca->root, AT_FDCWD, "../ca/root.crt", err) < 0)
		return -1;
	if (cert_file_read(&ca->issuing, AT_FDCWD, "../ca/issuing.crt", err) < 0)
		return -1;
	if (cert_file_read(&ca->journal, AT_FDCWD, "../ca/journal.crt", err) < 0)
		return -1;
	if (chain_check(ca->journal, ca->issuing, ca->root, now, err) < 0)
		return err_wrap(err, "journal certificate");
	if ((ca->journal->extended & CERT_USE_JOURNAL) == 0)
		return err_set(err, HF_CERT_CHAIN, "journal.crt does not sign receipts (certificate.md 1)");
	sm2_public_id(ca->issuing->key, ca->id);
	return 0;
}

static int make_url(char out[CA_URL_SIZE], const char *base, const char *path, struct bytes *url, struct err *err)
{
	int n = snprintf(out, CA_URL_SIZE, "%s%s", base, path);

	if (n < 0 || n >= CA_URL_SIZE)
		return err_set(err, HF_SETTING, "service.status-url is too long");
	*url = bytes_text(out);
	return 0;
}

int ca_open(struct ca *ca, struct bytes passphrase, const char *status_url, int64_t now, struct err *err)
{
	if (open_certificates(ca, now, err) < 0)
		return -1;
	if (open_key(&ca->issuing_key, "issuing.key.sealed", "issuing", passphrase, ca->issuing, err) < 0)
		return -1;
	if (open_key(&ca->journal_key, "journal.key.sealed", "journal", passphrase, ca->journal, err) < 0)
		return -1;
	if (make_url(ca->crl_url, status_url, "/crl/issuing.crl", &ca->urls.crl, err) < 0)
		return -1;
	if (make_url(ca->ocsp_url, status_url, "/ocsp", &ca->urls.ocsp, err) < 0)
		return -1;
	return make_url(ca->issuers_url, status_url, "/ca/issuing.crt", &ca->urls.issuers, err);
}

void ca_close(struct ca *ca)
{
	sm2_private_free(&ca->issuing_key);
	sm2_private_free(&ca->journal_key);
	cert_free(&ca->journal);
	cert_free(&ca->issuing);
	cert_free(&ca->root);
}
