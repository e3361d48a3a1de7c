/* An application (业务申请): what an enterprise asks for, from the first saved draft to the installed certificates. */
#ifndef HUFU_MODEL_APPLICATION_H
#define HUFU_MODEL_APPLICATION_H

#include "column.h"

#define APPLICATION_ID_SIZE 32     /* hex32: the `application` of orders */
#define APPLICATION_NUMBER_SIZE 13 /* day and count of the day: 2026112200017 */
#define RESUME_CODE_SIZE 10        /* mailed to the handler, to come back with */

enum application_kind {
	APPLICATION_NEW,    /* 证书初次办理 */
	APPLICATION_REVOKE, /* 注销, entered by staff */
	APPLICATION_RESUME, /* 解冻, entered by staff */
	APPLICATION_RENEW   /* 数字证书更新: by the holder alone */
};
extern const char *const application_kind_names[]; /* as in orders: "new", "revoke", "resume"; "renew" is an order of its own */

enum application_state {
	STATE_DRAFT,
	STATE_SUBMITTED,
	STATE_RETURNED, /* to the applicant, with a reason; may be submitted again */
	STATE_ACCEPTED,
	STATE_APPROVED, /* the end for kinds that issue nothing */
	STATE_ISSUED,   /* ready to collect */
	STATE_INSTALLED,
	STATE_REJECTED,
	STATE_WITHDRAWN
};
extern const char *const application_state_names[]; /* "draft", "submitted", … */

/* Texts are never NULL. handler_mask shows of the resident ID (110***********1233), which is only kept sealed. */
struct application {
	const char *id, *number;
	enum application_kind kind;
	enum application_state state;
	int64_t version; /* grows with each change; a change names the version it saw */
	const char *name, *code, *organisation_code, *address, *province, *city, *legal_person;
	const char *handler_name, *handler_mask, *telephone, *mail;
	const char *department;              /* becomes OU; may be empty */
	const char *key_serial, *key_hash;   /* of the key that was at hand when applying; hash hex64 or empty */
	struct bytes csr;                    /* DER or empty */
	const char *serials;                 /* kinds revoke, resume and renew: certificates, hex32, separated by one space */
	const char *reason;                  /* kind revoke: the reason of RFC 5280 as in orders */
	const char *note;                    /* why it was last returned or rejected, for the handler to read */
	const char *language;                /* "zh" or "en": of the mails */
	int64_t created, changed, submitted; /* UTC seconds; submitted 0 before the first time */
};
extern const struct shape application_shape;

/* One step in an application's life. */
struct history {
	int64_t time;
	enum application_state state; /* after the step */
	const char *actor;            /* name of the person, "" for the applicant */
	const char *note;
};
extern const struct shape history_shape;

/* Notes that the service makes itself are kept as codes, so that each reader finds them in his language: their id in the catalogue; NULL
 * for what a person wrote. */
#define NOTE_ACCEPT_EXPIRED "accept-expired"
#define NOTE_CANCELLED "cancelled"
const char *application_note_words(const char *note);

struct history_list {
	struct history *items;
	size_t count;
};

/* A row of the queue. */
struct application_line {
	const char *number, *name, *code;
	enum application_kind kind;
	enum application_state state;
	int64_t submitted, changed;
};
extern const struct shape application_line_shape;

/* A live application occupies its enterprise for its kind: submitted, returned, accepted, approved or issued. */
bool application_state_live(enum application_state state);
/* The applicant may change form, key and papers: draft or returned, of kind new. */
bool application_open(const struct application *application);
/* Whether the life of an application goes from one state to the other; the table of the state machine. */
bool application_state_follows(enum application_state from, enum application_state to);

#endif
