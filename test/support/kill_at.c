/* A library for LD_PRELOAD: ends its process with SIGKILL at the n-th call that leaves a trace outside of it. HUFU_KILL_AT is n;
 * where the call writes, half of the bytes may go out first (HUFU_KILL_HALF). */
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;
static long kill_at;
static bool half;

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("HUFU_KILL_AT");

	kill_at = at == NULL ? 0 : strtol(at, NULL, 10);
	half = getenv("HUFU_KILL_HALF") != NULL;
}

/* True when this is the call. */
static bool is_it(void)
{
	return atomic_fetch_add(&calls, 1) + 1 == kill_at;
}

static void die(void)
{
	raise(SIGKILL);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t size)
{
	if (is_it()) {
		if (half)
			(void)!NEXT(write)(fd, data, size / 2);
		die();
	}
	return NEXT(write)(fd, data, size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
	if (is_it()) {
		if (half)
			(void)!NEXT(pwrite64)(fd, data, size / 2, offset);
		die();
	}
	return NEXT(pwrite64)(fd, data, size, offset);
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
	if (is_it()) {
		if (half)
			(void)!NEXT(send)(fd, data, size / 2, flags);
		die();
	}
	return NEXT(send)(fd, data, size, flags);
}

#define WRAP(type, name, parameters, arguments) \
	type name parameters \
	{ \
		if (is_it()) \
			die(); \
		return NEXT(name) arguments; \
	}

WRAP(ssize_t, writev, (int fd, const struct iovec *parts, int n), (fd, parts, n))
WRAP(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
WRAP(int, fsync, (int fd), (fd))
WRAP(int, fdatasync, (int fd), (fd))
WRAP(int, ftruncate64, (int fd, off64_t size), (fd, size))
int renameat(int from_dir, const char *from, int to_dir, const char *to);
WRAP(int, renameat, (int from_dir, const char *from, int to_dir, const char *to), (from_dir, from, to_dir, to))
int rename(const char *from, const char *to);
WRAP(int, rename, (const char *from, const char *to), (from, to))
