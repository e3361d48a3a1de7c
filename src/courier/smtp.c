/* SMTP over a connection that libcurl makes, with its TLS and login. */
#include "smtp.h"

#include "clock.h"

#include <curl/curl.h>

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#define CONNECT_SECONDS 20L
#define LOGIN_SECONDS 60L
#define NAME_MAX_BYTES 256
#define PIECE_SIZE 4096

struct line {
	CURL *curl;
	curl_socket_t socket;
	struct smtp_talk talk;
	int64_t until; /* clock_monotonic_ms */
};

void smtp_start(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static bool set_up(CURL *curl, const struct smtp_settings *s)
{
	long tls = s->user != NULL ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_TRY;
	bool ready = curl_easy_setopt(curl, CURLOPT_URL, s->url) == CURLE_OK &&
	             curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK &&
	             curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L) == CURLE_OK &&
	             curl_easy_setopt(curl, CURLOPT_USE_SSL, tls) == CURLE_OK && curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	             curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
	             curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS) == CURLE_OK &&
	             curl_easy_setopt(curl, CURLOPT_TIMEOUT, LOGIN_SECONDS) == CURLE_OK;

	if (ready && s->user != NULL)
		ready = curl_easy_setopt(curl, CURLOPT_USERNAME, s->user) == CURLE_OK &&
		        curl_easy_setopt(curl, CURLOPT_PASSWORD, s->password) == CURLE_OK;
	return ready;
}

static int fault_of(CURL *curl, CURLcode code, struct err *err)
{
	long reply = 0;

	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
	return err_set(err, HF_MAIL, "%s (%ld)", curl_easy_strerror(code), reply);
}

/* Connection, TLS and login. A server that refuses these refuses no mail: that is ours to mend. */
static int connect_to(struct line *l, const struct smtp_settings *settings, struct err *err)
{
	CURLcode code;

	l->curl = curl_easy_init();
	if (l->curl == NULL || !set_up(l->curl, settings))
		return err_set(err, HF_MEMORY, "smtp");
	code = curl_easy_perform(l->curl);
	if (code == CURLE_OK)
		code = curl_easy_getinfo(l->curl, CURLINFO_ACTIVESOCKET, &l->socket);
	return code == CURLE_OK ? 0 : fault_of(l->curl, code, err);
}

static int say(struct line *l, struct err *err)
{
	struct buf *out = &l->talk.out;

	while (out->size > 0) {
		size_t n = 0;
		CURLcode code = curl_easy_send(l->curl, out->data, out->size, &n);

		if (code == CURLE_AGAIN)
			return 0;
		if (code != CURLE_OK)
			return fault_of(l->curl, code, err);
		buf_consume(out, n);
	}
	return 0;
}

/* *heard: there was something, and there may be more. */
static int hear(struct line *l, bool *heard, struct err *err)
{
	uint8_t piece[PIECE_SIZE];
	size_t n = 0;
	CURLcode code = curl_easy_recv(l->curl, piece, sizeof(piece), &n);

	*heard = code == CURLE_OK;
	if (code == CURLE_AGAIN)
		return 0;
	if (code != CURLE_OK)
		return fault_of(l->curl, code, err);
	if (n == 0)
		return err_set(err, HF_MAIL, "the mail server closed the connection");
	return smtp_talk_hear(&l->talk, (struct bytes){piece, n}, err);
}

static int wait_for(const struct line *l, struct err *err)
{
	struct pollfd polled = {.fd = l->socket, .events = (short)(POLLIN | (l->talk.out.size > 0 ? POLLOUT : 0))};
	int64_t left = l->until - clock_monotonic_ms();

	if (left <= 0)
		return err_set(err, HF_MAIL, "the mail server takes more than %d s", SMTP_SECONDS);
	return poll(&polled, 1, (int)left) < 0 && errno != EINTR ? err_set_errno(err, HF_SYSTEM, "poll") : 0;
}

static int converse(struct line *l, struct err *err)
{
	while (!smtp_talk_done(&l->talk)) {
		bool heard;

		if (say(l, err) != 0 || hear(l, &heard, err) != 0)
			return -1;
		if (!heard && wait_for(l, err) != 0)
			return -1;
	}
	return 0;
}

static int send_all(struct line *l, const struct smtp_settings *settings, struct smtp_item *items, size_t n, struct err *err)
{
	char name[NAME_MAX_BYTES];
	int rc;

	if (connect_to(l, settings, err) != 0)
		return -1;
	if (gethostname(name, sizeof(name)) != 0)
		return err_set_errno(err, HF_SYSTEM, "name of this host");
	rc = smtp_talk_begin(&l->talk, name, settings->from, items, n, err);
	if (rc == 0)
		rc = converse(l, err);
	smtp_talk_end(&l->talk);
	return rc;
}

void smtp_send(const struct smtp_settings *settings, struct smtp_item *items, size_t n)
{
	struct line line = {.until = clock_monotonic_ms() + SMTP_SECONDS * INT64_C(1000)};
	struct err err = {ERR_NONE};

	for (size_t i = 0; i < n; i++) {
		items[i].taken = false;
		err_clear(&items[i].fault);
	}
	(void)send_all(&line, settings, items, n, &err);
	for (size_t i = 0; i < n; i++) {
		if (!items[i].taken && items[i].fault.code == HF_NONE)
			items[i].fault = err;
	}
	curl_easy_cleanup(line.curl);
}
