/* Where hufu's other programs are, seen from the one that runs. */
#ifndef HUFU_PROCESS_PROGRAM_H
#define HUFU_PROCESS_PROGRAM_H

#include "err.h"

#include <limits.h>

/* In a build tree it is in the folder of its name beside the running program's; installed, beside it or in the libexec folder. HF_FILE. */
int program_path(const char *name, char path[PATH_MAX], struct err *err) MUST_CHECK;
/* The same for a shared library, in the library folder or in the build tree's folder `folder`. */
int program_library_path(const char *folder, const char *name, char path[PATH_MAX], struct err *err) MUST_CHECK;

#endif
