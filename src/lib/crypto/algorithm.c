/* OpenSSL's algorithms and curve, fetched once for the process. */
#include "algorithm.h"

#include "crypto_load.h"
#include "key_pair.h"
#include "log.h"
#include "random.h"
#include "self_test.h"

#include <openssl/obj_mac.h>
#include <pthread.h>
#include <string.h>

static struct algorithms fetched;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fetch(void)
{
	uint8_t seed;

	fetched.sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
	fetched.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	fetched.sm4_ecb = EVP_CIPHER_fetch(NULL, "SM4-ECB", NULL);
	fetched.sm4_ctr = EVP_CIPHER_fetch(NULL, "SM4-CTR", NULL);
	fetched.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	fetched.scrypt = EVP_KDF_fetch(NULL, "SCRYPT", NULL);
	fetched.sm2 = EC_GROUP_new_by_curve_name(NID_sm2);
	fetched.engine = engine_best();
	user_digest_begin(&fetched.user, BYTES_LITERAL(SM2_STANDARD_ID));
	if (fetched.sha1 == NULL || fetched.sha256 == NULL || fetched.sm4_ecb == NULL || fetched.sm4_ctr == NULL || fetched.hmac == NULL ||
	    fetched.scrypt == NULL || fetched.sm2 == NULL)
		crypto_die("fetching the algorithms");
	if (!self_test(fetched.engine))
		crypto_die("the known answers of SM2");
	random_bytes(&seed, sizeof(seed));
}

const struct algorithms *algorithms_get(void)
{
	if (pthread_once(&once, fetch) != 0)
		crypto_die("pthread_once");
	return &fetched;
}

void crypto_load(void)
{
	(void)algorithms_get();
}

int crypto_use(const char *sm2, struct err *err)
{
	bool openssl = strcmp(sm2, "openssl") == 0;

	if (!openssl && strcmp(sm2, "own") != 0)
		return err_set(err, HF_SETTING, "service.sm2 is \"%s\": own or openssl", sm2);
	crypto_load();
	fetched.sm2_by_openssl = openssl;
	log_info("crypto.sm2", "%s", crypto_in_use());
	return 0;
}

const char *crypto_in_use(void)
{
	const struct algorithms *a = algorithms_get();

	return a->sm2_by_openssl ? "openssl" : a->engine->name;
}
