/* Questions about serials, as requests and as files. */
#include "status.h"

#include "cert.h"
#include "clock.h"
#include "file.h"
#include "ocsp_client.h"
#include "random.h"
#include "text_code.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define NONCE_SIZE 16
#define PATH_SIZE 512
#define REQUEST_TYPE "application/ocsp-request"

/* The request in DER, and the path that a GET of it has (RFC 6960 A.1.1); nonce may be empty. */
static int question_make(const struct world *w, const uint8_t serial[16], struct bytes nonce, struct buf *der, char path[PATH_SIZE],
                         struct err *err)
{
	struct buf text;
	size_t n;

	if (ocsp_request_build(OCSP_SM3, w->issuing, (struct bytes){serial, 16}, nonce, der, err) != 0)
		return -1;
	buf_init(&text, 2 * OCSP_REQUEST_MAX);
	if (base64_write(&text, buf_get(der), err) != 0)
		return -1;
	n = (size_t)snprintf(path, PATH_SIZE, "/ocsp/");
	for (size_t i = 0; i < text.size && n + 4 < PATH_SIZE; i++) {
		char c = (char)text.data[i];
		bool plain = c != '+' && c != '/' && c != '=';

		n += (size_t)snprintf(path + n, PATH_SIZE - n, plain ? "%c" : "%%%02X", c);
	}
	buf_free(&text);
	return 0;
}

static int answer_read(const struct world *w, struct bytes der, const uint8_t serial[16], struct bytes nonce, const char **word,
                       struct err *err)
{
	static const char *const words[] = {[OCSP_GOOD] = "good", [OCSP_REVOKED] = "revoked", [OCSP_UNKNOWN] = "unknown"};
	const struct ocsp_single *single = NULL;
	struct ocsp_response response;
	struct ocsp_issuer issuer;
	int64_t now = clock_now();

	ocsp_issuer_make(&issuer, w->issuing);
	if (ocsp_response_read(&response, der, err) == 0 && response.outcome == OCSP_SUCCESSFUL &&
	    ocsp_response_verify(&response, w->issuing, nonce, now, err) == 0)
		single = ocsp_response_find(&response, &issuer, (struct bytes){serial, 16}, now);
	if (single != NULL)
		*word = words[single->status];
	ocsp_response_free(&response);
	return single != NULL ? 0 : err_set(err, HF_OCSP_FORMAT, "no answer that can be believed");
}

int status_ask(struct world *w, struct http_client *h, const uint8_t serial[16], bool fresh, const char **word, struct err *err)
{
	uint8_t drawn[NONCE_SIZE];
	struct bytes nonce = BYTES_NONE;
	char path[PATH_SIZE];
	struct buf der;
	int result = -1;

	buf_init(&der, OCSP_REQUEST_MAX);
	if (fresh) {
		random_bytes(drawn, sizeof(drawn));
		nonce = BYTES_ARRAY(drawn);
	}
	if (question_make(w, serial, nonce, &der, path, err) == 0) {
		struct http_question get = {.method = "GET", .path = path};
		struct http_question post = {.method = "POST", .path = "/ocsp", .type = REQUEST_TYPE, .body = buf_get(&der)};

		if (http_client_ask(h, fresh ? &post : &get, err) == 0 && page_fine(h, err) == 0)
			result = answer_read(w, h->body, serial, nonce, word, err);
	}
	buf_free(&der);
	return result;
}

static int file_put(const char *folder, const char *kind, size_t i, struct bytes head, struct bytes body, struct err *err)
{
	char path[PATH_SIZE];
	struct buf whole;
	int result = -1;

	buf_init(&whole, head.size + body.size);
	(void)snprintf(path, sizeof(path), "%s/%s-%zu", folder, kind, i);
	if (buf_append(&whole, head, err) == 0 && buf_append(&whole, body, err) == 0)
		result = file_create(AT_FDCWD, path, buf_get(&whole), 0600, err);
	buf_free(&whole);
	return result;
}

static int files_put(struct world *w, const char *folder, size_t i, struct err *err)
{
	const uint8_t *serial = w->applicants[i].serials[0];
	char path[PATH_SIZE], head[2 * PATH_SIZE];
	uint8_t nonce[NONCE_SIZE];
	struct buf der;
	int result = -1;

	buf_init(&der, OCSP_REQUEST_MAX);
	random_bytes(nonce, sizeof(nonce));
	if (question_make(w, serial, BYTES_NONE, &der, path, err) != 0)
		goto out;
	(void)snprintf(head, sizeof(head), "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n\r\n", path, w->status_port);
	if (file_put(folder, "get", i, bytes_text(head), BYTES_NONE, err) != 0)
		goto out;
	buf_clear(&der);
	if (question_make(w, serial, BYTES_ARRAY(nonce), &der, path, err) != 0)
		goto out;
	(void)snprintf(head, sizeof(head),
	               "POST /ocsp HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: " REQUEST_TYPE "\r\nContent-Length: %zu\r\n\r\n",
	               w->status_port, der.size);
	result = file_put(folder, "post", i, bytes_text(head), buf_get(&der), err);
out:
	buf_free(&der);
	return result;
}

int status_files(struct world *w, const char *folder, size_t count, struct err *err)
{
	for (size_t i = 0; i < count && i < w->count; i++) {
		if (files_put(w, folder, i, err) != 0)
			return -1;
	}
	return 0;
}
