/* Streaming reader of multipart/form-data (RFC 7578, RFC 2046 5.1). Takes the body in pieces torn anywhere. */
#ifndef HUFU_WEB_MULTIPART_H
#define HUFU_WEB_MULTIPART_H

#include "bytes.h"

#define MULTIPART_BOUNDARY_MAX 70
#define MULTIPART_NAME_MAX 256
#define MULTIPART_PARTS_MAX 128

/* A part's head. Texts are UTF-8 without control characters; file is NULL when the part has no file name. */
struct multipart_part {
	const char *name;
	const char *file;
	const char *type;
};

/* Called in order for each part: begin once, data any number of times, end once. -1 with err stops the reading. */
struct multipart_sink {
	void *ctx;
	int (*begin)(void *ctx, const struct multipart_part *part, struct err *err);
	int (*data)(void *ctx, struct bytes piece, struct err *err);
	int (*end)(void *ctx, struct err *err);
};

struct multipart;
/* boundary: as in Content-Type, without the dashes before it. sink is kept. HF_HTTP_FORM when the boundary is not allowed. */
int multipart_new(struct multipart **m, const char *boundary, const struct multipart_sink *sink, struct err *err) MUST_CHECK;
int multipart_feed(struct multipart *m, struct bytes piece, struct err *err) MUST_CHECK; /* after a failure always fails */
int multipart_end(struct multipart *m, struct err *err) MUST_CHECK; /* HF_HTTP_FORM unless the closing boundary was seen */
void multipart_free(struct multipart **m);

#endif
