/* Containers: found, listed, made; their certificates and public keys. */
#include "skf_calls.h"
#include "token_blob.h"

#include <string.h>

/* The library wants its texts writable. */
static int copy_name(const char *name, char copy[TOKEN_NAME_MAX + 1], struct err *err)
{
	size_t n = strlen(name);

	if (n == 0 || n > TOKEN_NAME_MAX)
		return err_set(err, HF_CONTAINER, "a container's name has 1 to %d bytes", TOKEN_NAME_MAX);
	memcpy(copy, name, n + 1);
	return 0;
}

static int read_names(struct token *t, char names[SKF_NAME_LIST_MAX], struct bytes *list, struct err *err)
{
	ULONG size = SKF_NAME_LIST_MAX;

	if (skf_check(t->library->skf.EnumContainer(t->application, names, &size), "EnumContainer", err) != 0)
		return -1;
	*list = (struct bytes){(const uint8_t *)names, size < SKF_NAME_LIST_MAX ? size : SKF_NAME_LIST_MAX};
	return 0;
}

/* By the list, as libraries differ in what they answer for a name that is not there. */
static int find_container(struct token *t, const char *name, bool *found, struct err *err)
{
	char names[SKF_NAME_LIST_MAX];
	struct bytes list, one;
	size_t at = 0;

	*found = false;
	if (read_names(t, names, &list, err) != 0)
		return -1;
	while (!*found && skf_next_name(list, &at, &one))
		*found = bytes_is_text(one, name);
	return 0;
}

int token_container_open(struct token *token, const char *name, HCONTAINER *container, struct err *err)
{
	char copy[TOKEN_NAME_MAX + 1];
	bool found;

	if (copy_name(name, copy, err) != 0 || find_container(token, name, &found, err) != 0)
		return -1;
	if (!found)
		return err_set(err, HF_CONTAINER, "the key has no such container");
	return skf_check(token->library->skf.OpenContainer(token->application, copy, container), "OpenContainer", err);
}

static void look_inside(struct token *t, HCONTAINER handle, struct token_container *c)
{
	for (enum token_use use = TOKEN_SIGN; use <= TOKEN_ENCRYPT; use++) {
		BOOL sign = use == TOKEN_SIGN;
		ECCPUBLICKEYBLOB blob = {0};
		ULONG size = sizeof(blob);

		c->key[use] = t->library->skf.ExportPublicKey(handle, sign, (BYTE *)&blob, &size) == SAR_OK && blob.BitLen != 0;
		size = 0;
		c->certificate[use] = t->library->skf.ExportCertificate(handle, sign, NULL, &size) == SAR_OK && size > 0;
	}
}

int token_containers(struct token *token, struct token_container list[TOKEN_CONTAINERS_MAX], size_t *count, struct err *err)
{
	char names[SKF_NAME_LIST_MAX];
	struct bytes all, name;
	size_t at = 0;

	*count = 0;
	if (read_names(token, names, &all, err) != 0)
		return -1;
	while (*count < TOKEN_CONTAINERS_MAX && skf_next_name(all, &at, &name)) {
		struct token_container *c = &list[*count];
		HCONTAINER handle = NULL;

		*c = (struct token_container){0};
		if (name.size > TOKEN_NAME_MAX || skf_copy_text(c->name, (const char *)name.data, name.size, NULL) != 0)
			continue;
		if (token_container_open(token, c->name, &handle, err) != 0)
			return -1;
		look_inside(token, handle, c);
		(void)token->library->skf.CloseContainer(handle);
		(*count)++;
	}
	return 0;
}

int token_certificate(struct token *token, const char *container, enum token_use use, struct buf *der, struct err *err)
{
	uint8_t certificate[TOKEN_CERTIFICATE_MAX];
	ULONG size = sizeof(certificate);
	HCONTAINER handle = NULL;
	ULONG result;

	if (token_container_open(token, container, &handle, err) != 0)
		return -1;
	result = token->library->skf.ExportCertificate(handle, use == TOKEN_SIGN, certificate, &size);
	(void)token->library->skf.CloseContainer(handle);
	if (skf_check(result, "ExportCertificate", err) != 0)
		return -1;
	if (size == 0 || size > sizeof(certificate))
		return err_set(err, HF_CONTAINER, "the container has no such certificate");
	return buf_append(der, (struct bytes){certificate, size}, err);
}

int token_public_key(struct token *token, const char *container, enum token_use use, struct sm2_public **key, struct err *err)
{
	ECCPUBLICKEYBLOB blob = {0};
	ULONG size = sizeof(blob);
	HCONTAINER handle = NULL;
	ULONG result;

	if (token_container_open(token, container, &handle, err) != 0)
		return -1;
	result = token->library->skf.ExportPublicKey(handle, use == TOKEN_SIGN, (BYTE *)&blob, &size);
	(void)token->library->skf.CloseContainer(handle);
	if (skf_check(result, "ExportPublicKey", err) != 0)
		return -1;
	return token_blob_to_public(&blob, key, err);
}

static int generate(struct token *t, HCONTAINER handle, struct sm2_public **key, struct err *err)
{
	ECCPUBLICKEYBLOB blob = {0};

	if (skf_check(t->library->skf.GenECCKeyPair(handle, SGD_SM2_1, &blob), "GenECCKeyPair", err) != 0)
		return -1;
	return token_blob_to_public(&blob, key, err);
}

int token_container_make(struct token *token, const char *container, struct sm2_public **key, struct err *err)
{
	char copy[TOKEN_NAME_MAX + 1];
	HCONTAINER handle = NULL;
	bool found;
	int result;

	if (copy_name(container, copy, err) != 0 || find_container(token, container, &found, err) != 0)
		return -1;
	if (found)
		return err_set(err, HF_EXISTS, "the key has a container of this name");
	if (skf_check(token->library->skf.CreateContainer(token->application, copy, &handle), "CreateContainer", err) != 0)
		return -1;
	result = generate(token, handle, key, err);
	(void)token->library->skf.CloseContainer(handle);
	if (result != 0)
		(void)token->library->skf.DeleteContainer(token->application, copy);
	return result;
}

int token_container_delete(struct token *token, const char *container, struct err *err)
{
	char copy[TOKEN_NAME_MAX + 1];
	bool found;

	if (copy_name(container, copy, err) != 0 || find_container(token, container, &found, err) != 0)
		return -1;
	if (!found)
		return err_set(err, HF_CONTAINER, "the key has no such container");
	return skf_check(token->library->skf.DeleteContainer(token->application, copy), "DeleteContainer", err);
}
