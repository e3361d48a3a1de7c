/* hufusm2 and the default provider, loaded for a test. */
#ifndef HUFU_TEST_PROVIDER_FIXTURE_H
#define HUFU_TEST_PROVIDER_FIXTURE_H

#include <openssl/evp.h>

#define OURS "provider=hufusm2"
#define THEIRS "provider=default"

struct CMUnitTest;

/* Loads both, runs the tests, unloads; what main returns. The first argument of the program is the folder of hufusm2.so. */
#define provider_run_tests(argc, argv, tests) provider_run(argc, argv, tests, sizeof(tests) / sizeof((tests)[0]))
int provider_run(int argc, char **argv, const struct CMUnitTest *tests, size_t n);
const char *provider_folder(void);

/* A key pair. */
EVP_PKEY *provider_generate(const char *by);
/* A key from its parts, with group "SM2" unless another is given; point and d may be NULL. NULL where it is refused. */
EVP_PKEY *provider_take(const uint8_t *point, size_t size, const uint8_t *d, const char *group, int selection);

/* SM3 with Z before the text. */
size_t provider_sign(EVP_PKEY *key, const char *text, uint8_t out[80]);
int provider_verify(EVP_PKEY *key, const char *by, const char *text, const uint8_t *der, size_t size);

#endif
