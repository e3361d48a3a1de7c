/* What the bench drives, and whom it plays: one portal, N applicants, a few members of staff. */
#ifndef HUFU_BENCH_WORLD_H
#define HUFU_BENCH_WORLD_H

#include "cert.h"
#include "http_client.h"
#include "page_text.h"
#include "sm2.h"
#include "token.h"

#define STAFF_MAX 8
#define NUMBER_MAX 24
#define CODE_SIZE 18

/* A form with a signed order in it, ready to be posted. */
struct ready_form {
	struct buf body;
	char path[64];
};

struct applicant {
	char code[CODE_SIZE + 1]; /* unified social credit code */
	char number[NUMBER_MAX + 1];
	uint32_t source; /* own address */
	char cookie[COOKIE_MAX + 1];
	struct sm2_private *key;
	uint8_t serials[2][16]; /* of the certificates, once collected: signature, encryption */
	struct buf certificate; /* signature certificate, DER */
	struct ready_form accept, approve, login;
};

struct staff {
	char name[32], serial[33]; /* the key's */
	struct secret pin;
	char container[TOKEN_NAME_MAX + 1];
	struct buf certificate;
	uint8_t by[16]; /* its serial number */
	char cookie[COOKIE_MAX + 1];
};

struct world {
	uint16_t port, status_port;
	const char *instance; /* folder */
	struct cert *issuing;
	uint8_t ca[20];
	struct token_library *library;
	struct staff staff[STAFF_MAX];
	size_t staff_count;
	struct applicant *applicants;
	size_t count;
};

/* Who signs: a key in a file, or a person's key. May be used by many threads. */
struct pen {
	int (*sign)(void *ctx, struct bytes message, struct buf *signature, struct err *err);
	void *ctx;
	const uint8_t *by; /* serial number of its certificate */
};
/* The text of an order from a draft, and its signature. */
int order_sign(const struct world *w, const struct pen *pen, struct bytes draft, struct buf *text, struct buf *signature,
               struct err *err) MUST_CHECK;
/* The form of a page that shows a draft, with the order signed. */
int ready_order(const struct world *w, const struct pen *pen, struct bytes page, struct buf *body, struct err *err) MUST_CHECK;
int ready_post(const struct ready_form *form, struct http_client *h, struct err *err) MUST_CHECK;

/* The visit at a login page up to the challenge: what is to be posted with the certificate that pen has. */
int ready_login(const struct world *w, const struct pen *pen, struct bytes certificate, const char *door, struct http_client *h,
                struct ready_form *form, struct err *err) MUST_CHECK;

#endif
