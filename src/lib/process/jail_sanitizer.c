/* Sanitizer builds only: what their run-time does besides. Leaks are not looked for inside a jail, because that needs ptrace. */
#include "jail_rules.h"

const int jail_sanitizer_calls[] = {
    SCMP_SYS(prctl), SCMP_SYS(personality), SCMP_SYS(tgkill), SCMP_SYS(ioctl), SCMP_SYS(prlimit64), SCMP_SYS(msync), SCMP_SYS(arch_prctl),
};
const size_t jail_sanitizer_count = sizeof(jail_sanitizer_calls) / sizeof(jail_sanitizer_calls[0]);

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HAS_THREAD_OF_ITS_OWN 1
#endif
#elif defined(__SANITIZE_THREAD__)
#define HAS_THREAD_OF_ITS_OWN 1
#endif
#ifndef HAS_THREAD_OF_ITS_OWN
#define HAS_THREAD_OF_ITS_OWN 0
#endif
const unsigned jail_sanitizer_threads = HAS_THREAD_OF_ITS_OWN;

int __lsan_is_turned_off(void);

__attribute__((visibility("default"))) int __lsan_is_turned_off(void)
{
	return 1;
}
