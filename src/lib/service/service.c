/* Making a service from its settings, and the threads it keeps. */
#include "service_state.h"

#include "chain.h"
#include "clock.h"
#include "digest.h"
#include "follow.h"
#include "mail_seal.h"
#include "project_certificate.h"
#include "rounds.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define STORAGE_KEY_SIZE 32

static int usual_or(int64_t value, int64_t usual)
{
	return (int)(value > 0 ? value : usual);
}

static void origins_free(struct service_settings *t)
{
	for (size_t i = 0; t->origins != NULL && t->origins[i] != NULL; i++)
		free((char *)(uintptr_t)t->origins[i]);
	free((void *)(uintptr_t)t->origins);
	t->origins = NULL;
}

static int origins_copy(struct service_settings *t, const char *const *origins, struct err *err)
{
	size_t n = 0;

	while (origins[n] != NULL)
		n++;
	if (n == 0)
		return err_set(err, HF_SETTING, "service: no origin");
	const char **copy = calloc(n + 1, sizeof(*copy));
	t->origins = copy;
	if (copy == NULL)
		return err_set(err, HF_MEMORY, "service");
	for (size_t i = 0; i < n; i++) {
		copy[i] = strdup(origins[i]);
		if (copy[i] == NULL)
			return err_set(err, HF_MEMORY, "service");
	}
	return 0;
}

static int settings_copy(struct service *s, const struct service_settings *given, struct err *err)
{
	struct service_settings *t = &s->settings;

	*t = *given;
	t->store = NULL;
	t->storage_key = t->root = t->issuing = t->journal = BYTES_NONE;
	t->session_idle = usual_or(given->session_idle, 1800);
	t->session_absolute = usual_or(given->session_absolute, 28800);
	t->code_hours = usual_or(given->code_hours, 720);
	t->papers_max = usual_or(given->papers_max, 10);
	t->uploads_per_hour = usual_or(given->uploads_per_hour, 60);
	t->drafts_per_hour = usual_or(given->drafts_per_hour, 20);
	t->sessions_per_hour = usual_or(given->sessions_per_hour, 3000);
	t->logins_per_hour = usual_or(given->logins_per_hour, 600);
	t->paper_max = given->paper_max > 0 ? given->paper_max : 10 << 20;
	t->origins = NULL;
	return origins_copy(t, given->origins, err);
}

/* One key for each use, derived from the storage key. */
static int keys_derive(struct service *s, struct bytes storage_key, struct err *err)
{
	struct secret master = {NULL, 0};
	int rc = -1;

	if (storage_key.size != STORAGE_KEY_SIZE)
		return err_set(err, HF_SETTING, "service: the storage key has %zu bytes, not %d", storage_key.size, STORAGE_KEY_SIZE);
	if (secret_copy(&master, storage_key, err) == 0 && kdf_sm3(&master, "hufu-paper-wrap", BYTES_NONE, &s->wrap_key, err) == 0 &&
	    kdf_sm3(&master, "hufu-handler-id", BYTES_NONE, &s->handler_key, err) == 0 &&
	    kdf_sm3(&master, "hufu-resume-code", BYTES_NONE, &s->code_key, err) == 0 && mail_key_derive(&master, &s->mail_key, err) == 0)
		rc = 0;
	secret_free(&master);
	return rc;
}

static int certificates_read(struct service *s, const struct service_settings *given, struct err *err)
{
	if (cert_parse(&s->root, given->root, err) != 0)
		return err_wrap(err, "root");
	if (cert_parse(&s->issuing, given->issuing, err) != 0)
		return err_wrap(err, "issuing CA");
	if (cert_parse(&s->journal, given->journal, err) != 0)
		return err_wrap(err, "journal certificate");
	if (chain_check_ca(s->issuing, s->root, clock_now(), err) != 0 || chain_check_leaf(s->journal, s->issuing, clock_now(), err) != 0)
		return -1;
	if ((s->journal->extended & CERT_USE_JOURNAL) == 0)
		return err_set(err, HF_CERT_CHAIN, "the journal certificate is not one that signs the journal");
	sm2_public_id(s->issuing->key, s->ca);
	s->crl.issuing = s->issuing;
	return sm2_public_prepare(s->journal->key, err);
}

