/* SM2 signatures with the standard ID, one at a time and in batches. */
#include "algorithm.h"
#include "der.h"
#include "digest.h"
#include "random.h"
#include "sm2_key.h"
#include "sm3_state.h"

#include <string.h>

#define AT_ONCE 32

/* The message after the key's Z. */
static void message_digest(const struct sm2_public *key, struct bytes message, uint8_t e[SM3_DIGEST])
{
	struct sm3_state s;

	sm3_begin(&s);
	sm3_add(&s, key->z, sizeof(key->z));
	sm3_add(&s, message.data, message.size);
	sm3_end(&s, e);
}

int sm2_digest(const struct sm2_public *key, struct bytes message, uint8_t e[32], struct err *err)
{
	(void)err;
	message_digest(key, message, e);
	return 0;
}

int sm2_sign_digest(const struct sm2_private *key, const uint8_t e[32], uint8_t rs[64], struct err *err)
{
	uint64_t start = account_start();
	int result = 0;

	if (key->pkey != NULL) {
		result = openssl_sign(key, e, rs, err);
	} else {
		struct sign_job job = {.signer = &private_half(key)->signer, .digest = e};

		random_nonce(job.random);
		sign_many(algorithms_get()->engine, &job, 1);
		memcpy(rs, job.rs, sizeof(job.rs));
	}
	account_stop(start, ACCOUNT_SIGN, 1);
	return result;
}

int sm2_sign(const struct sm2_private *key, struct bytes message, struct buf *out, struct err *err)
{
	uint8_t e[SM3_DIGEST], rs[64];

	message_digest(key->public_half, message, e);
	if (sm2_sign_digest(key, e, rs, err) != 0)
		return -1;
	return sm2_signature_to_der(rs, out, err);
}

/* Whoever gives r or s out of range gives no signature, whichever side judges. */
static bool in_range(const uint8_t rs[64])
{
	struct fn r, s;

	return fn_read(&r, rs) && fn_read(&s, rs + 32) && !fn_zero(&r) && !fn_zero(&s);
}

int sm2_verify_digest(const struct sm2_public *key, const uint8_t e[32], const uint8_t rs[64], struct err *err)
{
	if (!in_range(rs))
		return err_set(err, HF_CERT_SIGNATURE, "SM2 signature: r or s is not in 1..n-1 (GB/T 32918.2 7.1)");
	uint64_t start = account_start();
	int result;

	if (key->pkey != NULL) {
		result = openssl_verify(key, e, rs, err);
	} else {
		struct verify_job job = {.key = &key->at, .table = key->table, .digest = e, .rs = rs};

		verify_many(algorithms_get()->engine, &job, 1);
		result = job.valid ? 0 : err_set(err, HF_CERT_SIGNATURE, "SM2 signature does not match (GB/T 32918.2 7.1)");
	}
	account_stop(start, ACCOUNT_VERIFY, 1);
	return result;
}

int sm2_verify(const struct sm2_public *key, struct bytes message, struct bytes signature, struct err *err)
{
	uint8_t e[SM3_DIGEST], rs[64];

	if (sm2_signature_from_der(signature, rs, err) != 0)
		return err_set(err, HF_CERT_SIGNATURE, "SM2 signature is not DER (GB/T 35276 7.3)");
	message_digest(key, message, e);
	return sm2_verify_digest(key, e, rs, err);
}

int sm2_signature_to_der(const uint8_t rs[64], struct buf *out, struct err *err)
{
	struct der_writer w;

	der_start(&w, out);
	der_open(&w, DER_SEQUENCE);
	der_put_natural(&w, (struct bytes){rs, 32});
	der_put_natural(&w, (struct bytes){rs + 32, 32});
	der_close(&w);
	return der_finish(&w, err);
}

int sm2_signature_from_der(struct bytes der, uint8_t rs[64], struct err *err)
{
	struct bytes pair;

	if (der_read(&der, DER_SEQUENCE, &pair) != 0 || der.size != 0 || der_read_number(&pair, rs, 32) != 0 ||
	    der_read_number(&pair, rs + 32, 32) != 0 || pair.size != 0)
		return err_set(err, HF_DER, "SM2 signature is not SEQUENCE { r, s } of 256 bits in DER (GB/T 35276 7.3)");
	return 0;
}

/* At most AT_ONCE items, all with keys of hufu's own arithmetic. */
static int sign_group(struct sm2_sign_item **items, size_t n, struct err *err)
{
	uint8_t e[AT_ONCE][SM3_DIGEST];
	struct sign_job jobs[AT_ONCE];
	int result = 0;

	uint64_t start = account_start();
	for (size_t i = 0; i < n; i++) {
		message_digest(items[i]->key->public_half, items[i]->message, e[i]);
		jobs[i] = (struct sign_job){.signer = &private_half(items[i]->key)->signer, .digest = e[i]};
		random_nonce(jobs[i].random);
	}
	sign_many(algorithms_get()->engine, jobs, n);
	account_stop(start, ACCOUNT_SIGN, n);
	for (size_t i = 0; i < n; i++) {
		items[i]->result = sm2_signature_to_der(jobs[i].rs, &items[i]->signature, err);
		if (items[i]->result != 0)
			result = -1;
	}
	return result;
}

int sm2_sign_many(struct sm2_sign_item *items, size_t n, struct err *err)
{
	struct sm2_sign_item *group[AT_ONCE];
	struct err one;
	size_t held = 0;
	int result = 0;

	for (size_t i = 0; i < n; i++) {
		buf_init(&items[i].signature, SM2_SIGNATURE_MAX);
		if (items[i].key->pkey == NULL) {
			group[held++] = &items[i];
		} else {
			items[i].result = sm2_sign(items[i].key, items[i].message, &items[i].signature, &one);
			if (items[i].result != 0 && one.kind == ERR_MEMORY)
				result = err_set(err, one.code, "%s", one.text);
		}
		if (held == AT_ONCE || (held > 0 && i + 1 == n)) {
			if (sign_group(group, held, err) != 0)
				result = -1;
			held = 0;
		}
	}
	return result;
}

static void verify_group(struct sm2_verify_item **items, size_t n)
{
	uint8_t e[AT_ONCE][SM3_DIGEST], rs[AT_ONCE][64];
	struct verify_job jobs[AT_ONCE];

	uint64_t start = account_start();
	for (size_t i = 0; i < n; i++) {
		message_digest(items[i]->key, items[i]->message, e[i]);
		if (sm2_signature_from_der(items[i]->signature, rs[i], NULL) != 0)
			memset(rs[i], 0, sizeof(rs[i])); /* which is no signature */
		jobs[i] = (struct verify_job){.key = &items[i]->key->at, .table = items[i]->key->table, .digest = e[i], .rs = rs[i]};
	}
	verify_many(algorithms_get()->engine, jobs, n);
	for (size_t i = 0; i < n; i++)
		items[i]->result = jobs[i].valid ? 0 : -1;
	account_stop(start, ACCOUNT_VERIFY, n);
}

int sm2_verify_many(struct sm2_verify_item *items, size_t n, struct err *err)
{
	struct sm2_verify_item *group[AT_ONCE];
	size_t held = 0;

	(void)err;
	for (size_t i = 0; i < n; i++) {
		if (items[i].key->pkey == NULL)
			group[held++] = &items[i];
		else
			items[i].result = sm2_verify(items[i].key, items[i].message, items[i].signature, NULL);
		if (held == AT_ONCE || (held > 0 && i + 1 == n)) {
			verify_group(group, held);
			held = 0;
		}
	}
	return 0;
}
