/* What stays reachable for keydoor and for the pinentry that it starts. */
#include "keydoor_jail.h"

#include "jail.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PATHS_MAX 48

struct paths {
	struct jail_path rows[PATHS_MAX];
	char texts[PATHS_MAX][PATH_MAX];
	size_t count;
};

/* Nothing when a part of it is not known, or it is too long to be a path. */
static void add(struct paths *p, const char *folder, const char *name, enum jail_access access)
{
	if (folder == NULL || folder[0] != '/' || p->count == PATHS_MAX)
		return;
	if (snprintf(p->texts[p->count], PATH_MAX, "%s%s", folder, name) >= PATH_MAX)
		return;
	p->rows[p->count] = (struct jail_path){p->texts[p->count], access};
	p->count++;
}

static void add_system(struct paths *p)
{
	static const char *const read[] = {
	    "/etc/fonts",
	    "/etc/gtk-2.0",
	    "/etc/gtk-3.0",
	    "/etc/xdg",
	    "/etc/ld.so.cache",
	    "/etc/ld.so.preload",
	    "/etc/locale.alias",
	    "/etc/nsswitch.conf",
	    "/etc/machine-id",
	    "/etc/X11",
	    "/var/cache/fontconfig",
	    "/var/lib/dbus",
	    "/proc",
	    "/tmp/.X11-unix",
	};
	static const char *const write[] = {"/dev/null", "/dev/zero", "/dev/pts", "/dev/urandom", "/dev/random", "/dev/shm"};

	add(p, "/usr", "", JAIL_EXECUTE);
	add(p, "/lib", "", JAIL_EXECUTE);
	add(p, "/lib64", "", JAIL_EXECUTE);
	for (size_t i = 0; i < sizeof(read) / sizeof(read[0]); i++)
		add(p, read[i], "", JAIL_READ);
	for (size_t i = 0; i < sizeof(write) / sizeof(write[0]); i++)
		add(p, write[i], "", JAIL_WRITE);
	add(p, "/dev/tty", "", JAIL_TERMINAL);
}

static void add_personal(struct paths *p)
{
	static const char *const looks[] = {"/.gtkrc-2.0", "/.config/gtk-2.0", "/.config/gtk-3.0", "/.config/gtk-4.0",
	                                    "/.config/fontconfig"};
	const char *home = getenv("HOME");
	char user[32], runtime[32];

	(void)snprintf(user, sizeof(user), "/tmp/hufu-%u", getuid());
	(void)snprintf(runtime, sizeof(runtime), "/run/user/%u", getuid());
	add(p, home, "/.Xauthority", JAIL_READ);
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		add(p, home, looks[i], JAIL_READ);
	add(p, home, "/.cache/fontconfig", JAIL_WRITE);
	add(p, home, "/.fonts", JAIL_READ);
	add(p, home, "/.local/share/fonts", JAIL_READ);
	add(p, getenv("XAUTHORITY"), "", JAIL_READ);
	add(p, getenv("XDG_RUNTIME_DIR"), "", JAIL_WRITE);
	add(p, getenv("GPG_TTY"), "", JAIL_TERMINAL);
	add(p, getenv("HUFU_KEY_SLOTS"), "", JAIL_WRITE);
	add(p, runtime, "", JAIL_WRITE);
	add(p, user, "", JAIL_WRITE);
}

int keydoor_jail(const char *pinentry, struct err *err)
{
	struct paths *p = calloc(1, sizeof(*p));
	int rc;

	if (p == NULL)
		return err_set(err, HF_MEMORY, "jail");
	add_system(p);
	add_personal(p);
	add(p, pinentry, "", JAIL_EXECUTE);
	rc = jail_enter(JAIL_KEYDOOR, p->rows, p->count, err);
	free(p);
	return rc;
}
