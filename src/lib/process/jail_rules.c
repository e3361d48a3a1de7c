/* The rules of the jails. A call that no rule opens is refused with EPERM. */
#include "jail_rules.h"

#include <errno.h>
#include <linux/sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define C(name) SCMP_SYS(name)

/* clang-format off */
/* Files and descriptors; landlock says which files. */
static const int file_calls[] = {
	C(read), C(write), C(readv), C(writev), C(pread64), C(pwrite64), C(preadv), C(pwritev), C(lseek), C(close), C(dup), C(dup2),
	C(dup3), C(fstat), C(newfstatat), C(stat), C(lstat), C(statx), C(fstatfs), C(statfs), C(open), C(openat), C(mkdir), C(mkdirat),
	C(unlink), C(unlinkat), C(rmdir), C(rename), C(renameat), C(renameat2), C(fchmod), C(fchmodat), C(getdents64), C(flock),
	C(getcwd), C(access), C(faccessat), C(faccessat2), C(readlink), C(readlinkat), C(fsync), C(fdatasync), C(ftruncate),
	C(fallocate), C(fadvise64), C(sync_file_range), C(sendfile), C(pipe), C(pipe2), C(umask), C(fcntl),
};

/* Memory; mmap and mprotect stand among the conditional rules. */
static const int memory_calls[] = {
	C(munmap), C(mremap), C(madvise), C(brk), C(mlock), C(munlock), C(membarrier),
};

/* Threads, signals, time, waiting. */
static const int thread_calls[] = {
	C(futex), C(set_robust_list), C(rseq), C(exit), C(exit_group), C(sched_yield), C(sched_getaffinity), C(gettid), C(getpid),
	C(getppid), C(restart_syscall), C(rt_sigaction), C(rt_sigprocmask), C(rt_sigreturn), C(rt_sigtimedwait), C(sigaltstack),
	C(signalfd4), C(clock_gettime), C(clock_getres), C(clock_nanosleep), C(nanosleep), C(gettimeofday), C(time), C(timerfd_create),
	C(timerfd_settime), C(poll), C(ppoll), C(select), C(pselect6), C(epoll_create1), C(epoll_ctl), C(epoll_wait), C(epoll_pwait),
	C(epoll_pwait2), C(eventfd2),
};

/* Sockets that are there. */
static const int socket_calls[] = {
	C(recvfrom), C(recvmsg), C(sendmsg), C(shutdown), C(getsockopt), C(setsockopt), C(getsockname), C(getpeername),
};

/* Randomness, and what a process may know of itself. */
static const int self_calls[] = {
	C(getrandom), C(uname), C(sysinfo), C(getrusage), C(times), C(getuid), C(geteuid), C(getgid), C(getegid), C(getresuid),
	C(getresgid),
};

/* Connections at listening sockets that are there. */
static const int accept_calls[] = {
	C(accept), C(accept4),
};

/* TCP to a mail server, and the name service that finds it. */
static const int inet_calls[] = {
	C(connect), C(bind), C(sendto), C(sendmmsg), C(recvmmsg), C(socketpair),
};

/* New Unix sockets. */
static const int unix_calls[] = {
	C(connect), C(sendto),
};

/* Children. */
static const int child_calls[] = {
	C(fork), C(vfork), C(execve), C(wait4), C(waitid), C(kill), C(setpgid), C(getpgrp), C(getpgid), C(setsid), C(getsid),
	C(close_range), C(sendto),
};

/* What a window of GTK makes (pinentry). */
static const int desktop_calls[] = {
	C(sendto), C(tgkill), C(prctl), C(ioctl), C(inotify_init1), C(inotify_add_watch), C(inotify_rm_watch), C(memfd_create),
	C(shmget), C(shmat), C(shmctl), C(shmdt), C(getgroups), C(symlink), C(link), C(linkat), C(utimensat), C(fchown), C(chown),
	C(chmod), C(socketpair), C(getpriority), C(setpriority), C(sched_setscheduler), C(sched_getscheduler), C(sched_getparam),
	C(sched_setparam), C(sched_get_priority_max), C(sched_get_priority_min), C(sched_setattr), C(sched_getattr),
	C(sched_setaffinity), C(msync), C(mincore), C(arch_prctl), C(set_tid_address), C(prlimit64), C(chdir), C(fchdir), C(truncate),
	C(getxattr), C(lgetxattr), C(fgetxattr), C(listxattr), C(capget), C(setitimer), C(alarm), C(sendmmsg), C(recvmmsg),
};

