/* Users of their own for the programs, where root can give them. */
#include "user.h"

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Tried by a child that becomes the user: the kernel knows best. */
static bool can_reach(uid_t uid, gid_t gid, const char *program)
{
	char here[4096];
	int status;
	pid_t pid;

	if (!getcwd(here, sizeof(here)))
		return false;
	pid = fork();
	if (pid == 0)
		_exit(setgroups(0, NULL) || setresgid(gid, gid, gid) || setresuid(uid, uid, uid) || access(here, X_OK) ||
		      access(program, X_OK));
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

void user_choose(struct user *u, const char *name, const char *program)
{
	const struct passwd *entry = geteuid() == 0 ? getpwnam(name) : NULL;

	if (entry && can_reach(entry->pw_uid, entry->pw_gid, program)) {
		u->uid = entry->pw_uid;
		u->gid = entry->pw_gid;
		snprintf(u->name, sizeof(u->name), "%s", name);
		return;
	}
	entry = getpwuid(geteuid());
	u->uid = (uid_t)-1;
	u->gid = (gid_t)-1;
	snprintf(u->name, sizeof(u->name), "%s", entry ? entry->pw_name : "the starting user");
}

static int give_tree(const struct user *u, const char *folder, struct err *err)
{
	char path[256];
	char *const roots[] = {path, NULL};
	FTS *tree;
	int result = 0;

	snprintf(path, sizeof(path), "%s", folder);
	tree = fts_open(roots, FTS_PHYSICAL | FTS_XDEV | FTS_NOCHDIR, NULL);
	if (!tree)
		return err_set_errno(err, HF_FILE, "reading %s", folder);
	for (FTSENT *e; result == 0 && (e = fts_read(tree));)
		if (e->fts_info != FTS_D && lchown(e->fts_accpath, u->uid, u->gid)) /* folders after what is in them */
			result = err_set_errno(err, HF_FILE, "giving %s to %s", e->fts_path, u->name);
	fts_close(tree);
	return result;
}

int user_give_folder(const struct user *u, const char *folder, struct err *err)
{
	struct stat st;

	if (file_make_dir(AT_FDCWD, folder, 0700, err))
		return -1;
	if (u->uid == (uid_t)-1)
		return 0;
	if (lstat(folder, &st))
		return err_set_errno(err, HF_FILE, "%s", folder);
	/* Once given, what is in it is the user's to arrange: root changes nothing there any more. */
	return st.st_uid == u->uid ? 0 : give_tree(u, folder, err);
}
