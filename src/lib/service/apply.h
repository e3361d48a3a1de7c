/* Applying: a draft that is never lost, its key, and its submission. */
#ifndef HUFU_SERVICE_APPLY_H
#define HUFU_SERVICE_APPLY_H

#include "application_form.h"
#include "paper.h"
#include "service.h"

struct apply_saving {
	const char *number; /* "": the first save of a form */
	int64_t version;    /* that was seen */
	const char *draft; /* of a first save: what the form is known by, so that it begins one draft however often it comes; "": nothing */
	const char *language; /* "zh" or "en" */
	const struct application_form *form;
};
/* Keeps what was typed; what changes nothing is no change. The first save makes a new draft of kind `new`, which gets its number, is bound
 * to the actor's session, and has a resume code mailed to the address typed (HF_MAIL_ADDRESS without one). A changed address gets a new
 * code. With HF_APPLICATION_VERSION saved is the application that stands.
 * Fields that cannot be kept, and a wrong resident ID, keep their old value and are listed in faults; that alone is no error.
 * HF_APPLICATION_VERSION when another change came between, HF_APPLICATION_STATE when it is not open, HF_RATE. */
int apply_save(struct service *s, const struct actor *actor, const struct apply_saving *saving, struct entry_faults *faults,
               struct pool *pool, struct application *saved, struct err *err) MUST_CHECK;

/* The application this session works on, and its papers. HF_APPLICATION_UNKNOWN when the session has none or another. */
int apply_load(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct application *application,
               struct paper_list *papers, struct err *err) MUST_CHECK;

/* The form of an application as typed, for the page. The resident ID is not given back. */
void apply_form_of(const struct application *application, struct application_form *form);

/* The key that is at hand: a CSR (DER) made in it. Checks proof of possession, and as far as the store knows that it was never certified
 * and is in no other application that was submitted. HF_CSR_*, HF_KEY_CERTIFIED_BEFORE. */
int apply_key(struct service *s, const struct actor *actor, const char *number, int64_t version, const char *key_serial, struct bytes csr,
              struct pool *pool, struct application *saved, struct err *err) MUST_CHECK;

/* Refusals: faults (then HF_FIELD_FORMAT and the list), HF_PAPER_MISSING, HF_PAPER_EXPIRED for an upload that is not whole,
 * HF_KEY_ABSENT without a key, HF_KEY_CERTIFIED_BEFORE as above, HF_CSR_NAME, HF_APPLICATION_VERSION, HF_APPLICATION_STATE,
 * HF_APPLICATION_LIVE (then live has the other's number). The same submission again is no error. */
int apply_submit(struct service *s, const struct actor *actor, const char *number, int64_t version, struct entry_faults *faults,
                 char live[APPLICATION_NUMBER_SIZE + 1], struct pool *pool, struct application *submitted, struct err *err) MUST_CHECK;

/* Before it was accepted. */
int apply_withdraw(struct service *s, const struct actor *actor, const char *number, int64_t version, struct err *err) MUST_CHECK;

#endif
