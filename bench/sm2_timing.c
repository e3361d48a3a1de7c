/* Does the time of SM2's private operations depend on their secrets? A statistic of measured times, to be run by hand:
 * bench/sm2_timing [SECONDS]
 *
 * O. Reparaz, J. Balasch, I. Verbauwhede, "Dude, is my code constant time?" (DATE 2017): two classes of inputs, one fixed and one random,
 * are measured in random order, and Welch's t-test asks whether the means differ; times above a threshold, which interrupts made, are left
 * out, at several thresholds. |t| above 4.5 says that they differ; a larger number of measurements makes a difference clearer, and no
 * number proves that there is none. The control branches on its secret and must be seen. */
#include "clock.h"
#include "encryption.h"
#include "key_pair.h"
#include "signature.h"

#include <math.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <x86intrin.h>

#define BLOCK 2048 /* measurements whose inputs are made before they are taken */
#define THRESHOLDS 12
#define SUSPECT 4.5
#define LANES 8

struct input {
	uint8_t d[32], random[32];
	struct signer signer;
	struct fn k;
};

/* Mean and variance as they come (Welford). */
struct moments {
	double n, mean, square;
};

struct trial {
	const char *name;
	void (*run)(const struct engine *engine, struct input *in);
	/* The class that stays: what is fixed of the input. */
	void (*fix)(struct input *in);
};

static const struct engine *engine;
static struct affine key;
static uint8_t digest[32] = {1, 2, 3}, c1[64], c3[32], c2[32];

static void random_input(struct input *in)
{
	do {
		if (RAND_bytes(in->d, 32) != 1 || RAND_bytes(in->random, 32) != 1)
			abort();
	} while (!scalar_fits(in->d) || signer_init(&in->signer, in->d) != 0 || !fn_read(&in->k, in->random) || fn_zero(&in->k));
}

static void fix_scalar(struct input *in, const uint8_t scalar[32])
{
	memcpy(in->d, scalar, 32);
	if (signer_init(&in->signer, in->d) != 0)
		abort();
}

static void fix_key(struct input *in)
{
	static const uint8_t one_bit[32] = {[31] = 2};

	fix_scalar(in, one_bit);
}

/* All windows but the lowest are zero. */
static void fix_small_nonce(struct input *in)
{
	in->k = (struct fn){{1}};
}

/* Windows of seven bits, as of combs, all hold -63 or -64, their largest digits; those of five bits hold single bits. */
static void fix_full_nonce(struct input *in)
{
	in->k = (struct fn){{0x4081020408102040, 0x2040810204081020, 0x1020408102040810, 0x0810204081020408}};
}

static void multiply_base(const struct engine *e, struct input *in)
{
	struct affine r;

	e->base_many(&r, &in->k, 1);
}

/* Where an engine has lanes, they are used from two on. */
static void multiply_base_many(const struct engine *e, struct input *in)
{
	struct fn k[LANES];
	struct affine r[LANES];

	for (size_t i = 0; i < LANES; i++)
		k[i] = in->k;
	e->base_many(r, k, LANES);
}

static void multiply_point(const struct engine *e, struct input *in)
{
	struct affine r;

	e->multiply(&r, &key, &in->k);
}

static void sign(const struct engine *e, struct input *in)
{
	struct sign_job job = {.signer = &in->signer, .digest = digest};

	memcpy(job.random, in->random, sizeof(job.random));
	sign_many(e, &job, 1);
}

static void make_signature(const struct engine *e, struct input *in)
{
	struct fn x = {{5, 6, 7, 8}};
	uint8_t rs[64];

	(void)e;
	(void)signature_of(rs, &in->signer, digest, &in->k, &x);
}

static void generate(const struct engine *e, struct input *in)
{
	uint8_t point[1][64];

	if (public_of_many(e, point, (const uint8_t(*)[32])in->d, 1) != 0)
		abort();
}

static void prepare_key(const struct engine *e, struct input *in)
{
	struct signer s;

	(void)e;
	if (signer_init(&s, in->d) != 0)
		abort();
}

static void decrypt(const struct engine *e, struct input *in)
{
	uint8_t text[32];

	(void)!decrypt_text(e, &in->signer.d, c1, c3, BYTES_ARRAY(c2), text);
}

/* One step more for each odd octet of the key. */
static void leak(const struct engine *e, struct input *in)
{
	struct affine r = key;

	for (size_t i = 0; i < 32; i++) {
		if (in->d[i] & 1)
			e->abscissa(&in->k, &r);
	}
}

