/* Inside token: the loaded library's functions, and its results as errors. */
#ifndef HUFU_TOKEN_SKF_CALLS_H
#define HUFU_TOKEN_SKF_CALLS_H

#include "skf_hufu.h"
#include "token.h"

#define SKF_CALLS(X) \
	X(WaitForDevEvent) \
	X(CancelWaitForDevEvent) \
	X(EnumDev) \
	X(ConnectDev) \
	X(DisConnectDev) \
	X(GetDevInfo) \
	X(ChangePIN) \
	X(GetPINInfo) \
	X(VerifyPIN) \
	X(ClearSecureState) \
	X(EnumApplication) \
	X(OpenApplication) \
	X(CloseApplication) \
	X(CreateContainer) \
	X(DeleteContainer) \
	X(OpenContainer) \
	X(CloseContainer) \
	X(EnumContainer) \
	X(ImportCertificate) \
	X(ExportCertificate) \
	X(GenECCKeyPair) \
	X(ImportECCKeyPair) \
	X(ECCSignData) \
	X(ExportPublicKey) \
	X(ImportSessionKey) \
	X(EncryptInit) \
	X(Encrypt) \
	X(CloseHandle)

struct skf_calls {
#define X(name) __typeof__(SKF_##name) *name;
	SKF_CALLS(X)
#undef X
};

struct token_library {
	void *loaded;
	struct skf_calls skf;
};

struct token {
	struct token_library *library;
	DEVHANDLE device;
	HAPPLICATION application;
	bool verified;          /* by this token: others of the process may have verified it too */
	struct token_info info; /* the texts; tries and PIN state are asked anew */
};

#define SKF_NAME_LIST_MAX 8192

/* 0 for SAR_OK; else -1 with the code for the result, and what was called in the text. */
int skf_check(ULONG result, const char *what, struct err *err) MUST_CHECK;

/* The names of a list of the standard, one after the other; false at its end. at is the offset to go on from, 0 at first. */
bool skf_next_name(struct bytes list, size_t *at, struct bytes *name);
/* Copies a text of at most size bytes without NUL inside, to room of size + 1. HF_KEY_ANSWER when it is no clean UTF-8. */
int skf_copy_text(char *to, const char *from, size_t size, struct err *err) MUST_CHECK;

/* Opened for one deed; the container of that name, HF_CONTAINER when there is none. */
int token_container_open(struct token *token, const char *name, HCONTAINER *container, struct err *err) MUST_CHECK;

#endif