int service_new(struct service **out, const struct service_settings *given, struct signer_door signer, struct err *err)
{
	struct store_settings store = {.path = given->store, .role = STORE_PORTAL};
	struct service *s = calloc(1, sizeof(*s));

	*out = NULL;
	if (s == NULL) {
		close(given->papers);
		close(given->crl);
		return err_set(err, HF_MEMORY, "service");
	}
	pthread_condattr_t steady;
	pthread_condattr_init(&steady);
	pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->wake, &steady);
	pthread_condattr_destroy(&steady);
	s->signer = signer;
	s->settings.papers = given->papers;
	newest_crl_open(&s->crl, given->crl, NULL);
	if (settings_copy(s, given, err) != 0 || keys_derive(s, given->storage_key, err) != 0 || certificates_read(s, given, err) != 0 ||
	    store_open(&s->store, &store, err) != 0) {
		service_free(&s);
		return -1;
	}
	*out = s;
	return 0;
}

int service_start(struct service *s, struct signer_door feed, struct err *err)
{
	s->feed = feed;
	if (certificate_fill_keys(s->store, err) != 0)
		return -1;
	if (pthread_create(&s->follower, NULL, follow_thread, s) != 0)
		return err_set(err, HF_SYSTEM, "service: thread of the feed");
	s->following = true;
	if (pthread_create(&s->rounds, NULL, rounds_thread, s) != 0)
		return err_set(err, HF_SYSTEM, "service: thread of the rounds");
	s->going_round = true;
	return 0;
}

static void threads_stop(struct service *s)
{
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_broadcast(&s->wake);
	pthread_mutex_unlock(&s->lock);
	if (s->feed.end != NULL)
		s->feed.end(s->feed.ctx);
	if (s->following)
		pthread_join(s->follower, NULL);
	if (s->going_round)
		pthread_join(s->rounds, NULL);
}

void service_free(struct service **out)
{
	struct service *s = *out;

	if (s == NULL)
		return;
	threads_stop(s);
	store_free(&s->store);
	secret_free(&s->wrap_key);
	secret_free(&s->handler_key);
	secret_free(&s->code_key);
	secret_free(&s->mail_key);
	newest_crl_close(&s->crl);
	cert_free(&s->root);
	cert_free(&s->issuing);
	cert_free(&s->journal);
	origins_free(&s->settings);
	if (s->settings.papers >= 0)
		close(s->settings.papers);
	pthread_cond_destroy(&s->wake);
	pthread_mutex_destroy(&s->lock);
	free(s);
	*out = NULL;
}

int signer_ask(struct signer_door door, uint16_t type, struct bytes body, struct buf *answer, int timeout_ms, struct err *err)
{
	struct call_item item = {.type = type, .body = body, .answer = *answer};

	door.ask(door.ctx, &item, 1, timeout_ms);
	*answer = item.answer;
	if (item.result != 0)
		*err = item.err;
	return item.result;
}

bool service_pause(struct service *s, int64_t ms)
{
	struct timespec until;
	bool stopping;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_mutex_lock(&s->lock);
	while (!s->stopping && pthread_cond_timedwait(&s->wake, &s->lock, &until) == 0)
		;
	stopping = s->stopping;
	pthread_mutex_unlock(&s->lock);
	return stopping;
}

struct service_counts service_counts_get(const struct service *s)
{
	struct store_counts counts = store_counts_get(s->store);

	return (struct service_counts){counts.changes, counts.groups};
}

bool service_evaluation(const struct service *s)
{
	return s->settings.evaluation;
}