static const struct trial trials[] = {
    {"control: a branch on the key", leak, fix_key},
    {"sign, fixed key", sign, fix_key},
    {"last half of signing, fixed key", make_signature, fix_key},
    {"last half of signing, nonce 1", make_signature, fix_small_nonce},
    {"k G, k = 1", multiply_base, fix_small_nonce},
    {"k G, largest digits", multiply_base, fix_full_nonce},
    {"eight k G at once, k = 1", multiply_base_many, fix_small_nonce},
    {"eight k G at once, largest digits", multiply_base_many, fix_full_nonce},
    {"k P, k = 1", multiply_point, fix_small_nonce},
    {"k P, digits of one bit", multiply_point, fix_full_nonce},
    {"public key, d = 2", generate, fix_key},
    {"preparing a key, d = 2", prepare_key, fix_key},
    {"decrypt, d = 2", decrypt, fix_key},
};

static void add(struct moments *m, double x)
{
	double delta = x - m->mean;

	m->n++;
	m->mean += delta / m->n;
	m->square += delta * (x - m->mean);
}

static double welch(const struct moments m[2])
{
	if (m[0].n < 100 || m[1].n < 100)
		return 0;
	double spread = m[0].square / (m[0].n - 1) / m[0].n + m[1].square / (m[1].n - 1) / m[1].n;

	return spread > 0 ? (m[0].mean - m[1].mean) / sqrt(spread) : 0;
}

static int by_size(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* From the first block: quantiles 0.5 up to nearly 1, and all. */
static void set_thresholds(uint64_t threshold[THRESHOLDS], const uint64_t time[BLOCK])
{
	static uint64_t sorted[BLOCK];

	memcpy(sorted, time, sizeof(sorted));
	qsort(sorted, BLOCK, sizeof(sorted[0]), by_size);
	for (int i = 0; i + 1 < THRESHOLDS; i++)
		threshold[i] = sorted[(size_t)((1 - pow(0.5, i + 1)) * (BLOCK - 1))];
	threshold[THRESHOLDS - 1] = UINT64_MAX;
}

static void measure_block(const struct trial *t, uint64_t time[BLOCK], uint8_t class[BLOCK])
{
	static struct input in[BLOCK];
	unsigned unused;

	if (RAND_bytes(class, BLOCK) != 1)
		abort();
	for (size_t i = 0; i < BLOCK; i++) {
		random_input(&in[i]);
		class[i] &= 1;
		if (class[i] == 0)
			t->fix(&in[i]);
	}
	for (size_t i = 0; i < BLOCK; i++) {
		_mm_lfence();
		uint64_t start = __rdtsc();
		t->run(engine, &in[i]);
		time[i] = __rdtscp(&unused) - start;
	}
}

/* The largest |t| of all thresholds. */
static double judge(const struct trial *t, double seconds, double *measured)
{
	static uint64_t time[BLOCK], threshold[THRESHOLDS];
	static uint8_t class[BLOCK];
	struct moments m[THRESHOLDS][2] = {{{0}}};
	uint64_t start = clock_thread_cpu_ns();
	double worst = 0;

	measure_block(t, time, class); /* warms up, too */
	set_thresholds(threshold, time);
	*measured = 0;
	while ((double)(clock_thread_cpu_ns() - start) < seconds * 1e9) {
		measure_block(t, time, class);
		*measured += BLOCK;
		for (size_t i = 0; i < BLOCK; i++) {
			for (int j = 0; j < THRESHOLDS; j++) {
				if (time[i] < threshold[j])
					add(&m[j][class[i]], (double)time[i]);
			}
		}
	}
	for (int j = 0; j < THRESHOLDS; j++)
		worst = fmax(worst, fabs(welch(m[j])));
	return worst;
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? strtod(argv[1], NULL) : 10, measured;
	uint8_t d[1][32] = {{7}}, point[1][64], random[32] = {1}, text[32] = {0};
	const struct engine *engines[ENGINES_MAX];
	size_t n = engine_list(engines);
	bool seen = true, clean = true;

	for (size_t e = 0; e < n; e++) {
		engine = engines[e];
		if (public_of_many(engine, point, (const uint8_t(*)[32])d, 1) != 0 || engine->read(&key, point[0]) != 0)
			return 2;
		random[0] = 1;
		encrypt_text(engine, &key, BYTES_ARRAY(text), random, c1, c3, c2);
		for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++) {
			double t = judge(&trials[i], seconds, &measured);
			bool control = i == 0, differs = t > SUSPECT;

			printf("%-9s %-34s %9.0f measured   |t| = %8.2f   %s\n", engine->name, trials[i].name, measured, t,
			       differs ? "DIFFERS" : "no difference seen");
			fflush(stdout);
			seen &= !control || differs;
			clean &= control || !differs;
		}
	}
	return seen && clean ? 0 : 1;
}
