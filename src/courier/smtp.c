/* SMTP by libcurl. */
#include "smtp.h"

#include <curl/curl.h>

#include <stdbool.h>
#include <string.h>

#define CONNECT_SECONDS 20L
#define WHOLE_SECONDS 120L

void smtp_start(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t give(char *to, size_t size, size_t n, void *ctx)
{
	struct bytes *rest = ctx;
	size_t most = size * n, now = rest->size < most ? rest->size : most;

	memcpy(to, rest->data, now);
	*rest = (struct bytes){rest->data + now, rest->size - now};
	return now;
}

static bool set_up(CURL *curl, const struct smtp_settings *s, const struct curl_slist *to, struct bytes *rest)
{
	long tls = s->user != NULL ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_TRY;
	bool ready =
	    curl_easy_setopt(curl, CURLOPT_URL, s->url) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_USE_SSL, tls) == CURLE_OK && curl_easy_setopt(curl, CURLOPT_MAIL_FROM, s->from) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to) == CURLE_OK && curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give) == CURLE_OK && curl_easy_setopt(curl, CURLOPT_READDATA, rest) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK && curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_TIMEOUT, WHOLE_SECONDS) == CURLE_OK;

	if (ready && s->user != NULL)
		ready = curl_easy_setopt(curl, CURLOPT_USERNAME, s->user) == CURLE_OK &&
		        curl_easy_setopt(curl, CURLOPT_PASSWORD, s->password) == CURLE_OK;
	return ready;
}

/* A reply 5yz is the server's last word (RFC 5321 4.2.1), but for a login that it refused: that is ours to mend. */
static int fault_of(CURL *curl, CURLcode code, struct err *err)
{
	long reply = 0;

	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
	bool last =
	    reply >= 500 && reply < 600 && (code == CURLE_SEND_ERROR || code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_UPLOAD_FAILED);
	return err_set(err, last ? HF_MAIL_REFUSED : HF_MAIL, "%s (%ld)", curl_easy_strerror(code), reply);
}

int smtp_send(const struct smtp_settings *settings, const char *to, struct bytes message, struct err *err)
{
	CURL *curl = curl_easy_init();
	struct curl_slist *recipients = curl_slist_append(NULL, to);
	struct bytes rest = message;
	int rc = -1;

	if (curl == NULL || recipients == NULL || !set_up(curl, settings, recipients, &rest)) {
		err_set(err, HF_MEMORY, "smtp");
	} else {
		CURLcode code = curl_easy_perform(curl);
		rc = code == CURLE_OK ? 0 : fault_of(curl, code, err);
	}
	curl_slist_free_all(recipients);
	curl_easy_cleanup(curl);
	return rc;
}
