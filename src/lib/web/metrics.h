/* Numbers of a program in Prometheus text format 0.0.4. */
#ifndef HUFU_WEB_METRICS_H
#define HUFU_WEB_METRICS_H

#include "bytes.h"
#include "server.h"

struct metrics_writer {
	struct buf *out;
	const char *last; /* family written last: its head stands once */
	bool failed;
	struct err err;
};
void metrics_begin(struct metrics_writer *w, struct buf *out);
/* name: "hufu_responder_answers_total"; label: "status=\"good\"" or NULL; lines of one name follow each other. */
void metrics_counter(struct metrics_writer *w, const char *name, const char *help, const char *label, uint64_t value);
void metrics_gauge(struct metrics_writer *w, const char *name, const char *help, const char *label, double value);
/* Whether it is asked for on this machine; a front on it hands requests of others on, and those bear its header. */
bool metrics_asker_is_local(const struct web_request *r);
/* What every program with a server tells: replies, refusals, connections, CPU and how much of it inside the crypto door. */
void metrics_server(struct metrics_writer *w, const struct web_server_counts *counts);
int metrics_end(struct metrics_writer *w, struct err *err) MUST_CHECK;

#endif
