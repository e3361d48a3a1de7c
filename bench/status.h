/* The status service as verifiers ask it: OCSP by GET and POST. */
#ifndef HUFU_BENCH_STATUS_H
#define HUFU_BENCH_STATUS_H

#include "world.h"

/* By GET without a nonce (which may be answered from a cache), or by POST with one. The answer's signature, delegate and nonce are checked.
 * word: "good", "revoked" or "unknown". */
int status_ask(struct world *w, struct http_client *h, const uint8_t serial[16], bool fresh, const char **word, struct err *err) MUST_CHECK;

/* Whole HTTP requests as files FOLDER/get-0, FOLDER/post-0, …: about the first `count` applicants' signature certificates. */
int status_files(struct world *w, const char *folder, size_t count, struct err *err) MUST_CHECK;

#endif
