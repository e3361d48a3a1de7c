/* A container's keys and certificates, used and brought in. */
#include "cipher.h"
#include "random.h"
#include "skf_calls.h"
#include "token_blob.h"

#include <string.h>

static int sign_digest(struct token *t, const char *container, const uint8_t e[32], uint8_t rs[64], struct err *err)
{
	ECCSIGNATUREBLOB blob = {0};
	HCONTAINER handle = NULL;
	uint8_t digest[32];
	ULONG result;

	if (token_container_open(t, container, &handle, err) != 0)
		return -1;
	memcpy(digest, e, sizeof(digest));
	result = t->library->skf.ECCSignData(handle, digest, sizeof(digest), &blob);
	(void)t->library->skf.CloseContainer(handle);
	if (skf_check(result, "ECCSignData", err) != 0)
		return -1;
	return token_blob_to_signature(&blob, rs, err);
}

int token_sign(struct token *token, const char *container, struct bytes message, struct buf *signature, struct err *err)
{
	struct sm2_public *key = NULL;
	uint8_t e[32], rs[64];
	int result = -1;

	if (token_public_key(token, container, TOKEN_SIGN, &key, err) != 0)
		return -1;
	if (sm2_digest(key, message, e, err) != 0 || sign_digest(token, container, e, rs, err) != 0)
		goto out;
	if (sm2_verify_digest(key, e, rs, err) != 0) {
		(void)err_set(err, HF_KEY_ANSWER, "the key's signature does not verify with its public key");
		goto out;
	}
	result = sm2_signature_to_der(rs, signature, err);
out:
	sm2_public_free(&key);
	return result;
}

int token_import_certificate(struct token *token, const char *container, enum token_use use, struct bytes der, struct err *err)
{
	uint8_t copy[TOKEN_CERTIFICATE_MAX];
	HCONTAINER handle = NULL;
	ULONG result;

	if (der.size == 0 || der.size > sizeof(copy))
		return err_set(err, HF_LIMIT, "a certificate of %zu bytes for a key", der.size);
	if (token_container_open(token, container, &handle, err) != 0)
		return -1;
	memcpy(copy, der.data, der.size);
	result = token->library->skf.ImportCertificate(handle, use == TOKEN_SIGN, copy, (ULONG)der.size);
	(void)token->library->skf.CloseContainer(handle);
	return skf_check(result, "ImportCertificate", err);
}

int token_import_envelope(struct token *token, const char *container, struct bytes der, struct err *err)
{
	uint8_t blob[TOKEN_BLOB_ENVELOPE_SIZE];
	HCONTAINER handle = NULL;
	ULONG result;

	if (token_blob_from_envelope(der, blob, err) != 0 || token_container_open(token, container, &handle, err) != 0)
		return -1;
	result = token->library->skf.ImportECCKeyPair(handle, (ENVELOPEDKEYBLOB *)blob);
	(void)token->library->skf.CloseContainer(handle);
	if (result == SAR_INDATAERR)
		return err_set(err, HF_INSTALL_ENVELOPE, "the key refuses the envelope (GB/T 35276 7.4)");
	return skf_check(result, "ImportECCKeyPair", err);
}

/* What a session key, unwrapped inside the key, makes of one block. */
static int encrypt_inside(struct token *t, HCONTAINER container, uint8_t wrapped[TOKEN_BLOB_WRAPPED_SIZE], const uint8_t block[16],
                          uint8_t out[16], struct err *err)
{
	const BLOCKCIPHERPARAM no_padding = {0};
	HANDLE key = NULL;
	uint8_t in[16], answer[32];
	ULONG size = sizeof(answer), result;

	result = t->library->skf.ImportSessionKey(container, SGD_SM4_ECB, wrapped, TOKEN_BLOB_WRAPPED_SIZE, &key);
	if (result == SAR_INDATAERR)
		return err_set(err, HF_INSTALL_PROOF, "the key does not open what was encrypted to it");
	if (skf_check(result, "ImportSessionKey", err) != 0)
		return -1;
	memcpy(in, block, sizeof(in));
	result = t->library->skf.EncryptInit(key, no_padding);
	if (result == SAR_OK)
		result = t->library->skf.Encrypt(key, in, sizeof(in), answer, &size);
	(void)t->library->skf.CloseHandle(key);
	if (skf_check(result, "Encrypt", err) != 0)
		return -1;
	if (size != 16)
		return err_set(err, HF_KEY_ANSWER, "SKF_Encrypt gives %u bytes for 16", size);
	memcpy(out, answer, 16);
	return 0;
}

int token_prove_decryption(struct token *token, const char *container, const struct sm2_public *expected, struct err *err)
{
	uint8_t wrapped[TOKEN_BLOB_WRAPPED_SIZE], block[16], wanted[16], found[16];
	struct secret session = {0};
	HCONTAINER handle = NULL;
	int result = -1;

	if (secret_new(&session, SM4_KEY_SIZE, err) != 0)
		return -1;
	random_bytes(session.data, session.size);
	random_bytes(block, sizeof(block));
	if (sm4_ecb_encrypt(session.data, BYTES_ARRAY(block), wanted, err) != 0 || token_blob_wrap(expected, &session, wrapped, err) != 0 ||
	    token_container_open(token, container, &handle, err) != 0)
		goto out;
	result = encrypt_inside(token, handle, wrapped, block, found, err);
	(void)token->library->skf.CloseContainer(handle);
	if (result == 0 && !bytes_equal(BYTES_ARRAY(wanted), BYTES_ARRAY(found)))
		result = err_set(err, HF_INSTALL_PROOF, "the key opens another thing than what was encrypted to it");
out:
	secret_free(&session);
	return result;
}
