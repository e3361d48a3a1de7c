/* Without a sanitizer a jail has its table alone. */
#include "jail_rules.h"

const int jail_sanitizer_calls[] = {0};
const size_t jail_sanitizer_count = 0;
const unsigned jail_sanitizer_threads = 0;
