/* A paper of an application: a sealed form, a copy of a licence, … as uploaded. Its bytes stand encrypted in a file. */
#ifndef HUFU_MODEL_PAPER_H
#define HUFU_MODEL_PAPER_H

#include "column.h"

#define PAPER_ID_SIZE 32   /* hex32, random; also the file's name */
#define PAPER_NAME_MAX 255 /* bytes of the name that the applicant's machine gave it */

enum paper_type {
	PAPER_UNKNOWN, /* not whole yet */
	PAPER_PDF,
	PAPER_JPEG,
	PAPER_PNG
};
extern const char *const paper_type_names[]; /* "", "application/pdf", "image/jpeg", "image/png" */

struct paper {
	const char *id;
	const char *number; /* of the application */
	const char *name;
	enum paper_type type;     /* recognised from the content */
	int64_t size;             /* as announced */
	int64_t kept;             /* bytes kept so far; whole when kept == size and hash is not empty */
	const char *hash;         /* SM3 of the whole, hex64; "" before */
	int64_t created, expires; /* an upload that is not whole by then is gone */
};
extern const struct shape paper_shape;

struct paper_list {
	struct paper *items; /* in the order they were created, which is their order in orders */
	size_t count;
};

bool paper_whole(const struct paper *p);
/* What the first bytes say: PDF, JPEG or PNG with the start of their structure, else PAPER_UNKNOWN. 32 bytes are enough. */
enum paper_type paper_type_of(struct bytes start);

#endif
