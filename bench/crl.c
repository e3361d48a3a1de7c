/* crl: how long it takes to build, lint and sign a CRL over a made set of revoked certificates: serial numbers drawn at random, no
 * certificate behind them. What was made is read back and its signature checked.
 *
 * usage: crl COUNT */
#include "cert_build.h"
#include "clock.h"
#include "crl_build.h"
#include "crypto_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NUMBER 7
#define DAY 86400

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* A root that revokes: the CRL builder does not ask more of an issuer. */
static int issuer_make(struct cert **issuer, struct sm2_private **key, struct err *err)
{
	struct cert_plan plan = {.profile = PROFILE_ROOT,
	                         .subject = {.country = BYTES_LITERAL("CN"), .common_name = BYTES_LITERAL("bench")}};
	struct buf der;
	int result = -1;

	buf_init(&der, CERT_DER_MAX);
	if (sm2_private_generate(key, err) == 0) {
		serial_draw(&plan.serial);
		plan.key = sm2_private_public(*key);
		plan.not_before = clock_now();
		plan.not_after = profile_end(PROFILE_ROOT, plan.not_before, INT64_MAX);
		if (cert_issue(&plan, *key, &der, err) == 0)
			result = cert_parse(issuer, buf_get(&der), err);
	}
	buf_free(&der);
	return result;
}

static struct crl_entry *entries_make(size_t count, int64_t now)
{
	static const enum crl_reason reasons[] = {CRL_UNSPECIFIED, CRL_KEY_COMPROMISE, CRL_SUPERSEDED, CRL_CESSATION};
	struct crl_entry *entries = calloc(count, sizeof(*entries));

	for (size_t i = 0; entries != NULL && i < count; i++) {
		serial_draw(&entries[i].serial);
		entries[i].time = now - (int64_t)i % DAY;
		entries[i].reason = reasons[i % 4];
	}
	if (entries != NULL) /* serial is the first member */
		qsort(entries, count, sizeof(*entries), serial_compare);
	return entries;
}
_Static_assert(offsetof(struct crl_entry, serial) == 0, "entries are sorted by their first member");

static int measure(size_t count, struct err *err)
{
	struct crl_plan plan = {.number = NUMBER, .this_update = clock_now(), .count = count};
	struct crl_entry *entries = entries_make(count, plan.this_update);
	struct sm2_private *key = NULL;
	struct cert *issuer = NULL;
	struct crl *crl = NULL;
	struct buf der;
	int result = -1;

	buf_init(&der, CRL_DER_MAX);
	plan.entries = entries;
	plan.next_update = plan.this_update + 2 * DAY;
	plan.anchor.journal_number = NUMBER;
	if (entries != NULL && issuer_make(&issuer, &key, err) == 0) {
		double from = now_ms(), until = 0;

		plan.issuer = issuer;
		if (crl_issue(&plan, key, &der, err) == 0) {
			until = now_ms();
			if (crl_parse(&crl, buf_get(&der), err) == 0)
				result = crl_verify(crl, issuer, err);
		}
		if (result == 0)
			(void)printf("{\"entries\":%zu,\"bytes\":%zu,\"us\":%.0f}\n", crl->count, der.size, (until - from) * 1e3);
	}
	crl_free(&crl);
	cert_free(&issuer);
	sm2_private_free(&key);
	buf_free(&der);
	free(entries);
	return result;
}

int main(int argc, char **argv)
{
	size_t count = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	struct err err = {0};

	crypto_load();
	if (count == 0)
		(void)fprintf(stderr, "usage: crl COUNT\n");
	else if (measure(count, &err) == 0)
		return EXIT_SUCCESS;
	else
		(void)fprintf(stderr, "crl: %s\n", err.text);
	return EXIT_FAILURE;
}
