/* Makes the authority's keys and certificates, and writes them sealed. */
#include "ca_ceremony.h"

#include "file.h"
#include "keyring.h"
#include "pem.h"
#include "random.h"
#include "safekeeping.h"

#include <stdio.h>

struct part {
	enum profile profile;
	enum authority_key issuer;
	const char *common_name;
	const char *certificate, *sealed, *label;
};

static const struct part parts[AUTHORITY_KEYS] = {
    [AUTHORITY_ROOT] = {PROFILE_ROOT, AUTHORITY_ROOT, "根证书", "ca/root.crt", "ca/root.key.sealed", "root"},
    [AUTHORITY_ISSUING] = {PROFILE_ISSUING, AUTHORITY_ROOT, "企业证书签发", "ca/issuing.crt", "signer/issuing.key.sealed", "issuing"},
    [AUTHORITY_JOURNAL] = {PROFILE_JOURNAL, AUTHORITY_ISSUING, "签发日志", "ca/journal.crt", "signer/journal.key.sealed", "journal"},
    [AUTHORITY_RELEASE] = {PROFILE_RELEASE, AUTHORITY_ISSUING, "软件发布", "ca/release.crt", "release/release.key.sealed", "release"},
};

static struct pki_urls urls_of(const struct authority *a)
{
	return (struct pki_urls){bytes_text(a->crl), bytes_text(a->ocsp), bytes_text(a->issuers)};
}

static int issue(const struct authority *a, const struct cert_plan *plan, const struct sm2_private *key, struct cert **cert,
                 struct err *err)
{
	struct buf der;
	int result;

	buf_init(&der, CERT_DER_MAX);
	result = cert_issue(plan, key, &der, err);
	if (result == 0)
		result = cert_parse(cert, buf_get(&der), err);
	buf_free(&der);
	return result;
}

static int make_part(struct authority *a, enum authority_key k, struct err *err)
{
	const struct part *p = &parts[k];
	bool root = k == AUTHORITY_ROOT;
	struct cert_plan plan = {
	    .profile = p->profile,
	    .subject = {.country = BYTES_LITERAL("CN"), .organisation = a->organisation, .common_name = bytes_text(p->common_name)},
	    .not_before = a->now,
	    .issuer = root ? NULL : a->certs[p->issuer],
	    .evaluation = a->evaluation,
	};

	if (sm2_private_generate(&a->keys[k], err) != 0)
		return -1;
	serial_draw(&plan.serial);
	plan.key = sm2_private_public(a->keys[k]);
	plan.not_after = profile_end(p->profile, a->now, root ? INT64_MAX : plan.issuer->not_after);
	if (profile_get(p->profile)->status_urls)
		plan.urls = urls_of(a);
	return issue(a, &plan, a->keys[p->issuer], &a->certs[k], err) != 0 ? err_wrap(err, "%s", p->certificate) : 0;
}

static int make_url(char out[URL_MAX + 1], struct bytes base, const char *path, struct err *err)
{
	if (snprintf(out, URL_MAX + 1, "%.*s%s", (int)base.size, (const char *)base.data, path) > URL_MAX)
		return err_set(err, HF_SETTING, "service.status-url is too long");
	return 0;
}

int authority_make(struct authority *a, struct err *err)
{
	if (make_url(a->crl, a->status_url, "/crl/issuing.crl", err) != 0 || make_url(a->ocsp, a->status_url, "/ocsp", err) != 0 ||
	    make_url(a->issuers, a->status_url, "/ca/issuing.crt", err) != 0)
		return -1;
	for (enum authority_key k = 0; k < AUTHORITY_KEYS; k++)
		if (make_part(a, k, err) != 0)
			return -1;
	return 0;
}

void authority_free(struct authority *a)
{
	for (enum authority_key k = 0; k < AUTHORITY_KEYS; k++) {
		sm2_private_free(&a->keys[k]);
		cert_free(&a->certs[k]);
	}
}

