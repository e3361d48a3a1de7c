/* A library for LD_PRELOAD: ends its process with SIGKILL at the n-th call that leaves a trace outside of it. HUFU_KILL_AT is n;
 * where the call writes, half of the bytes may go out first (HUFU_KILL_HALF). Instead, HUFU_KILL_FILE may name a file of five 64-bit
 * integers of this machine, which a test changes while the process runs: the calls that are left (0: none is counted), whether half goes
 * out, whether the disk is full, so that no file takes another byte, by how many seconds the clock is wrong, and whether memory is read
 * beyond its end once, which a sanitizer sees.
 * With HUFU_FAIL_AT the n-th positioned write or fdatasync fails instead, as on a full disk: half is written, the rest is refused;
 * with HUFU_FAIL_ON all that come after it fail too. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct death {
	_Atomic int64_t left, half, full, shift, overrun;
};
static struct death own, *death = &own;
static atomic_long file_calls;
static long fail_at;
static bool fail_on;
static atomic_bool refuse_next; /* the rest of what was written by half */

static void share_death(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	void *at = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*death), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED)
		abort();
	death = at;
	close(fd);
}

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("HUFU_KILL_AT"), *file = getenv("HUFU_KILL_FILE");

	own.left = at == NULL ? 0 : strtol(at, NULL, 10);
	own.half = getenv("HUFU_KILL_HALF") != NULL;
	if (file != NULL)
		share_death(file);
	at = getenv("HUFU_FAIL_AT");
	fail_at = at == NULL ? 0 : strtol(at, NULL, 10);
	fail_on = getenv("HUFU_FAIL_ON") != NULL;
}

/* True when this is the call. */
static bool is_it(void)
{
	return atomic_load(&death->left) > 0 && atomic_fetch_sub(&death->left, 1) == 1;
}

static bool fails(void)
{
	long call = atomic_fetch_add(&file_calls, 1) + 1;

	return fail_at != 0 && (call == fail_at || (fail_on && call > fail_at));
}

static void die(void)
{
	raise(SIGKILL);
}

/* Volatile, so that no compiler sees the fault, or leaves it out. */
static void read_beyond(void)
{
	volatile size_t size = 16;
	volatile char *block = malloc(size);

	if (block != NULL)
		(void)block[size];
	free((void *)block);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static bool has_no_room(int fd)
{
	struct stat64 file;

	if (atomic_load(&death->full) == 0 || fstat64(fd, &file) != 0 || !S_ISREG(file.st_mode))
		return false;
	errno = ENOSPC;
	return true;
}

int clock_gettime(clockid_t which, struct timespec *t)
{
	int result = NEXT(clock_gettime)(which, t);

	if (result == 0 && which == CLOCK_REALTIME)
		t->tv_sec += atomic_load(&death->shift);
	return result;
}

ssize_t write(int fd, const void *data, size_t size)
{
	if (atomic_exchange(&death->overrun, 0) != 0)
		read_beyond();
	if (is_it()) {
		if (death->half && size > 1)
			(void)!NEXT(write)(fd, data, size / 2);
		die();
	}
	if (has_no_room(fd))
		return -1;
	return NEXT(write)(fd, data, size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
	if (is_it()) {
		if (death->half && size > 1)
			(void)!NEXT(pwrite64)(fd, data, size / 2, offset);
		die();
	}
	if (has_no_room(fd))
		return -1;
	if (atomic_exchange(&refuse_next, false)) {
		errno = ENOSPC;
		return -1;
	}
	if (fails()) {
		atomic_store(&refuse_next, true);
		return NEXT(pwrite64)(fd, data, size / 2, offset);
	}
	return NEXT(pwrite64)(fd, data, size, offset);
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
	if (is_it()) {
		if (death->half && size > 1)
			(void)!NEXT(send)(fd, data, size / 2, flags);
		die();
	}
	return NEXT(send)(fd, data, size, flags);
}

int fdatasync(int fd)
{
	if (is_it())
		die();
	if (fails()) {
		errno = EIO;
		return -1;
	}
	return NEXT(fdatasync)(fd);
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
WRAP(int, ftruncate64, (int fd, off64_t size), (fd, size))
int renameat(int from_dir, const char *from, int to_dir, const char *to);
WRAP(int, renameat, (int from_dir, const char *from, int to_dir, const char *to), (from_dir, from, to_dir, to))
int rename(const char *from, const char *to);
WRAP(int, rename, (const char *from, const char *to), (from, to))
