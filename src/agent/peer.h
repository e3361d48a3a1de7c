/* Who owns the other end of a TCP connection on the loopback: asked of the kernel's tables (proc(5), /proc/net/tcp). */
#ifndef HUFU_AGENT_PEER_H
#define HUFU_AGENT_PEER_H

#include "bytes.h"

#include <sys/socket.h>
#include <sys/types.h>

struct peer_tables;

/* Opens the tables, to be read again and again, also in a jail that reaches no files. */
int peer_tables_open(struct peer_tables **tables, struct err *err) MUST_CHECK;
void peer_tables_close(struct peer_tables **tables);
/* The connected socket's other end belongs to the user, else HF_PEER_USER: also when the kernel does not know it (any more). */
int peer_check(struct peer_tables *tables, int fd, uid_t user, struct err *err) MUST_CHECK;

/* One address as the table for IPv4 ("0100007F:1F90") or, with mapped, the one for IPv6 writes it; -1 when it cannot stand there. */
#define PEER_ADDRESS_SIZE 38
int peer_write_address(const struct sockaddr *address, bool mapped, char out[PEER_ADDRESS_SIZE]) MUST_CHECK;
/* Whether the line is the open socket from `local` to `remote`; its owner. Malformed lines are no match. */
bool peer_line_owner(struct bytes line, const char *local, const char *remote, uid_t *owner);

#endif
