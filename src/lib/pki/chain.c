/* Links from certificate to issuer, each checked the same way. */
#include "chain.h"

static int check_time(const struct cert *cert, const char *which, int64_t time, struct err *err)
{
	if (!cert_valid_at(cert, time))
		return err_set(err, HF_CERT_TIME, "%s certificate is not valid at the time (RFC 5280 6.1.3 a 2)", which);
	return 0;
}

/* below: how many CAs stand between the issuer and the end entity. */
static int check_issuer(const struct cert *issuer, const char *which, int below, struct err *err)
{
	if (!issuer->ca)
		return err_set(err, HF_CERT_CHAIN, "%s certificate is no CA (RFC 5280 6.1.4 k)", which);
	if (issuer->path_length >= 0 && issuer->path_length < below)
		return err_set(err, HF_CERT_CHAIN, "%s certificate: path length (RFC 5280 6.1.4 m)", which);
	if (!issuer->has_key_usage || (issuer->key_usage & USAGE_CERT_SIGN) == 0)
		return err_set(err, HF_CERT_CHAIN, "%s certificate may not sign certificates (RFC 5280 6.1.4 n)", which);
	return 0;
}

static int check_link(const struct cert *cert, const char *which, const struct cert *issuer, struct err *err)
{
	if (!bytes_equal(cert->issuer, issuer->subject))
		return err_set(err, HF_CERT_CHAIN, "%s certificate names another issuer (RFC 5280 6.1.3 a 4)", which);
	if (cert->authority_key_id.size != 0 && !bytes_equal(cert->authority_key_id, issuer->subject_key_id))
		return err_set(err, HF_CERT_CHAIN, "%s certificate names another issuer's key (RFC 5280 4.2.1.1)", which);
	if (cert_verify(cert, issuer->key, NULL) != 0)
		return err_set(err, HF_CERT_CHAIN, "%s certificate: signature (RFC 5280 6.1.3 a 1)", which);
	return 0;
}

int chain_check_leaf(const struct cert *leaf, const struct cert *issuing, int64_t time, struct err *err)
{
	if (check_time(leaf, "end entity's", time, err) != 0 || check_issuer(issuing, "issuing", 0, err) != 0)
		return -1;
	if (leaf->ca)
		return err_set(err, HF_CERT_CHAIN, "end entity's certificate is a CA (RFC 5280 4.2.1.9)");
	return check_link(leaf, "end entity's", issuing, err);
}

int chain_check_ca(const struct cert *issuing, const struct cert *root, int64_t time, struct err *err)
{
	if (check_time(issuing, "issuing", time, err) != 0 || check_time(root, "root", time, err) != 0 ||
	    check_issuer(issuing, "issuing", 0, err) != 0 || check_issuer(root, "root", 1, err) != 0)
		return -1;
	if (check_link(issuing, "issuing", root, err) != 0)
		return -1;
	return check_link(root, "root", root, err);
}

int chain_check(const struct cert *leaf, const struct cert *issuing, const struct cert *root, int64_t time, struct err *err)
{
	if (chain_check_ca(issuing, root, time, err) != 0)
		return -1;
	return chain_check_leaf(leaf, issuing, time, err);
}