/* What programs do before they enter their own jail, and hufud for them. */
static const int start_calls[] = {
	C(bind), C(listen), C(sendto), C(setgroups), C(setresuid), C(setresgid), C(chdir), C(fchdir), C(fchown), C(fchownat), C(chmod),
	C(seccomp), C(landlock_create_ruleset), C(landlock_add_rule), C(landlock_restrict_self), C(prctl), C(setrlimit), C(prlimit64),
	C(arch_prctl), C(set_tid_address), C(memfd_create), C(ioctl), C(tgkill), C(socketpair), C(capget), C(getgroups), C(mincore),
	C(sched_setaffinity), C(rt_sigsuspend), C(linkat), C(utimensat), C(truncate), C(recvmmsg), C(sendmmsg),
};

/* clang-format on */

#define CALLS(groups, list) \
	{ \
		groups, list, sizeof(list) / sizeof((list)[0]) \
	}
const struct jail_calls jail_calls[] = {
    CALLS(JAIL_BASE, file_calls),   CALLS(JAIL_BASE, memory_calls),     CALLS(JAIL_BASE, thread_calls), CALLS(JAIL_BASE, socket_calls),
    CALLS(JAIL_BASE, self_calls),   CALLS(JAIL_ACCEPT, accept_calls),   CALLS(JAIL_INET, inet_calls),   CALLS(JAIL_UNIX, unix_calls),
    CALLS(JAIL_CHILD, child_calls), CALLS(JAIL_DESKTOP, desktop_calls), CALLS(JAIL_START, start_calls),
};
const size_t jail_calls_count = sizeof(jail_calls) / sizeof(jail_calls[0]);

#define NEW_NAMESPACES (CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP)

/* With conditions on arguments. clone3 hides its flags from the filter: ENOSYS makes the C library take clone. */
const struct jail_rule jail_rules[] = {
    {C(mmap), JAIL_BASE, 1, {SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)}},
    {C(mprotect), JAIL_BASE, 1, {SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)}},
    {C(mmap), JAIL_EXEC_MEMORY, 0, {}},
    {C(mprotect), JAIL_EXEC_MEMORY, 0, {}},
    {C(clone), JAIL_BASE, 1, {SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_THREAD | NEW_NAMESPACES, CLONE_THREAD)}},
    {C(clone), JAIL_CHILD, 1, {SCMP_A0_64(SCMP_CMP_MASKED_EQ, NEW_NAMESPACES, 0)}},
    {C(tgkill), JAIL_BASE, 1, {SCMP_A0_64(SCMP_CMP_EQ, JAIL_OWN_PID)}},
    /* Connected sockets only: with an address TCP could be opened by sending (MSG_FASTOPEN). */
    {C(sendto), JAIL_BASE, 1, {SCMP_A4_64(SCMP_CMP_EQ, 0)}},
    {C(ioctl), JAIL_BASE, 1, {SCMP_A1_64(SCMP_CMP_EQ, TCGETS)}},
    {C(ioctl), JAIL_BASE, 1, {SCMP_A1_64(SCMP_CMP_EQ, TIOCGWINSZ)}},
    {C(ioctl), JAIL_BASE, 1, {SCMP_A1_64(SCMP_CMP_EQ, FIONREAD)}},
    {C(ioctl), JAIL_BASE, 1, {SCMP_A1_64(SCMP_CMP_EQ, FIONBIO)}},
    {C(prctl), JAIL_BASE, 1, {SCMP_A0_64(SCMP_CMP_EQ, PR_SET_NAME)}},
    {C(prctl), JAIL_BASE, 2, {SCMP_A0_64(SCMP_CMP_EQ, PR_SET_DUMPABLE), SCMP_A1_64(SCMP_CMP_EQ, 0)}},
    {C(setrlimit), JAIL_BASE, 1, {SCMP_A0_64(SCMP_CMP_EQ, RLIMIT_CORE)}},
    /* Of itself; setting only the size of core dumps. */
    {C(prlimit64), JAIL_BASE, 2, {SCMP_A0_64(SCMP_CMP_EQ, 0), SCMP_A2_64(SCMP_CMP_EQ, 0)}},
    {C(prlimit64), JAIL_BASE, 2, {SCMP_A0_64(SCMP_CMP_EQ, 0), SCMP_A1_64(SCMP_CMP_EQ, RLIMIT_CORE)}},
    {C(socket), JAIL_INET | JAIL_START, 1, {SCMP_A0_64(SCMP_CMP_EQ, AF_INET)}},
    {C(socket), JAIL_INET | JAIL_START, 1, {SCMP_A0_64(SCMP_CMP_EQ, AF_INET6)}},
    {C(socket), JAIL_UNIX | JAIL_START, 1, {SCMP_A0_64(SCMP_CMP_EQ, AF_UNIX)}},
};
const size_t jail_rules_count = sizeof(jail_rules) / sizeof(jail_rules[0]);