int authority_certify(const struct authority *a, enum profile profile, const struct name *subject, const struct sm2_public *key,
                      struct cert **cert, struct err *err)
{
	const struct cert *issuer = a->certs[AUTHORITY_ISSUING];
	struct cert_plan plan = {
	    .profile = profile,
	    .subject = *subject,
	    .not_before = a->now,
	    .not_after = profile_end(profile, a->now, issuer->not_after),
	    .key = key,
	    .issuer = issuer,
	    .urls = urls_of(a),
	    .evaluation = a->evaluation,
	};

	serial_draw(&plan.serial);
	return issue(a, &plan, a->keys[AUTHORITY_ISSUING], cert, err);
}

static int write_sealed(int dir, const char *name, const char *label, const struct secret *content, const struct stretched *key,
                        struct err *err)
{
	struct buf sealed;
	int result;

	buf_init(&sealed, SECRET_MAX);
	result = keyring_seal_with(key, label, content, &sealed, err);
	if (result == 0)
		result = file_create(dir, name, buf_get(&sealed), 0600, err);
	buf_free(&sealed);
	return result;
}

static int write_part(const struct authority *a, enum authority_key k, int dir, const struct stretched *key, struct err *err)
{
	struct secret scalar = {0};
	struct buf pem;
	int result = -1;

	buf_init(&pem, 2 * CERT_DER_MAX);
	if (pem_write(&pem, PEM_CERTIFICATE, a->certs[k]->der, err) == 0 &&
	    file_create(dir, parts[k].certificate, buf_get(&pem), 0644, err) == 0 && sm2_private_scalar(a->keys[k], &scalar, err) == 0)
		result = write_sealed(dir, parts[k].sealed, parts[k].label, &scalar, key, err);
	secret_free(&scalar);
	buf_free(&pem);
	return result;
}

/* 32 random bytes: sealed under the passphrase, or plain where the process that needs them has none. */
static int write_random(int dir, const char *name, const char *label, const struct stretched *key, struct err *err)
{
	struct secret bytes = {0};
	int result;

	if (secret_new(&bytes, 32, err) != 0)
		return -1;
	random_bytes(bytes.data, bytes.size);
	result = key != NULL ? write_sealed(dir, name, label, &bytes, key, err) : file_create(dir, name, secret_get(&bytes), 0600, err);
	secret_free(&bytes);
	return result;
}

/* Escrow's master key, and the file of the pairs under it. */
static int write_safekeeping(const struct authority *a, int dir, const struct stretched *key, struct err *err)
{
	struct secret master = {0};
	uint8_t ca[SM2_KEY_ID_SIZE];
	int result;

	if (secret_new(&master, SAFEKEEPING_MASTER_SIZE, err) != 0)
		return -1;
	random_bytes(master.data, master.size);
	sm2_public_id(a->certs[AUTHORITY_ISSUING]->key, ca);
	result = write_sealed(dir, "escrow/master.key.sealed", "escrow-master", &master, key, err);
	if (result == 0)
		result = safekeeping_create(dir, "escrow/pairs", &master, ca, a->now, err);
	secret_free(&master);
	return result;
}

static int write_all(const struct authority *a, int dir, const struct stretched *key, struct err *err)
{
	for (enum authority_key k = 0; k < AUTHORITY_KEYS; k++)
		if (write_part(a, k, dir, key, err) != 0)
			return -1;
	if (write_safekeeping(a, dir, key, err) != 0 || write_random(dir, "escrow/unlock.key.sealed", "escrow-unlock", key, err) != 0)
		return -1;
	return write_random(dir, "portal/storage.key", NULL, NULL, err);
}

int authority_write(const struct authority *a, int dir, const struct secret *passphrase, struct err *err)
{
	struct stretched key = {.key = {NULL, 0}};
	int result = -1;

	if (keyring_stretch(&key, secret_get(passphrase), err) == 0)
		result = write_all(a, dir, &key, err);
	keyring_stretched_free(&key);
	return result;
}
