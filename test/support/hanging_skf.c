/* A key library that never comes back from telling the names of keys while there is a file "hang" in the slot directory; then there is
 * "hangs" too. The rest of it is libhufuskf's, whose own SKF_EnumDev the build renames. */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#undef SKF_EnumDev
unsigned SKF_EnumDev_own(int present, char *names, unsigned *size);
__attribute__((visibility("default"))) unsigned SKF_EnumDev(int present, char *names, unsigned *size);

static int open_in_slots(const char *name, int flags)
{
	const char *slots = getenv("HUFU_KEY_SLOTS");
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", slots != NULL ? slots : "/nowhere", name);
	return open(path, flags | O_CLOEXEC, 0600);
}

unsigned SKF_EnumDev(int present, char *names, unsigned *size)
{
	int hang = names != NULL ? open_in_slots("hang", O_RDONLY) : -1;

	if (hang < 0)
		return SKF_EnumDev_own(present, names, size);
	(void)close(open_in_slots("hangs", O_WRONLY | O_CREAT));
	for (;;)
		(void)pause();
}
