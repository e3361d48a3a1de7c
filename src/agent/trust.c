/* The certificates that the installation pinned. */
#include "trust.h"

#include "cert_file.h"
#include "chain.h"

#include <fcntl.h>

static int check_use(const struct trust *t, const struct cert *cert, unsigned use, int64_t now, const char *what, struct err *err)
{
	if (chain_check_leaf(cert, t->issuing, now, err) != 0)
		return err_wrap(err, "%s", what);
	if (cert->extended != use)
		return err_set(err, HF_CERT_CHAIN, "%s: RFC 5280 4.2.1.12: made for another use", what);
	return 0;
}

int trust_read(struct trust *t, const struct agent_settings *s, int64_t now, struct err *err)
{
	*t = (struct trust){NULL};
	if (cert_file_read(&t->root, AT_FDCWD, s->values[AGENT_ROOT], err) != 0 ||
	    cert_file_read(&t->issuing, AT_FDCWD, s->values[AGENT_ISSUING], err) != 0 ||
	    cert_file_read(&t->release, AT_FDCWD, s->values[AGENT_RELEASE], err) != 0 ||
	    cert_file_read(&t->journal, AT_FDCWD, s->values[AGENT_JOURNAL], err) != 0)
		goto failed;
	if (chain_check_ca(t->issuing, t->root, now, err) != 0 ||
	    check_use(t, t->release, CERT_USE_RELEASE, now, "the release certificate", err) != 0 ||
	    check_use(t, t->journal, CERT_USE_JOURNAL, now, "the journal certificate", err) != 0)
		goto failed;
	sm2_public_id(t->issuing->key, t->ca);
	return 0;
failed:
	trust_free(t);
	return -1;
}

void trust_free(struct trust *t)
{
	cert_free(&t->root);
	cert_free(&t->issuing);
	cert_free(&t->release);
	cert_free(&t->journal);
}
