/* Drafts and their keys. */
#include "apply_change.h"

#include "access.h"
#include "application_create.h"
#include "audit_put.h"
#include "clock.h"
#include "csr.h"
#include "handler_id.h"
#include "limit.h"
#include "permission.h"
#include "resume_code.h"
#include "service_state.h"
#include "text_code.h"

#include <string.h>

#define FIRST_VERSION 1      /* that a first save leaves */
#define CHANGES_PER_HOUR 200 /* of one application: each stays in the audit for ever */

static int apply_own(struct apply_change *a, struct connection *c, struct err *err)
{
	if (access_own(c, a->actor, a->number, a->pool, a->application, err) != 0)
		return -1;
	if (!application_open(a->application))
		return err_set(err, HF_APPLICATION_STATE, "application %s is %s", a->application->number,
		               application_state_names[a->application->state]);
	return 0;
}

int apply_judge(struct apply_change *a, struct connection *c, struct err *err)
{
	if (access_version(a->application, a->version, err) != 0)
		return -1;
	return limit_use_in(c, "change", a->number, CHANGES_PER_HOUR, err);
}

int apply_open(struct apply_change *a, struct connection *c, struct err *err)
{
	return apply_own(a, c, err) == 0 ? apply_judge(a, c, err) : -1;
}

int apply_reload(struct apply_change *a, struct connection *c, struct err *err)
{
	return query_one(c, SQL_APPLICATION_BY_ID, VALUES(value_text(a->application->id)), &application_shape, a->pool, a->application,
	                 err);
}

int apply_audit(struct apply_change *a, struct connection *c, const char *deed, const char *detail, struct err *err)
{
	return audit_put(c, a->actor, &(struct audit_deed){deed, a->application->number, detail}, err);
}

static int draft_new(struct apply_change *a, struct connection *c, struct err *err)
{
	if (limit_use_in(c, "draft", a->actor->address, a->s->settings.drafts_per_hour, err) != 0 ||
	    application_create(a->s, c, APPLICATION_NEW, a->language, a->now, a->pool, a->application, err) != 0)
		return -1;
	return query_run(c, SQL_SESSION_APPLICATION_ADD,
	                 VALUES(value_text(a->actor->session->id), value_text(a->application->number), value_text(a->draft)), NULL, err);
}

/* A first save may come again, by a second click or from the browser's history: then it is a save of the draft that it began. */
static int draft_find(struct apply_change *a, struct connection *c, struct err *err)
{
	if (query_text(c, SQL_SESSION_DRAFT, VALUES(value_text(a->actor->session->id), value_text(a->draft)), a->pool, &a->number, err) !=
	    0)
		return err->code == HF_NOT_FOUND ? 0 : -1;
	a->version = FIRST_VERSION;
	return 0;
}

void apply_form_of(const struct application *a, struct application_form *form)
{
	*form = (struct application_form){
	    .name = a->name,
	    .code = a->code,
	    .organisation_code = a->organisation_code,
	    .address = a->address,
	    .province = a->province,
	    .city = a->city,
	    .legal_person = a->legal_person,
	    .handler_name = a->handler_name,
	    .handler_id = "",
	    .telephone = a->telephone,
	    .mail = a->mail,
	    .department = a->department,
	};
}

static int form_put(struct apply_change *a, struct connection *c, const struct application_form *f, struct err *err)
{
	return query_run_one(c, SQL_APPLICATION_SET_FORM,
	                     VALUES(value_text(a->application->id), value_integer(a->application->version), value_text(f->name),
	                            value_text(f->code), value_text(f->organisation_code), value_text(f->address), value_text(f->province),
	                            value_text(f->city), value_text(f->legal_person), value_text(f->handler_name), value_text(f->telephone),
	                            value_text(f->mail), value_text(f->department), value_text(a->language), value_integer(a->now)),
	                     err);
}

