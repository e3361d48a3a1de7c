/* Putting the responder's parts together and taking them apart. */
#include "responder.h"

#include "chain.h"
#include "clock.h"
#include "file.h"
#include "pem.h"

#include <fcntl.h>
#include <string.h>

#define CACHE_SLOTS 4096
#define PEM_MAX (32u << 10)

static int cert_load(struct cert **cert, const char *path, struct err *err)
{
	struct buf text, der;
	struct bytes rest;
	int result = -1;

	buf_init(&text, PEM_MAX);
	buf_init(&der, CERT_DER_MAX);
	if (file_read(&text, AT_FDCWD, path, err) != 0)
		goto out;
	rest = buf_get(&text);
	if (pem_read(&rest, PEM_CERTIFICATE, &der, err) == 0 && cert_parse(cert, buf_get(&der), err) == 0)
		result = 0;
out:
	buf_free(&text);
	buf_free(&der);
	return result == 0 ? 0 : err_wrap(err, "%s", path);
}

static int authority_load(struct responder *r, struct err *err)
{
	int64_t now = clock_now();

	if (cert_load(&r->root, "../ca/root.crt", err) != 0 || cert_load(&r->issuing, "../ca/issuing.crt", err) != 0 ||
	    cert_load(&r->journal, "../ca/journal.crt", err) != 0 || chain_check(r->journal, r->issuing, r->root, now, err) != 0)
		return -1;
	if (r->journal->extended != CERT_USE_JOURNAL)
		return err_set(err, HF_CERT_CHAIN, "journal.crt is not for the journal");
	sm2_public_id(r->issuing->key, r->ca);
	ocsp_issuer_make(&r->issuer, r->issuing);
	return sm2_public_prepare(r->journal->key, err);
}

int responder_open(struct responder *r, int64_t feed_age, struct err *err)
{
	memset(r, 0, sizeof(*r));
	r->feed_age = feed_age;
	if (authority_load(r, err) != 0 || status_index_new(&r->index, err) != 0 || answer_cache_new(&r->cache, CACHE_SLOTS, err) != 0 ||
	    delegate_new(&r->delegate, r->issuing, err) != 0)
		return -1;
	return crl_store_new(&r->crls, r->issuing, err);
}

void responder_close(struct responder *r)
{
	crl_store_free(&r->crls);
	delegate_free(&r->delegate);
	answer_cache_free(&r->cache);
	status_index_free(&r->index);
	cert_free(&r->journal);
	cert_free(&r->issuing);
	cert_free(&r->root);
}

bool responder_is_current(const struct responder *r, int64_t now)
{
	return atomic_load_explicit(&r->caught_up, memory_order_acquire) && now - atomic_load(&r->heard) <= r->feed_age;
}
