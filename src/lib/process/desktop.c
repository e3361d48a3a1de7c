/* The variables of the environment that name the person's desktop or terminal. */
#include "desktop.h"

#include <string.h>
#include <unistd.h>

static const char *const names[] = {
    "DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XDG_DATA_DIRS", "DBUS_SESSION_BUS_ADDRESS", "GPG_TTY", "TERM",
    "HOME",    "LC_ALL",     "LC_CTYPE",        "LANGUAGE",        "GTK_IM_MODULE", "HUFU_KEY_SLOTS",
};

void desktop_read(struct desktop *desktop)
{
	size_t count = 0;

	for (char **entry = environ; *entry != NULL && count < DESKTOP_VARIABLES_MAX; entry++)
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			size_t n = strlen(names[i]);

			if (strncmp(*entry, names[i], n) == 0 && (*entry)[n] == '=')
				desktop->variables[count++] = *entry;
		}
	desktop->variables[count] = NULL;
}