/* The one field without which nothing is kept, as the way back goes through it; a wrong one does not replace a right one. */
static int mail_check(struct apply_change *a, struct application_form *kept, struct err *err)
{
	const struct entry_field *field = application_field("mail");
	enum err_code fault = entry_field_check(field, kept->mail, 0);

	if (fault == HF_NONE)
		return 0;
	entry_fault_add(a->faults, field, fault);
	kept->mail = a->application->mail;
	return kept->mail[0] != '\0' ? 0 : err_set(err, HF_MAIL_ADDRESS, "a draft needs a mail address");
}

/* Sealed, a wrong number could not be shown again with its fault: it is told at once and not kept. */
static void handler_id_check(struct apply_change *a, struct application_form *kept)
{
	const struct entry_field *field = application_field("handler_id");
	enum err_code fault =
	    kept->handler_id[0] != '\0' ? entry_field_check(field, kept->handler_id, clock_day(a->now, CLOCK_SHANGHAI)) : HF_NONE;

	if (fault == HF_NONE)
		return;
	entry_fault_add(a->faults, field, fault);
	kept->handler_id = "";
}

static int handler_id_same(struct apply_change *a, struct connection *c, const char *typed, bool *same, struct err *err)
{
	char id[HANDLER_ID_ROOM];

	*same = typed[0] == '\0';
	if (*same)
		return 0;
	if (handler_id_open(a->s, c, a->application->id, a->pool, id, err) != 0)
		return -1;
	*same = strcmp(id, typed) == 0;
	secret_wipe(id, sizeof(id));
	return 0;
}

static int form_same(struct apply_change *a, struct connection *c, const struct application_form *kept, bool *same, struct err *err)
{
	struct application_form stands;

	apply_form_of(a->application, &stands);
	if (handler_id_same(a, c, kept->handler_id, same, err) != 0)
		return -1;
	stands.handler_id = kept->handler_id;
	for (size_t i = 0; *same && i < application_fields_count; i++) {
		const struct entry_field *field = &application_fields[i];

		*same = strcmp(application_form_get(&stands, field), application_form_get(kept, field)) == 0;
	}
	*same = *same && strcmp(a->application->language, a->language) == 0;
	return 0;
}

static int save(void *ctx, struct connection *c, struct err *err)
{
	struct apply_change *a = ctx;
	struct application_form kept;
	const char *address;
	bool is_new, same = false;

	if (a->number[0] == '\0' && draft_find(a, c, err) != 0)
		return -1;
	is_new = a->number[0] == '\0';
	if (is_new ? draft_new(a, c, err) != 0 : apply_own(a, c, err) != 0)
		return -1;
	address = a->application->mail;
	apply_form_of(a->application, &kept);
	if (application_form_read(a->form, &kept, a->faults, a->pool, err) != 0 || mail_check(a, &kept, err) != 0)
		return -1;
	handler_id_check(a, &kept);
	if (!is_new && form_same(a, c, &kept, &same, err) != 0)
		return -1;
	if (same)
		return 0;
	if (!is_new && apply_judge(a, c, err) != 0)
		return -1;
	if (form_put(a, c, &kept, err) != 0 || apply_reload(a, c, err) != 0)
		return -1;
	if (kept.handler_id[0] != '\0' && handler_id_put(a->s, c, a->application->id, kept.handler_id, err) != 0)
		return -1;
	if (strcmp(address, kept.mail) != 0 && resume_code_send(a->s, c, a->application, a->now, err) != 0)
		return -1;
	if (apply_audit(a, c, is_new ? "application.draft" : "application.save", NULL, err) != 0)
		return -1;
	return apply_reload(a, c, err);
}

static const char *language_of(const char *language)
{
	return language != NULL && strcmp(language, "en") == 0 ? "en" : "zh";
}

int apply_save(struct service *s, const struct actor *actor, const struct apply_saving *saving, struct entry_faults *faults,
               struct pool *pool, struct application *saved, struct err *err)
{
	struct apply_change a = {.s = s,
	                         .actor = actor,
	                         .number = saving->number,
	                         .version = saving->version,
	                         .pool = pool,
	                         .application = saved,
	                         .now = clock_now(),
	                         .form = saving->form,
	                         .draft = saving->draft,
	                         .language = language_of(saving->language),
	                         .faults = faults};

