/* The language of who types the commands. */
#ifndef HUFU_HUFU_USER_LANGUAGE_H
#define HUFU_HUFU_USER_LANGUAGE_H

#include "catalogue.h"

/* As the environment says (POSIX XBD 8.2); English where it says nothing. */
enum language user_language(void);

#endif
