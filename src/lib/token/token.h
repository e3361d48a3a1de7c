/* A certificate key behind any vendor's SKF library (GM/T 0016): found, opened, asked. The library is loaded at run time. */
#ifndef HUFU_TOKEN_TOKEN_H
#define HUFU_TOKEN_TOKEN_H

#include "sm2.h"

#define TOKEN_LIST_MAX 16
#define TOKEN_CONTAINERS_MAX 64
#define TOKEN_NAME_MAX 64
#define TOKEN_CERTIFICATE_MAX 4096
#define TOKEN_PIN_MIN 6
#define TOKEN_PIN_MAX 16

struct token_library; /* one loaded library; usable from several threads */
struct token;         /* one key with its application open; for one thread at a time */

/* Unknown: another program holds the key; only its place is known. */
enum token_pin_state { TOKEN_PIN_SET, TOKEN_PIN_CHANGE_FIRST, TOKEN_PIN_LOCKED, TOKEN_PIN_UNKNOWN };
enum token_use { TOKEN_SIGN, TOKEN_ENCRYPT };

/* Texts are UTF-8 without control characters (the library's bytes are checked), NUL-terminated. */
struct token_info {
	char device[TOKEN_NAME_MAX + 1]; /* the library's name of the place it is plugged in */
	char serial[33], label[33], maker[65];
	enum token_pin_state pin;
	uint32_t tries_left, tries_max;
};

struct token_container {
	char name[TOKEN_NAME_MAX + 1];
	bool key[2], certificate[2]; /* by enum token_use */
};

struct token_event {
	bool plugged; /* else pulled out */
	char device[TOKEN_NAME_MAX + 1];
};

/* path: absolute. HF_KEY_READER when it cannot be loaded or lacks a function of the standard that hufu needs. It is asked for its keys
 * once, so that what it loads or makes at its first use is there before a jail is entered. */
int token_library_open(struct token_library **library, const char *path, struct err *err) MUST_CHECK;
void token_library_free(struct token_library **library); /* after all its tokens were closed */

/* A key plugged in now; token is open when another program does not hold it. */
typedef int token_look_fn(void *ctx, const struct token_info *info, struct token *token, struct err *err);
/* Looks at each of them once, at most TOKEN_LIST_MAX, until look fails; one that does not answer is left out and logged. No PIN is needed.
 */
int token_look(struct token_library *library, token_look_fn *look, void *ctx, struct err *err) MUST_CHECK;
/* Blocks until a key comes or goes; HF_KEY_TIME_OUT after token_wait_cancel from another thread. */
int token_wait(struct token_library *library, struct token_event *event, struct err *err) MUST_CHECK;
void token_wait_cancel(struct token_library *library);

/* By serial number, so that a changed place is no other key; the place where it was last (or "") is looked at first. HF_KEY_ABSENT;
 * HF_KEY_BUSY while another program holds it. */
int token_open(struct token **token, struct token_library *library, const char *serial, const char *place, struct err *err) MUST_CHECK;
void token_close(struct token **token); /* the PIN is forgotten by the key */
int token_info_get(struct token *token, struct token_info *info, struct err *err) MUST_CHECK;

/* tries_left is set whatever the result. HF_PIN_WRONG, HF_PIN_LOCKED, HF_PIN_LENGTH. */
int token_verify_pin(struct token *token, const struct secret *pin, uint32_t *tries_left, struct err *err) MUST_CHECK;
/* A wrong old PIN counts like a wrong PIN. HF_PIN_SAME when the new one is the old one. Afterwards the PIN is not verified. */
int token_change_pin(struct token *token, const struct secret *old_pin, const struct secret *new_pin, uint32_t *tries_left,
                     struct err *err) MUST_CHECK;
void token_forget_pin(struct token *token);

int token_containers(struct token *token, struct token_container list[TOKEN_CONTAINERS_MAX], size_t *count, struct err *err) MUST_CHECK;
int token_certificate(struct token *token, const char *container, enum token_use use, struct buf *der, struct err *err) MUST_CHECK;
int token_public_key(struct token *token, const char *container, enum token_use use, struct sm2_public **key, struct err *err) MUST_CHECK;

/* The rest needs the PIN, else HF_PIN_NEEDED; HF_PIN_CHANGE_FIRST while the PIN is the one given at making. */

/* A container with a signature key made inside the key. HF_EXISTS, HF_KEY_FULL. */
int token_container_make(struct token *token, const char *container, struct sm2_public **key, struct err *err) MUST_CHECK;
int token_container_delete(struct token *token, const char *container, struct err *err) MUST_CHECK;
/* Signs SM3(Z || message) and checks the answer with the container's public key. DER. */
int token_sign(struct token *token, const char *container, struct bytes message, struct buf *signature, struct err *err) MUST_CHECK;
int token_import_certificate(struct token *token, const char *container, enum token_use use, struct bytes der, struct err *err) MUST_CHECK;
/* SM2EnvelopedKey DER under the container's signature key. HF_INSTALL_ENVELOPE when the key refuses it. The same again is fine. */
int token_import_envelope(struct token *token, const char *container, struct bytes der, struct err *err) MUST_CHECK;
/* The decryption proof: a fresh session key, encrypted to expected, is unwrapped and used inside the key, and the result compared.
 * Standard functions only (SKF_ImportSessionKey, SKF_Encrypt). HF_INSTALL_PROOF. */
int token_prove_decryption(struct token *token, const char *container, const struct sm2_public *expected, struct err *err) MUST_CHECK;

#endif