	faults->count = 0;
	if (permission_check(actor, VERB_APPLY, err) != 0)
		return -1;
	return store_change(s->store, save, &a, err);
}

int apply_load(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct application *application,
               struct paper_list *papers, struct err *err)
{
	struct connection *c;
	int rc;

	if (store_read(s->store, &c, err) != 0)
		return -1;
	rc = access_own(c, actor, number, pool, application, err);
	if (rc == 0)
		rc = query_list(c, SQL_PAPER_LIST, VALUES(value_text(application->id)), &paper_shape, pool, (void **)&papers->items,
		                &papers->count, err);
	store_read_end(s->store, &c);
	return rc;
}

int apply_check_name(const struct application *application, struct bytes csr, const char *key_serial, struct err *err)
{
	struct bytes holder = bytes_text(application->name);
	struct name asked, certified = {
	                       .country = BYTES_LITERAL("CN"),
	                       .state = bytes_text(application->province),
	                       .locality = bytes_text(application->city),
	                       .organisation = holder,
	                       .unit = bytes_text(application->department),
	                       .common_name = holder,
	                   };

	if (csr_read_name(&asked, csr, err) != 0)
		return -1;
	return csr_check_name(&asked, &certified, bytes_text(key_serial), err);
}

int apply_check_key(const struct application *application, struct connection *c, const char *key_hash, struct err *err)
{
	int64_t taken = 0;

	if (query_integer(c, SQL_APPLICATION_KEY_TAKEN, VALUES(value_text(key_hash), value_text(application->id)), &taken, err) != 0)
		return -1;
	return taken == 0 ? 0 : err_set(err, HF_KEY_CERTIFIED_BEFORE, "key %s has a certificate or another application", key_hash);
}

int apply_put_key(struct apply_change *a, struct connection *c, struct err *err)
{
	if (apply_check_key(a->application, c, a->key_hash, err) != 0 || apply_check_name(a->application, a->csr, a->key_serial, err) != 0)
		return -1;
	if (query_run_one(c, SQL_APPLICATION_SET_KEY,
	                  VALUES(value_text(a->application->id), value_integer(a->version), value_text(a->key_serial),
	                         value_text(a->key_hash), value_bytes(a->csr), value_integer(a->now)),
	                  err) != 0)
		return -1;
	if (apply_audit(a, c, "application.key", a->key_hash, err) != 0)
		return -1;
	return apply_reload(a, c, err);
}

static int put_key(void *ctx, struct connection *c, struct err *err)
{
	struct apply_change *a = ctx;

	return apply_open(a, c, err) == 0 ? apply_put_key(a, c, err) : -1;
}

/* A serial number of a key as vendors print it. */
static bool key_serial_valid(const char *serial)
{
	size_t n = strlen(serial);

	return n >= 1 && n <= 64 && strspn(serial, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._") == n;
}

int apply_read_key(struct apply_change *a, struct err *err)
{
	struct csr request;
	uint8_t hash[SM3_SIZE];
	int rc;

	if (!key_serial_valid(a->key_serial))
		return err_set(err, HF_FIELD_FORMAT, "serial number of a key");
	rc = csr_read(&request, a->csr, err);
	if (rc == 0)
		sm2_public_hash(request.key, hash);
	csr_free(&request);
	if (rc != 0)
		return -1;
	hex_write(a->key_hash, hash, sizeof(hash));
	return 0;
}

int apply_key(struct service *s, const struct actor *actor, const char *number, int64_t version, const char *key_serial, struct bytes csr,
              struct pool *pool, struct application *saved, struct err *err)
{
	struct apply_change a = {.s = s,
	                         .actor = actor,
	                         .number = number,
	                         .version = version,
	                         .pool = pool,
	                         .application = saved,
	                         .now = clock_now(),
	                         .key_serial = key_serial,
	                         .csr = csr};

	if (permission_check(actor, VERB_APPLY, err) != 0 || apply_read_key(&a, err) != 0)
		return -1;
	return store_change(s->store, put_key, &a, err);
}
