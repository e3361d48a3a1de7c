/* The signer's state for the staff. */
#include "ca_state.h"

#include "permission.h"
#include "service_state.h"
#include "signer_message.h"

#include <string.h>

#define STATE_MS 3000

static int read_certificate(struct bytes der, struct pool *pool, struct ca_certificate *out, struct err *err)
{
	struct cert *cert;

	if (cert_parse(&cert, der, err) != 0)
		return -1;
	out->name = pool_text(pool, cert->subject_name.common_name);
	out->notafter = cert->not_after;
	cert_free(&cert);
	return out->name != NULL ? 0 : err_set(err, HF_MEMORY, "certificate");
}

static int read_state(struct bytes body, struct pool *pool, struct ca_state *state, struct err *err)
{
	struct state_reply reply;

	if (body_decode(&state_reply_body, body, pool, &reply, err) != 0)
		return -1;
	if (reply.head.size != sizeof(state->head))
		return err_set(err, HF_MESSAGE_FORMAT, "state: head of %zu bytes", reply.head.size);
	*state = (struct ca_state){
	    .time = reply.time,
	    .number = reply.number,
	    .crl_number = reply.crl_number,
	    .crl_next = reply.crl_next,
	    .ocsp_until = reply.ocsp_until,
	    .responder_seconds = reply.responder_seconds,
	    .evaluation = reply.evaluation != 0,
	};
	memcpy(state->head, reply.head.data, sizeof(state->head));
	if (read_certificate(reply.root, pool, &state->root, err) != 0 || read_certificate(reply.issuing, pool, &state->issuing, err) != 0)
		return -1;
	return read_certificate(reply.journal, pool, &state->journal, err);
}

int ca_state_load(struct service *s, const struct actor *actor, struct pool *pool, struct ca_state *state, struct err *err)
{
	struct buf answer;
	int result = -1;

	buf_init(&answer, FRAME_BODY_MAX);
	if (permission_check(actor, VERB_CA_READ, err) == 0 && signer_ask(s->signer, SIGNER_STATE, BYTES_NONE, &answer, STATE_MS, err) == 0)
		result = read_state(buf_get(&answer), pool, state, err);
	buf_free(&answer);
	return result;
}
