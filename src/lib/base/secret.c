/* Secrets live in pages of their own: locked, left out of core dumps, wiped before they are given back. */
#include "secret.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

int secret_new(struct secret *s, size_t size, struct err *err)
{
	void *page;

	*s = (struct secret){0};
	if (size == 0 || size > SECRET_MAX)
		return err_set(err, HF_LIMIT, "a secret of %zu bytes; 1 to %d are possible", size, SECRET_MAX);
	page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return err_set_errno(err, HF_MEMORY, "no page for a secret");
	/* Both are refused where RLIMIT_MEMLOCK or the kernel says so; the secret still works. */
	(void)madvise(page, size, MADV_DONTDUMP);
	(void)mlock(page, size);
	*s = (struct secret){page, size};
	return 0;
}

int secret_copy(struct secret *s, struct bytes from, struct err *err)
{
	if (secret_new(s, from.size, err))
		return -1;
	memcpy(s->data, from.data, from.size);
	return 0;
}

void secret_free(struct secret *s)
{
	if (!s->data)
		return;
	explicit_bzero(s->data, s->size);
	munmap(s->data, s->size);
	*s = (struct secret){0};
}

struct bytes secret_get(const struct secret *s)
{
	return (struct bytes){s->data, s->size};
}

void secret_wipe(void *p, size_t n)
{
	if (n)
		explicit_bzero(p, n);
}

int secret_harden_process(struct err *err)
{
	const struct rlimit none = {0, 0};

	if (setrlimit(RLIMIT_CORE, &none))
		return err_set_errno(err, HF_SYSTEM, "core dumps cannot be switched off");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return err_set_errno(err, HF_SYSTEM, "the process cannot be made undumpable");
	return 0;
}
