/* A raw HTTP client for tests: sends exactly the bytes it is given. */
#ifndef HUFU_TEST_WEB_CLIENT_H
#define HUFU_TEST_WEB_CLIENT_H

#include "bytes.h"

/* A listening socket on a free port of 127.0.0.1. */
int web_listen(int *port);
int web_connect(int port);
void web_send(int fd, const char *text);
void web_send_bytes(int fd, struct bytes data);
/* Reads one reply (head and body by Content-Length or chunks) into out, NUL-terminated; its status, or 0 when the connection ended before.
 */
int web_receive(int fd, char *out, size_t max);
/* One request on its own connection. */
int web_ask(int port, const char *text, char *out, size_t max);
/* Whether the peer closes within ms. */
int web_closed_within(int fd, int ms);

#endif
