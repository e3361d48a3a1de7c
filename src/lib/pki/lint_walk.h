/* The linter's own walk through DER; it shares nothing with der.h, so that an error there does not hide here. Only for lint*.c. */
#ifndef HUFU_PKI_LINT_WALK_H
#define HUFU_PKI_LINT_WALK_H

#include "lint.h"

struct element {
	uint8_t tag;
	const uint8_t *start; /* of the header */
	const uint8_t *value;
	size_t size; /* of the value */
};
/* What is left of an element's inside. */
struct walk {
	const uint8_t *at, *end;
};

struct walk walk_bytes(struct bytes from);
struct walk walk_into(const struct element *e);
bool walk_done(const struct walk *w);
/* False when there is no further element, or it is not DER. */
bool walk_next(struct walk *w, struct element *e);
bool walk_expect(struct walk *w, uint8_t tag, struct element *e);
/* One element with this tag is all there is; the walk goes on inside it. */
bool walk_enter(struct walk *w, uint8_t tag);
/* The element is these bytes, header and all. */
bool element_is(const struct element *e, const void *bytes, size_t size);
bool value_is(const struct element *e, const void *bytes, size_t size);
bool elements_equal(const struct element *a, const struct element *b);

/* Seconds since 1970 of a UTCTime to 2049 or a GeneralizedTime from 2050, both in Zulu without fractions; false for anything else. */
bool walk_time(const struct element *e, int64_t *seconds);

void lint_find(struct lint_report *report, const char *paragraph, const char *what);
/* Each adds its findings. */
void lint_algorithm(const struct element *e, struct lint_report *report);
void lint_name(const struct element *e, struct lint_report *report);
void lint_serial(const struct element *e, struct lint_report *report);
/* Takes one Extension; false when it is not well formed. */
struct lint_extension {
	struct element oid, value; /* value: the OCTET STRING */
	bool critical;
};
bool lint_extension_next(struct walk *w, struct lint_extension *x, struct lint_report *report);
void lint_authority_key_id(struct walk value, struct lint_report *report);

#endif
