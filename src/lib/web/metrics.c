/* Prometheus text: "# HELP", "# TYPE", one line for each series. */
#include "metrics.h"

#include "crypto_load.h"
#include "request.h"
#include "sm2.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

void metrics_begin(struct metrics_writer *w, struct buf *out)
{
	*w = (struct metrics_writer){.out = out};
}

int metrics_end(struct metrics_writer *w, struct err *err)
{
	if (!w->failed)
		return 0;
	if (err != NULL)
		*err = w->err;
	return -1;
}

static void head_write(struct metrics_writer *w, const char *name, const char *type, const char *help)
{
	if (w->last != NULL && strcmp(w->last, name) == 0)
		return;
	w->last = name;
	if (!w->failed && buf_append_format(w->out, &w->err, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type) != 0)
		w->failed = true;
}

static void label_write(struct metrics_writer *w, const char *name, const char *label)
{
	int result;

	if (w->failed)
		return;
	if (label != NULL)
		result = buf_append_format(w->out, &w->err, "%s{%s} ", name, label);
	else
		result = buf_append_format(w->out, &w->err, "%s ", name);
	w->failed = result != 0;
}

void metrics_counter(struct metrics_writer *w, const char *name, const char *help, const char *label, uint64_t value)
{
	head_write(w, name, "counter", help);
	label_write(w, name, label);
	if (!w->failed && buf_append_format(w->out, &w->err, "%" PRIu64 "\n", value) != 0)
		w->failed = true;
}

void metrics_gauge(struct metrics_writer *w, const char *name, const char *help, const char *label, double value)
{
	head_write(w, name, "gauge", help);
	label_write(w, name, label);
	if (!w->failed && buf_append_format(w->out, &w->err, "%.17g\n", value) != 0)
		w->failed = true;
}

static double cpu_seconds(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) != 0)
		return 0;
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

bool metrics_asker_is_local(const struct web_request *r)
{
	const char *address = request_address(r);

	if (request_header(r, "X-Forwarded-For") != NULL || request_header(r, "Forwarded") != NULL)
		return false;
	return strcmp(address, "127.0.0.1") == 0 || strcmp(address, "::1") == 0 || strcmp(address, "unix") == 0;
}

static void crypto_write(struct metrics_writer *w)
{
	static const char calls[] = "crypto_calls_total", words[] = "Operations of the crypto door.";
	struct crypto_account account = crypto_account_get();
	char by[32];

	snprintf(by, sizeof(by), "by=\"%s\"", crypto_in_use());
	metrics_gauge(w, "sm2_arithmetic", "Whose arithmetic works for SM2 keys.", by, 1);
	metrics_gauge(w, "crypto_cpu_seconds", "CPU time inside the crypto door; part of process_cpu_seconds.", NULL,
	              (double)account.ns / 1e9);
	metrics_counter(w, calls, words, "kind=\"sign\"", account.signs);
	metrics_counter(w, calls, words, "kind=\"verify\"", account.verifies);
	metrics_counter(w, calls, words, "kind=\"other\"", account.others);
}

void metrics_server(struct metrics_writer *w, const struct web_server_counts *counts)
{
	for (int i = 1; i < 6; i++) {
		char label[32];

		snprintf(label, sizeof(label), "class=\"%dxx\"", i);
		metrics_counter(w, "http_replies_total", "Replies by class of their status.", label, counts->by_class[i]);
	}
	metrics_counter(w, "http_refused_total", "Requests whose head had no single meaning.", NULL, counts->refused);
	metrics_counter(w, "http_cut_total", "Connections ended by a deadline.", NULL, counts->cut);
	metrics_gauge(w, "http_connections", "Connections open now.", NULL, counts->connections);
	metrics_gauge(w, "http_bodies_bytes", "Bytes of bodies that are kept whole now.", NULL, (double)counts->bodies);
	metrics_gauge(w, "process_cpu_seconds", "CPU time of the process, user and system.", NULL, cpu_seconds());
	crypto_write(w);
}
