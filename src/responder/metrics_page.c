/* The responder's numbers, for this machine's monitoring. */
#include "clock.h"
#include "metrics.h"
#include "pages.h"

#include <string.h>

/* A front on this machine hands requests of others on: those bear its header. */
static bool is_local(const struct web_request *request)
{
	const char *address = request_address(request);

	if (request_header(request, "X-Forwarded-For") != NULL || request_header(request, "Forwarded") != NULL)
		return false;
	return strcmp(address, "127.0.0.1") == 0 || strcmp(address, "::1") == 0 || strcmp(address, "unix") == 0;
}

static void answers_write(struct metrics_writer *w, struct responder *r)
{
	static const char answers[] = "ocsp_answers_total", words[] = "Statuses told.";

	metrics_counter(w, answers, words, "status=\"good\"", atomic_load(&r->statuses[OCSP_GOOD]));
	metrics_counter(w, answers, words, "status=\"revoked\"", atomic_load(&r->statuses[OCSP_REVOKED]));
	metrics_counter(w, answers, words, "status=\"unknown\"", atomic_load(&r->statuses[OCSP_UNKNOWN]));
	metrics_counter(w, "ocsp_kept_total", "Answers that were signed before.", NULL, atomic_load(&r->kept));
	metrics_counter(w, "ocsp_signed_total", "Answers signed for the asker.", NULL, atomic_load(&r->signed_now));
	metrics_counter(w, "ocsp_errors_total", "Unsigned answers: malformed, unauthorized, tryLater.", NULL, atomic_load(&r->errors));
}

int metrics_get(struct web_request *request, struct reply *reply, struct err *err)
{
	struct responder *r = request_program(request);
	struct web_server_counts counts = web_server_counts_get(r->server);
	struct crl_copy *crl = crl_store_get(r->crls);
	int64_t now = clock_now();
	struct metrics_writer w;

	if (!is_local(request)) {
		crl_copy_release(crl);
		return err_set(err, HF_NOT_FOUND, "metrics asked for from elsewhere");
	}
	reply_set_kind(reply, REPLY_DATA, "text/plain; version=0.0.4; charset=utf-8");
	metrics_begin(&w, reply_body(reply));
	answers_write(&w, r);
	metrics_gauge(&w, "index_certificates", "Certificates whose status is known.", NULL, (double)status_index_count(r->index));
	metrics_gauge(&w, "feed_age_seconds", "Seconds since the newest batch was made.", NULL, (double)(now - atomic_load(&r->heard)));
	metrics_gauge(&w, "feed_current", "1 when the index may be believed.", NULL, responder_is_current(r, now) ? 1 : 0);
	metrics_counter(&w, "feed_batches_total", "Batches applied.", NULL, atomic_load(&r->batches));
	metrics_counter(&w, "feed_refused_total", "Batches refused.", NULL, atomic_load(&r->refused_batches));
	metrics_gauge(&w, "key_seconds_left", "Seconds until the certificate of the OCSP key ends.", NULL,
	              (double)(delegate_not_after(r->delegate) - now));
	metrics_gauge(&w, "crl_number", "Number of the newest CRL.", NULL, crl != NULL ? (double)crl->number : 0);
	metrics_gauge(&w, "crl_seconds_left", "Seconds until its nextUpdate.", NULL, crl != NULL ? (double)(crl->next_update - now) : 0);
	metrics_server(&w, &counts);
	crl_copy_release(crl);
	return metrics_end(&w, err);
}
