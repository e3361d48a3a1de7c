/* SM2 against OpenSSL's P-256 in the same run, on one core: medians of CPU time, and their ratio.
 * usage: sm2 [folder of hufusm2.so] */
#include "clock.h"
#include "encryption.h"
#include "key_pair.h"
#include "random.h"
#include "signature.h"

#include <openssl/evp.h>
#include <openssl/provider.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 9
#define ROUND_NS UINT64_C(60000000)
#define SPAN_NS UINT64_C(1000000) /* at least, from one look at the clock to the next */
#define BATCH 32

struct bench {
	const struct engine *engine;
	struct signer *signer;
	uint8_t d[BATCH][32], digest[BATCH][32], point[BATCH][64], c1[64], c3[32], c2[32];
	struct fn secret;
	struct affine key;
	struct comb *table;
	struct sign_job sign[BATCH];
	struct verify_job verify[BATCH];
	EVP_PKEY *pkey;
	EVP_PKEY_CTX *operation;
	uint8_t der[80];
	size_t der_size;
};

static void stop(const char *what)
{
	fprintf(stderr, "sm2: %s failed\n", what);
	exit(1);
}

#define MUST(call) \
	do { \
		if ((call) != 1) \
			stop(#call); \
	} while (0)

static void p256_sign(struct bench *b)
{
	b->der_size = sizeof(b->der);
	MUST(EVP_PKEY_sign(b->operation, b->der, &b->der_size, b->digest[0], 32));
}

static void p256_verify(struct bench *b)
{
	MUST(EVP_PKEY_verify(b->operation, b->der, b->der_size, b->digest[0], 32));
}

static void p256_generate(struct bench *b)
{
	EVP_PKEY *pkey = NULL;

	MUST(EVP_PKEY_generate(b->operation, &pkey));
	EVP_PKEY_free(pkey);
}

static void sign_some(struct bench *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		random_nonce(b->sign[i].random);
	sign_many(b->engine, b->sign, n);
}

static void own_sign(struct bench *b)
{
	sign_some(b, 1);
}

static void own_sign_many(struct bench *b)
{
	sign_some(b, BATCH);
}

static void verify_some(struct bench *b, const struct comb *table, size_t n)
{
	for (size_t i = 0; i < n; i++)
		b->verify[i].table = table;
	verify_many(b->engine, b->verify, n);
	if (!b->verify[n - 1].valid)
		stop("verify_many");
}

static void own_verify(struct bench *b)
{
	verify_some(b, NULL, 1);
}

static void own_verify_many(struct bench *b)
{
	verify_some(b, NULL, BATCH);
}

static void own_verify_known(struct bench *b)
{
	verify_some(b, b->table, 1);
}

static void own_verify_known_many(struct bench *b)
{
	verify_some(b, b->table, BATCH);
}

static void generate_some(struct bench *b, size_t n)
{
	random_bytes(b->d[0], 32 * n);
	for (size_t i = 0; i < n; i++)
		b->d[i][0] &= 0x7f;
	if (public_of_many(b->engine, b->point, (const uint8_t(*)[32])b->d, n) != 0)
		stop("public_of_many");
}

static void own_generate(struct bench *b)
{
	generate_some(b, 1);
}

static void own_generate_many(struct bench *b)
{
	generate_some(b, BATCH);
}

static void own_decrypt(struct bench *b)
{
	uint8_t text[32];

	if (decrypt_text(b->engine, &b->secret, b->c1, b->c3, BYTES_ARRAY(b->c2), text) != 0)
		stop("decrypt_text");
}

static void provider_sign(struct bench *b)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	b->der_size = sizeof(b->der);
	MUST(EVP_DigestSignInit_ex(ctx, NULL, "SM3", NULL, "provider=hufusm2", b->pkey, NULL));
	MUST(EVP_DigestSign(ctx, b->der, &b->der_size, b->digest[0], 32));
	EVP_MD_CTX_free(ctx);
}

static void provider_verify(struct bench *b)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	MUST(EVP_DigestVerifyInit_ex(ctx, NULL, "SM3", NULL, "provider=hufusm2", b->pkey, NULL));
	MUST(EVP_DigestVerify(ctx, b->der, b->der_size, b->digest[0], 32));
	EVP_MD_CTX_free(ctx);
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* CPU time of so many calls. */
static uint64_t time_of(void (*run)(struct bench *), struct bench *b, uint64_t calls)
{
	uint64_t start = clock_thread_cpu_ns();

	for (uint64_t i = 0; i < calls; i++)
		run(b);
	return clock_thread_cpu_ns() - start;
}

/* Operations a second of CPU time; each call does n. The clock of a thread is a system call, so it is not asked for each. */
static double rate(void (*run)(struct bench *), struct bench *b, unsigned n)
{
	double rates[ROUNDS];
	uint64_t span = 1;

	while (time_of(run, b, span) < SPAN_NS)
		span *= 2;
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t spent = 0, calls = 0;

		for (; spent < ROUND_NS; calls += span)
			spent += time_of(run, b, span);
		rates[i] = (double)(calls * n) * 1e9 / (double)spent;
	}
	qsort(rates, ROUNDS, sizeof(rates[0]), by_size);
	return rates[ROUNDS / 2];
}