/* Nothing of ours makes these by accident. */
/* clang-format off */
const int jail_hostile[] = {
	C(init_module), C(finit_module), C(delete_module), C(kexec_load), C(kexec_file_load), C(bpf), C(perf_event_open), C(mount),
	C(umount2), C(move_mount), C(open_tree), C(fsopen), C(fsmount), C(pivot_root), C(chroot), C(setns), C(unshare),
	C(process_vm_readv), C(process_vm_writev), C(open_by_handle_at), C(userfaultfd), C(reboot), C(swapon), C(swapoff), C(iopl),
	C(ioperm), C(add_key), C(request_key), C(keyctl), C(acct), C(quotactl), C(settimeofday), C(clock_settime), C(clock_adjtime),
	C(adjtimex), C(io_uring_setup), C(io_uring_enter), C(io_uring_register),
};
/* clang-format on */
const size_t jail_hostile_count = sizeof(jail_hostile) / sizeof(jail_hostile[0]);

#define SERVER (JAIL_BASE | JAIL_ACCEPT)
#define WINDOWS (JAIL_BASE | JAIL_UNIX | JAIL_CHILD | JAIL_EXEC_MEMORY | JAIL_DESKTOP)
/* A child's filter adds to its parent's: hufud opens all that its children do. */
#define EVERYTHING (SERVER | WINDOWS | JAIL_INET | JAIL_START)

const struct jail_row jail_rows[JAIL_KINDS] = {
    [JAIL_SIGNER] = {.name = "signer", .groups = SERVER, .files = true},
    [JAIL_ESCROW] = {.name = "escrow", .groups = SERVER, .files = true},
    [JAIL_RESPONDER] = {.name = "responder", .groups = SERVER, .files = true},
    [JAIL_PORTAL] = {.name = "portal", .groups = SERVER, .files = true},
    [JAIL_COURIER] = {.name = "courier", .groups = JAIL_BASE | JAIL_INET, .files = true, .connects_tcp = true},
    [JAIL_KEYDOOR] = {.name = "keydoor", .groups = WINDOWS, .files = true, .other_sockets = true},
    [JAIL_AGENT] = {.name = "agent", .groups = SERVER, .files = true},
    [JAIL_VKEY] = {.name = "vkey", .groups = SERVER, .files = true},
    [JAIL_HUFUD] = {.name = "hufud", .groups = EVERYTHING, .connects_tcp = true, .other_sockets = true},
    [JAIL_PAPER] = {.name = "paper", .groups = JAIL_BASE, .files = true},
    [JAIL_MAILBOX] = {.name = "mailbox", .groups = SERVER, .files = true},
};
