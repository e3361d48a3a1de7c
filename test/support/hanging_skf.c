/* A key library that never comes back from listing keys; the rest of it is libhufuskf's, whose own SKF_EnumDev the build renames. */
#include <unistd.h>

#undef SKF_EnumDev
__attribute__((visibility("default"))) unsigned SKF_EnumDev(int present, char *names, unsigned *size);

unsigned SKF_EnumDev(int present, char *names, unsigned *size)
{
	for (;;)
		(void)pause();
}
