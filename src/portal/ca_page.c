/* How the CA stands: its certificates, its journal and CRL, and what waits. */
#include "ca_state.h"
#include "clock.h"
#include "handlers.h"
#include "page.h"
#include "permission.h"
#include "queue.h"
#include "text_code.h"
#include "title.h"

#include <string.h>

#define CERTIFICATES 3
#define WAITING 5
#define STATUS_FRESH 30 /* seconds; the status service asks every three */

static struct ca_certificates draw_certificate(struct web_request *r, const char *label, const struct ca_certificate *c)
{
	return (struct ca_certificates){label, c->name, c->notafter, page_left(r, c->notafter), page_left_tone(c->notafter)};
}

static int draw_counts(struct web_request *r, struct ca_view *v, struct err *err)
{
	static const enum application_state shown[WAITING] = {STATE_SUBMITTED, STATE_ACCEPTED, STATE_APPROVED, STATE_ISSUED,
	                                                      STATE_RETURNED};
	struct ca_counts *rows = pool_alloc(request_pool(r), WAITING * sizeof(*rows));
	struct queue_counts counts;

	if (rows == NULL)
		return err_set(err, HF_MEMORY, "counts");
	if (!permission_has(actor_of(r)->session, VERB_QUEUE_READ))
		return 0;
	if (queue_count(service_of(r), actor_of(r), &counts, err) != 0)
		return -1;
	for (size_t i = 0; i < WAITING; i++)
		rows[i] = (struct ca_counts){title_of_state(shown[i]), counts.by_state[shown[i]]};
	v->counts = rows;
	v->counts_count = WAITING;
	return 0;
}

static int draw_state(struct web_request *r, const struct ca_state *state, struct ca_view *v, struct err *err)
{
	struct ca_certificates *rows = pool_alloc(request_pool(r), CERTIFICATES * sizeof(*rows));
	char *head = pool_alloc(request_pool(r), 2 * sizeof(state->head) + 1);

	if (rows == NULL || head == NULL)
		return err_set(err, HF_MEMORY, "state");
	hex_write(head, state->head, sizeof(state->head));
	v->reachable = true;
	v->now = state->time;
	v->journal_number = state->number;
	v->journal_head = page_grouped(r, head);
	v->crl_number = state->crl_number;
	v->crl_next = state->crl_next;
	v->crl_tone = state->crl_next > clock_now() ? "green" : "red";
	v->ocsp_until = state->ocsp_until;
	v->responder_seconds = state->responder_seconds;
	v->status_served = state->ocsp_until > 0 && state->responder_seconds >= 0;
	v->status_fresh = state->ocsp_until > clock_now() && state->responder_seconds < STATUS_FRESH;
	v->evaluation = state->evaluation;
	v->certificates = rows;
	v->certificates_count = CERTIFICATES;
	rows[0] = draw_certificate(r, N_("根证书"), &state->root);
	rows[1] = draw_certificate(r, N_("签发证书的CA"), &state->issuing);
	rows[2] = draw_certificate(r, N_("日志和回执的签名"), &state->journal);
	return 0;
}

int ca_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct ca_state state;
	struct ca_view v = {0};

	if (ca_state_load(service_of(r), actor_of(r), request_pool(r), &state, err) == 0) {
		if (draw_state(r, &state, &v, err) != 0)
			return -1;
	} else if (err->kind != ERR_LATER) {
		return -1;
	}
	if (draw_counts(r, &v, err) != 0)
		return -1;
	return PAGE_DRAW(ca, r, reply, &v, err);
}
