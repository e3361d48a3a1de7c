/* hufusm2, a provider for OpenSSL 3: SM2 keys, signatures and encryption by hufu's arithmetic. doc/man/hufusm2.7 */
#include "provider.h"

#include "fault.h"
#include "key_pair.h"
#include "self_test.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAMES "SM2:1.2.156.10197.1.301"
#define PROPERTY "provider=hufusm2"
#define DEFAULT_ID_SETTING "default-id"

bool provider_digest_fits(const struct provider *provider, const char *name)
{
	return name == NULL || *name == '\0' || strcasecmp(name, "SM3") == 0 || strcmp(name, "1.2.156.10197.1.401") == 0 ||
	       FAULT(provider, FAULT_DIGEST);
}

bool provider_random(const struct provider *provider, uint8_t *out, size_t n)
{
	return RAND_priv_bytes_ex(provider->libctx, out, n, 0) == 1 || FAULT(provider, FAULT_GENERATOR);
}

static const OSSL_PARAM *gettable_params(void *provctx)
{
	static const OSSL_PARAM params[] = {
	    OSSL_PARAM_DEFN(OSSL_PROV_PARAM_NAME, OSSL_PARAM_UTF8_PTR, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PROV_PARAM_VERSION, OSSL_PARAM_UTF8_PTR, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PROV_PARAM_BUILDINFO, OSSL_PARAM_UTF8_PTR, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PROV_PARAM_STATUS, OSSL_PARAM_INTEGER, NULL, 0),
	    OSSL_PARAM_END,
	};

	return params;
}

static int get_params(void *provctx, OSSL_PARAM params[])
{
	const struct provider *provider = provctx;
	const struct {
		const char *name, *value;
	} texts[] = {
	    {OSSL_PROV_PARAM_NAME, "hufu SM2"},
	    {OSSL_PROV_PARAM_VERSION, HUFU_VERSION},
	    {OSSL_PROV_PARAM_BUILDINFO, provider->engine->name},
	};
	OSSL_PARAM *p;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		p = OSSL_PARAM_locate(params, texts[i].name);
		if (p != NULL && !OSSL_PARAM_set_utf8_ptr(p, texts[i].value))
			return 0;
	}
	p = OSSL_PARAM_locate(params, OSSL_PROV_PARAM_STATUS);
	return p == NULL || OSSL_PARAM_set_int(p, 1);
}

static const OSSL_ALGORITHM *query_operation(void *provctx, int operation, int *no_cache)
{
	static const OSSL_ALGORITHM keys[] = {{NAMES, PROPERTY, provider_key_functions, "SM2 keys"}, {NULL, NULL, NULL, NULL}};
	static const OSSL_ALGORITHM signatures[] = {{NAMES, PROPERTY, provider_signature_functions, "SM2 signatures"},
	                                            {NULL, NULL, NULL, NULL}};
	static const OSSL_ALGORITHM ciphers[] = {{NAMES, PROPERTY, provider_cipher_functions, "SM2 encryption"}, {NULL, NULL, NULL, NULL}};

	*no_cache = 0;
	switch (operation) {
	case OSSL_OP_KEYMGMT:
		return keys;
	case OSSL_OP_SIGNATURE:
		return signatures;
	case OSSL_OP_ASYM_CIPHER:
		return ciphers;
	default:
		return NULL;
	}
}

static void teardown(void *provctx)
{
	struct provider *provider = provctx;

	OSSL_LIB_CTX_free(provider->libctx);
	free(provider->default_id);
	free(provider);
}

/* The ID from the provider's section of openssl.cnf, or the standard one. */
static bool take_default_id(struct provider *provider)
{
	char *set = NULL;
	OSSL_PARAM setting[] = {OSSL_PARAM_construct_utf8_ptr(DEFAULT_ID_SETTING, &set, 0), OSSL_PARAM_construct_end()};
	bool found = provider->core.get_params(provider->core.handle, setting) && set != NULL;
	const char *text = found ? set : SM2_STANDARD_ID;

	provider->default_id_size = strlen(text);
	if (provider->default_id_size > PROVIDER_ID_MAX)
		return FAULT(provider, FAULT_DEFAULT_ID);
	provider->default_id = (uint8_t *)strdup(text);
	return provider->default_id != NULL || FAULT(provider, FAULT_MEMORY);
}

/* False when one is missing; all are there since OpenSSL 3.0. */
static bool take_core(struct core *core, const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in)
{
	core->handle = handle;
	for (; in->function_id != 0; in++) {
		switch (in->function_id) {
		case OSSL_FUNC_CORE_GET_PARAMS:
			core->get_params = OSSL_FUNC_core_get_params(in);
			break;
		case OSSL_FUNC_CORE_NEW_ERROR:
			core->new_error = OSSL_FUNC_core_new_error(in);
			break;
		case OSSL_FUNC_CORE_SET_ERROR_DEBUG:
			core->set_error_debug = OSSL_FUNC_core_set_error_debug(in);
			break;
		case OSSL_FUNC_CORE_VSET_ERROR:
			core->vset_error = OSSL_FUNC_core_vset_error(in);
			break;
		default:
			break;
		}
	}
	return core->get_params != NULL && core->new_error != NULL && core->set_error_debug != NULL && core->vset_error != NULL;
}

static bool passes_self_test(const struct provider *provider)
{
	return self_test(provider->engine) || FAULT(provider, FAULT_SELF_TEST);
}

__attribute__((visibility("default"))) int OSSL_provider_init(const OSSL_CORE_HANDLE *core, const OSSL_DISPATCH *in,
                                                              const OSSL_DISPATCH **out, void **provctx);

int OSSL_provider_init(const OSSL_CORE_HANDLE *core, const OSSL_DISPATCH *in, const OSSL_DISPATCH **out, void **provctx)
{
	static const OSSL_DISPATCH functions[] = {
	    {OSSL_FUNC_PROVIDER_TEARDOWN, (void (*)(void))teardown},
	    {OSSL_FUNC_PROVIDER_GETTABLE_PARAMS, (void (*)(void))gettable_params},
	    {OSSL_FUNC_PROVIDER_GET_PARAMS, (void (*)(void))get_params},
	    {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query_operation},
	    {OSSL_FUNC_PROVIDER_GET_REASON_STRINGS, (void (*)(void))fault_texts},
	    {0, NULL},
	};
	struct provider *provider = calloc(1, sizeof(*provider));

	if (provider == NULL)
		return 0;
	provider->engine = engine_best();
	provider->libctx = OSSL_LIB_CTX_new_child(core, in);
	if (provider->libctx == NULL || !take_core(&provider->core, core, in) || !take_default_id(provider) ||
	    !passes_self_test(provider)) {
		teardown(provider);
		return 0;
	}
	*provctx = provider;
	*out = functions;
	return 1;
}
