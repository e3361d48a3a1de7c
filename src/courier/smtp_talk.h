/* What a client of SMTP says for a number of mails, given what it heard (RFC 5321); as many commands at once as RFC 2920 and RFC 3030 let
 * it where the server offers these. No socket in it. */
#ifndef HUFU_COURIER_SMTP_TALK_H
#define HUFU_COURIER_SMTP_TALK_H

#include "bytes.h"

/* Borrowed: address and message (with CRLF line ends). */
struct smtp_item {
	const char *to;
	struct bytes message;
	bool taken;       /* the server said that it has the mail */
	struct err fault; /* HF_MAIL: not now. HF_MAIL_REFUSED: the server's last word about its recipient or text. HF_NONE while nothing is known */
};

struct smtp_talk {
	const char *from;
	struct smtp_item *items;
	size_t count;
	struct buf out;  /* to be sent; whoever sends takes it from the front */
	struct buf line; /* of an answer, heard so far */
	size_t said, heard;
	bool pipelining, chunking; /* offered */
	bool open;                 /* the server waits for the text of a mail */
};

/* After the greeting and the login. name: of this host. */
int smtp_talk_begin(struct smtp_talk *talk, const char *name, const char *from, struct smtp_item *items, size_t count,
                    struct err *err) MUST_CHECK;
void smtp_talk_end(struct smtp_talk *talk);
/* Takes what the server said, any piece of it. HF_MAIL: it ends the conversation, or speaks another protocol. */
int smtp_talk_hear(struct smtp_talk *talk, struct bytes piece, struct err *err) MUST_CHECK;
/* Everything was said and answered. */
bool smtp_talk_done(const struct smtp_talk *talk);

#endif
