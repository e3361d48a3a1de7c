/* How long the key may take: a deadline that runs while the vendor's library works and rests while a person reads a window. */
#include "patience.h"

#include "clock.h"

void patience_start(struct patience *p, int64_t ms)
{
	p->ms = ms;
	patience_resume(p);
}

void patience_resume(struct patience *p)
{
	atomic_store(&p->until, clock_monotonic_ms() + p->ms);
}

void patience_rest(struct patience *p)
{
	atomic_store(&p->until, 0);
}

bool patience_is_over(const struct patience *p)
{
	int64_t until = atomic_load(&p->until);

	return until != 0 && clock_monotonic_ms() > until;
}
