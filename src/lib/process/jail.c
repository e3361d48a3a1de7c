/* Entering a jail: landlock for files and TCP, then seccomp for system calls. */
#include "jail.h"

#include "jail_rules.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Newer than the headers of Debian 12 (Linux 6.1); what the running kernel has is asked for first. */
#define FS_TRUNCATE (UINT64_C(1) << 14)  /* version 3 */
#define FS_IOCTL_DEV (UINT64_C(1) << 15) /* version 5 */
#define NET_BIND_TCP UINT64_C(1)         /* version 4 */
#define NET_CONNECT_TCP UINT64_C(2)
#define SCOPE_ABSTRACT_UNIX UINT64_C(1) /* version 6 */
#define SCOPE_SIGNAL UINT64_C(2)

#define FS_FIRST_VERSION (LANDLOCK_ACCESS_FS_REFER - 1)
#define FS_OF_FILES (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

struct ruleset {
	uint64_t fs, net, scoped;
};

const char *jail_name(enum jail_kind kind)
{
	return jail_rows[kind].name;
}

static struct ruleset handled(const struct jail_row *row, long version)
{
	struct ruleset r = {.fs = FS_FIRST_VERSION};

	if (version >= 2)
		r.fs |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		r.fs |= FS_TRUNCATE;
	if (version >= 4)
		r.net = NET_BIND_TCP | (row->connects_tcp ? 0 : NET_CONNECT_TCP);
	if (version >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (version >= 6)
		r.scoped = SCOPE_SIGNAL | (row->other_sockets ? 0 : SCOPE_ABSTRACT_UNIX);
	return r;
}

static uint64_t rights_of(enum jail_access access)
{
	const uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

	switch (access) {
	case JAIL_READ:
		return reading;
	case JAIL_EXECUTE:
		return reading | LANDLOCK_ACCESS_FS_EXECUTE;
	case JAIL_WRITE:
		return reading | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
		       LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REFER | FS_TRUNCATE;
	case JAIL_TERMINAL:
		return LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_IOCTL_DEV;
	}
	return 0;
}

static int open_path(int ruleset, uint64_t handled_fs, const struct jail_path *p, struct err *err)
{
	struct landlock_path_beneath_attr beneath = {.allowed_access = rights_of(p->access) & handled_fs};
	struct stat st;
	int result = 0;

	beneath.parent_fd = open(p->path, O_PATH | O_CLOEXEC);
	if (beneath.parent_fd < 0 && errno == ENOENT)
		return 0;
	if (beneath.parent_fd < 0)
		return err_set_errno(err, HF_JAIL, "%s", p->path);
	if (fstat(beneath.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		beneath.allowed_access &= FS_OF_FILES;
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0))
		result = err_set_errno(err, HF_JAIL, "landlock for %s", p->path);
	close(beneath.parent_fd);
	return result;
}

static int restrict_files(const struct jail_row *row, const struct jail_path *paths, size_t n, struct err *err)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset r = handled(row, version);
	size_t size = version >= 6 ? sizeof(r) : version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
	int ruleset, result = -1;

	if (version < 0) {
		/* A kernel without it: the system-call filter still keeps network and exec away. */
		log_warning("jail.no_landlock", "this kernel has no landlock; files are held by users and modes alone");
		return 0;
	}
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
	if (ruleset < 0)
		return err_set_errno(err, HF_JAIL, "landlock of version %ld", version);
	for (size_t i = 0; i < n; i++)
		if (open_path(ruleset, r.fs, &paths[i], err))
			goto out;
	if (syscall(SYS_landlock_restrict_self, ruleset, 0))
		err_set_errno(err, HF_JAIL, "landlock");
	else
		result = 0;
out:
	close(ruleset);
	return result;
}

/* A rule that is there already is fine. */
static int add(scmp_filter_ctx filter, uint32_t action, int call, unsigned count, const struct scmp_arg_cmp *args)
{
	int fault = seccomp_rule_add_array(filter, action, call, count, args);

	return fault == -EEXIST ? 0 : fault;
}

static int add_rule(scmp_filter_ctx filter, const struct jail_rule *rule)
{
	struct scmp_arg_cmp args[JAIL_ARGS_MAX];

	for (unsigned i = 0; i < rule->arg_count; i++) {
		args[i] = rule->args[i];
		if (args[i].datum_a == JAIL_OWN_PID)
			args[i].datum_a = (scmp_datum_t)getpid();
	}
	return add(filter, SCMP_ACT_ALLOW, rule->call, rule->arg_count, args);
}

static int fill_filter(scmp_filter_ctx filter, unsigned groups)
{
	int fault = add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0, NULL);

	for (size_t i = 0; !fault && i < jail_calls_count; i++)
		for (size_t k = 0; !fault && jail_calls[i].groups & groups && k < jail_calls[i].count; k++)
			fault = add(filter, SCMP_ACT_ALLOW, jail_calls[i].calls[k], 0, NULL);
	for (size_t i = 0; !fault && i < jail_rules_count; i++)
		if (jail_rules[i].groups & groups)
			fault = add_rule(filter, &jail_rules[i]);
	for (size_t i = 0; !fault && i < jail_hostile_count; i++)
		fault = add(filter, SCMP_ACT_KILL_PROCESS, jail_hostile[i], 0, NULL);
	for (size_t i = 0; !fault && i < jail_sanitizer_count; i++)
		fault = add(filter, SCMP_ACT_ALLOW, jail_sanitizer_calls[i], 0, NULL);
	return fault;
}

static int restrict_calls(const struct jail_row *row, struct err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int fault;

	if (!filter)
		return err_set(err, HF_JAIL, "no memory for a system-call filter");
	fault = fill_filter(filter, row->groups);
	if (!fault)
		fault = seccomp_load(filter);
	seccomp_release(filter);
	errno = -fault;
	return fault ? err_set_errno(err, HF_JAIL, "system-call filter of %s", row->name) : 0;
}

/* Threads that run already would stay outside. */
static int check_single_thread(struct err *err)
{
	struct stat st;

	if (stat("/proc/self/task", &st)) /* two links are the directory's own */
		return err_set_errno(err, HF_JAIL, "/proc/self/task");
	return st.st_nlink - 2 <= 1 + jail_sanitizer_threads ? 0
	                                                     : err_set(err, HF_JAIL, "%ju threads run already", (uintmax_t)st.st_nlink - 2);
}

int jail_enter(enum jail_kind kind, const struct jail_path *paths, size_t n, struct err *err)
{
	const struct jail_row *row = &jail_rows[kind];

	if (check_single_thread(err))
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return err_set_errno(err, HF_JAIL, "no_new_privs");
	if (row->files && restrict_files(row, paths, n, err))
		return -1;
	return restrict_calls(row, err);
}
