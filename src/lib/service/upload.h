/* Papers come in resumable pieces, and are kept encrypted: each answered piece is durable. */
#ifndef HUFU_SERVICE_UPLOAD_H
#define HUFU_SERVICE_UPLOAD_H

#include "paper.h"
#include "service.h"

struct upload_limits {
	int64_t paper_max; /* bytes */
	int32_t papers_max;
};
struct upload_limits upload_limits_get(const struct service *s);

/* Announces a paper of size bytes for the session's open application. name: as the browser tells it; any path before it is cut off.
 * HF_PAPER_EMPTY, HF_PAPER_SIZE, HF_PAPER_COUNT, HF_PAPER_SPACE, HF_RATE, HF_FIELD_CHARACTER. */
int upload_create(struct service *s, const struct actor *actor, const char *number, struct bytes name, int64_t size, struct pool *pool,
                  struct paper *paper, struct err *err) MUST_CHECK;
/* The whole paper at once: it is there with its row, or not at all. Fails as upload_create, and HF_PAPER_TYPE. */
int upload_take(struct service *s, const struct actor *actor, const char *number, struct bytes name, struct bytes content,
                struct pool *pool, struct paper *paper, struct err *err) MUST_CHECK;
/* The state of an upload; kept is the offset to go on from. HF_PAPER_EXPIRED when it is unknown or gone. */
int upload_find(struct service *s, const struct actor *actor, const char *id, struct pool *pool, struct paper *paper,
                struct err *err) MUST_CHECK;
/* Adds a piece at offset; with the last one the paper is recognised, hashed and sealed as a whole. HF_PAPER_OFFSET when offset is not
 * what is kept, HF_PAPER_SIZE beyond the announced size, HF_PAPER_TYPE (the paper is then removed). */
int upload_append(struct service *s, const struct actor *actor, const char *id, int64_t offset, struct bytes piece, struct pool *pool,
                  struct paper *paper, struct err *err) MUST_CHECK;
int upload_remove(struct service *s, const struct actor *actor, const char *id, struct err *err) MUST_CHECK;
/* The bytes of a whole paper, compared with their hash: for the applicant of this session, or for staff (audited). content: the caller's,
 * with room for paper_max. HF_PAPER_CHANGED. */
int upload_read(struct service *s, const struct actor *actor, const char *id, struct pool *pool, struct paper *paper, struct buf *content,
                struct err *err) MUST_CHECK;
/* Removes uploads that were not finished in time and files that no row knows; part of the hourly rounds. */
int upload_sweep(struct service *s, struct err *err) MUST_CHECK;

#endif
