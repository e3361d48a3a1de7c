/* Origins that a person refused twice are not heard for a while. */
#include "silence.h"

#include "clock.h"

void silence_init(struct silence *s)
{
	*s = (struct silence){.lock = PTHREAD_MUTEX_INITIALIZER};
}

static void forget_if_over(struct silence *s, size_t row)
{
	if (s->rows[row].refusals > 0 && clock_monotonic_ms() >= s->rows[row].until)
		s->rows[row].refusals = 0;
}

int silence_check(struct silence *s, size_t row, struct err *err)
{
	bool silent;

	pthread_mutex_lock(&s->lock);
	forget_if_over(s, row);
	silent = s->rows[row].refusals >= SILENCE_REFUSALS;
	pthread_mutex_unlock(&s->lock);
	return silent ? err_set(err, HF_ORIGIN_SILENCED, "refused %d times", SILENCE_REFUSALS) : 0;
}

void silence_refused(struct silence *s, size_t row)
{
	pthread_mutex_lock(&s->lock);
	forget_if_over(s, row);
	s->rows[row].refusals++;
	s->rows[row].until = clock_monotonic_ms() + SILENCE_MS;
	pthread_mutex_unlock(&s->lock);
}

void silence_agreed(struct silence *s, size_t row)
{
	pthread_mutex_lock(&s->lock);
	s->rows[row].refusals = 0;
	pthread_mutex_unlock(&s->lock);
}
