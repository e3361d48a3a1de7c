/* A failed request's answer: status by the error's kind, the code a person can tell, words in his language. */
#ifndef HUFU_WEB_PROBLEM_H
#define HUFU_WEB_PROBLEM_H

#include "reply.h"
#include "request.h"

struct problem {
	int status;
	char code[8];      /* "HF-5003" */
	const char *kind;  /* "auth": for programs */
	const char *words; /* for people */
};

/* 400 input, 401 for HF_SESSION_NONE and HF_SESSION_ENDED, 403 auth, 404 missing, 405 HF_HTTP_METHOD, 409 conflict, 413 HF_LIMIT and
 * HF_PAPER_SIZE, 429 other limits, 422 refused, 503 later, 500 system and memory. */
void problem_of(const struct err *why, enum language language, struct problem *out);
/* JSON when the request wants it, else words and code as plain text: a program with pages draws its own. Logs system errors. */
void problem_reply(struct web_request *r, const struct err *why, struct reply *reply);

#endif
