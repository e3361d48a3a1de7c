/* The CRL and the CA's certificates, as the certificates' addresses name them. */
#include "clock.h"
#include "http_condition.h"
#include "pages.h"

#include <stdio.h>
#include <string.h>

#define CERTIFICATE_FRESH "public, max-age=86400"

static int caching_add(struct reply *reply, const struct crl_copy *crl, int64_t now, struct err *err)
{
	int64_t left = crl->next_update > now ? crl->next_update - now : 0;
	char control[64];

	snprintf(control, sizeof(control), "public, max-age=%lld, must-revalidate", (long long)(left < REPLY_FRESH ? left : REPLY_FRESH));
	if (reply_add_header(reply, "Cache-Control", control, err) != 0 || reply_add_header(reply, "ETag", crl->etag, err) != 0 ||
	    reply_add_header(reply, "Last-Modified", crl->made_text, err) != 0)
		return -1;
	return reply_add_header(reply, "Expires", crl->until_text, err);
}

int crl_get(struct web_request *request, struct reply *reply, struct err *err)
{
	struct responder *r = request_program(request);
	struct crl_copy *crl = crl_store_get(r->crls);

	if (crl == NULL)
		return err_set(err, HF_PEER_GONE, "no CRL has come yet");
	reply_set_kind(reply, REPLY_DATA, "application/pkix-crl");
	reply_lend_body(reply, crl->der, crl_copy_release, crl);
	if (caching_add(reply, crl, clock_now(), err) != 0)
		return -1;
	if (http_is_unchanged(request, crl->etag, crl->this_update))
		reply_set_status(reply, 304);
	return 0;
}

int ca_get(struct web_request *request, struct reply *reply, struct err *err)
{
	struct responder *r = request_program(request);
	const char *name = request_part(request, "name");
	const struct cert *cert = strcmp(name, "issuing.crt") == 0 ? r->issuing : strcmp(name, "root.crt") == 0 ? r->root : NULL;

	if (cert == NULL)
		return err_set(err, HF_NOT_FOUND, "no such certificate");
	reply_set_kind(reply, REPLY_DATA, "application/pkix-cert");
	reply_lend_body(reply, cert->der, NULL, NULL);
	return reply_add_header(reply, "Cache-Control", CERTIFICATE_FRESH, err);
}