static void tell(const char *engine, const char *what, double found, double p256)
{
	printf("%-9s %-22s %10.0f /s   %5.2f of P-256\n", engine, what, found, found / p256);
	fflush(stdout);
}

static void prepare(struct bench *b, const struct engine *engine)
{
	uint8_t random[NONCE_RANDOM_SIZE] = {1}, text[32] = {0};

	b->engine = engine;
	memset(b->d, 0x35, sizeof(b->d));
	if (signer_init(b->signer, b->d[0]) != 0 || public_of_many(engine, b->point, (const uint8_t(*)[32])b->d, 1) != 0 ||
	    engine->read(&b->key, b->point[0]) != 0)
		stop("preparing");
	b->secret = b->signer->d;
	engine->make_comb(b->table, &b->key);
	for (size_t i = 0; i < BATCH; i++) {
		memset(b->digest[i], (int)i, 32);
		b->sign[i] = (struct sign_job){.signer = b->signer, .digest = b->digest[i]};
		b->verify[i] = (struct verify_job){.key = &b->key, .digest = b->digest[i], .rs = b->sign[i].rs};
	}
	sign_some(b, BATCH);
	encrypt_text(engine, &b->key, BYTES_ARRAY(text), random, b->c1, b->c3, b->c2);
}

struct p256 {
	double sign, verify, generate;
};

static struct p256 measure_p256(struct bench *b)
{
	EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	struct p256 p;

	b->operation = EVP_PKEY_CTX_new(pkey, NULL);
	MUST(EVP_PKEY_sign_init(b->operation));
	p.sign = rate(p256_sign, b, 1);
	MUST(EVP_PKEY_verify_init(b->operation));
	p.verify = rate(p256_verify, b, 1);
	MUST(EVP_PKEY_keygen_init(b->operation));
	p.generate = rate(p256_generate, b, 1);
	EVP_PKEY_CTX_free(b->operation);
	EVP_PKEY_free(pkey);
	tell("openssl", "P-256 sign", p.sign, p.sign);
	tell("openssl", "P-256 verify", p.verify, p.verify);
	tell("openssl", "P-256 generate", p.generate, p.generate);
	return p;
}

static void measure_engine(struct bench *b, const struct engine *engine, const struct p256 *p)
{
	prepare(b, engine);
	tell(engine->name, "sign", rate(own_sign, b, 1), p->sign);
	tell(engine->name, "sign, 32 at once", rate(own_sign_many, b, BATCH), p->sign);
	tell(engine->name, "verify", rate(own_verify, b, 1), p->verify);
	tell(engine->name, "verify, 32 at once", rate(own_verify_many, b, BATCH), p->verify);
	tell(engine->name, "verify, known key", rate(own_verify_known, b, 1), p->verify);
	tell(engine->name, "known key, 32 at once", rate(own_verify_known_many, b, BATCH), p->verify);
	tell(engine->name, "decrypt", rate(own_decrypt, b, 1), p->verify);
	tell(engine->name, "generate", rate(own_generate, b, 1), p->generate);
	tell(engine->name, "generate, 32 at once", rate(own_generate_many, b, BATCH), p->generate);
}

static void measure_provider(struct bench *b, const char *folder, const struct p256 *p)
{
	if (OSSL_PROVIDER_set_default_search_path(NULL, folder) != 1 || OSSL_PROVIDER_load(NULL, "hufusm2") == NULL ||
	    OSSL_PROVIDER_load(NULL, "default") == NULL)
		stop("loading hufusm2");
	b->pkey = EVP_PKEY_Q_keygen(NULL, "provider=hufusm2", "SM2");
	if (b->pkey == NULL)
		stop("SM2 key");
	tell("hufusm2", "EVP_DigestSign", rate(provider_sign, b, 1), p->sign);
	tell("hufusm2", "EVP_DigestVerify", rate(provider_verify, b, 1), p->verify);
	EVP_PKEY_free(b->pkey);
}

int main(int argc, char **argv)
{
	const struct engine *engines[ENGINES_MAX];
	struct bench *b = calloc(1, sizeof(*b));
	size_t n = engine_list(engines);

	if (b == NULL)
		stop("memory");
	b->signer = calloc(1, sizeof(*b->signer));
	b->table = aligned_alloc(64, sizeof(*b->table));
	if (b->signer == NULL || b->table == NULL)
		stop("memory");
	struct p256 p = measure_p256(b);
	for (size_t i = n; i-- > 0;)
		measure_engine(b, engines[i], &p);
	if (argc == 2)
		measure_provider(b, argv[1], &p);
	free(b->table);
	free(b->signer);
	free(b);
	return 0;
}
