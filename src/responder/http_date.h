/* Times as HTTP writes them: "Sun, 22 Nov 2026 01:05:00 GMT". RFC 9110 5.6.7 */
#ifndef HUFU_RESPONDER_HTTP_DATE_H
#define HUFU_RESPONDER_HTTP_DATE_H

#include <stdbool.h>
#include <stdint.h>

#define HTTP_DATE_SIZE 30

void http_date_write(char out[static HTTP_DATE_SIZE], int64_t seconds);
/* Only the form above; the two old ones are not read. */
bool http_date_read(const char *text, int64_t *seconds);

#endif
