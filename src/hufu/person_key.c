/* Puts a person's certificates on a virtual key, through the key library like everybody else. */
#include "person_key.h"

#include "envelope.h"
#include "file.h"
#include "program.h"
#include "slot.h"
#include "spawn.h"
#include "token.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CONTAINER "hufu-1"
#define TOLD_MAX 256
#define PLUG_WAIT_MS 5000
#define STEP_MS 10

/* What "vkey --make" and "vkey --hand-over" tell: two lines. */
struct told {
	char serial[40];
	struct secret pin;
};

/* Runs vkey to its end with input (may be empty) and takes what it tells. */
static int run_vkey(const char *const *args, struct bytes input, struct told *told, struct err *err)
{
	char program[PATH_MAX];
	int in[2] = {-1, -1}, out[2] = {-1, -1}, status = -1, result = -1;
	struct spawn s = {.program = program, .args = args, .uid = (uid_t)-1};
	struct buf text;
	pid_t pid;

	buf_init(&text, TOLD_MAX);
	if (program_path("vkey", program, err) != 0)
		goto out;
	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
		(void)err_set_errno(err, HF_PROCESS, "pipe");
		goto out;
	}
	s.input = in[0];
	s.output = out[1];
	if (file_write_all(in[1], input, err) != 0 || spawn(&s, &pid, err) != 0)
		goto out;
	(void)close(in[1]);
	(void)close(out[1]);
	in[1] = out[1] = -1;
	if (file_read_fd(&text, out[0], err) != 0 || waitpid(pid, &status, 0) != pid || status != 0) {
		(void)err_set(err, HF_PROCESS, "vkey %s failed", args[0]);
		goto out;
	}
	{
		const uint8_t *end = text.size > 0 ? memchr(text.data, '\n', text.size) : NULL;
		size_t n = end != NULL ? (size_t)(end - text.data) : sizeof(told->serial);

		if (n >= sizeof(told->serial) || text.size < n + 3) {
			(void)err_set(err, HF_PROCESS, "vkey told no PIN");
			goto out;
		}
		memcpy(told->serial, text.data, n);
		told->serial[n] = '\0';
		result = secret_copy(&told->pin, (struct bytes){end + 1, text.size - n - 2}, err);
	}
out:
	buf_wipe(&text);
	for (int i = 0; i < 2; i++) {
		if (in[i] >= 0)
			(void)close(in[i]);
		if (out[i] >= 0)
			(void)close(out[i]);
	}
	return result;
}

/* Plugs the key in at the slot of its person. *pid: to be pulled, also after a fault; 0: nothing was started. */
static int plug(pid_t *pid, const char *id, const char *file, struct err *err)
{
	const struct timespec step = {.tv_nsec = STEP_MS * 1000000L};
	char program[PATH_MAX], slots[SLOT_PATH_MAX], socket[SLOT_PATH_MAX], log[PATH_MAX];
	const char *const args[] = {"--file", file, "--slot", socket, NULL};
	struct spawn s = {.program = program, .args = args, .uid = (uid_t)-1, .own_group = true};
	int result;

	*pid = 0;
	if (slot_directory(slots, err) != 0 || slot_socket_path(slots, id, socket, err) != 0 || program_path("vkey", program, err) != 0)
		return -1;
	(void)snprintf(log, sizeof(log), "%s.log", file);
	s.errors = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (s.errors < 0)
		return err_set_errno(err, HF_FILE, "%s", log);
	result = spawn(&s, pid, err);
	(void)close(s.errors);
	if (result != 0)
		return -1;
	for (int waited = 0; !slot_is_present(slots, id); waited += STEP_MS) {
		if (waited > PLUG_WAIT_MS)
			return err_set(err, HF_KEY_ABSENT, "the key does not come up");
		(void)nanosleep(&step, NULL);
	}
	return 0;
}

static void pull(pid_t pid, const char *id)
{
	char slots[SLOT_PATH_MAX], lock[PATH_MAX];

	if (pid <= 0)
		return;
	(void)kill(pid, SIGTERM);
	(void)waitpid(pid, NULL, 0);
	if (slot_directory(slots, NULL) != 0)
		return;
	(void)snprintf(lock, sizeof(lock), "%s/%s.lock", slots, id);
	(void)unlink(lock);
}

/* The encryption pair is drawn here and leaves only inside the envelope. */
static int put_certificates(const struct authority *a, struct token *token, const struct name *subject, struct person_certs *certs,
                            struct err *err)
{
	struct sm2_public *sign = NULL;
	struct sm2_private *encryption = NULL;
	struct buf envelope;
	int result = -1;

	buf_init(&envelope, 1024);
	if (token_container_make(token, CONTAINER, &sign, err) != 0 || sm2_private_generate(&encryption, err) != 0)
		goto out;
	if (authority_certify(a, PROFILE_STAFF_SIGN, subject, sign, &certs->sign, err) != 0 ||
	    authority_certify(a, PROFILE_STAFF_ENCRYPTION, subject, sm2_private_public(encryption), &certs->encryption, err) != 0)
		goto out;
	if (envelope_seal(sign, encryption, &envelope, err) != 0 ||
	    token_import_certificate(token, CONTAINER, TOKEN_SIGN, certs->sign->der, err) != 0 ||
	    token_import_envelope(token, CONTAINER, buf_get(&envelope), err) != 0 ||
	    token_import_certificate(token, CONTAINER, TOKEN_ENCRYPT, certs->encryption->der, err) != 0)
		goto out;
	result = token_prove_decryption(token, CONTAINER, certs->encryption->key, err);
out:
	sm2_public_free(&sign);
	sm2_private_free(&encryption);
	buf_free(&envelope);
	return result;
}

static int fill(const struct authority *a, const struct told *made, const struct name *subject, struct person_certs *certs, struct err *err)
{
	struct token_library *library = NULL;
	struct token *token = NULL;
	char path[PATH_MAX];
	uint32_t tries;
	int result = -1;

	if (program_library_path("skf", "libhufuskf.so", path, err) == 0 && token_library_open(&library, path, err) == 0 &&
	    token_open(&token, library, made->serial, "", err) == 0 && token_verify_pin(token, &made->pin, &tries, err) == 0)
		result = put_certificates(a, token, subject, certs, err);
	token_close(&token);
	token_library_free(&library);
	return result;
}

int person_key_make(const struct authority *a, const char *id, const char *name, const char *file, struct person_certs *certs,
                    struct buf *pins, struct err *err)
{
	const char *const make[] = {"--make", "--to-prepare", "--file", file, "--label", name, NULL};
	const char *const hand_over[] = {"--hand-over", "--file", file, NULL};
	const struct name subject = {
	    .country = BYTES_LITERAL("CN"), .organisation = a->organisation, .unit = bytes_text(id), .common_name = bytes_text(name)};
	struct told made = {0}, handed = {0};
	pid_t plugged = 0;
	int result = -1;

	if (run_vkey(make, BYTES_NONE, &made, err) != 0)
		goto out;
	result = plug(&plugged, id, file, err);
	if (result == 0)
		result = fill(a, &made, &subject, certs, err);
	pull(plugged, id);
	if (result != 0)
		goto out;
	result = run_vkey(hand_over, secret_get(&made.pin), &handed, err);
	if (result == 0)
		result = buf_append_format(pins, err, "%s %.*s\n", handed.serial, (int)handed.pin.size, (const char *)handed.pin.data);
out:
	secret_free(&made.pin);
	secret_free(&handed.pin);
	return result;
}
