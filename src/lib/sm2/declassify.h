/* The place where a value derived from secrets becomes public: read by the constant-time test, nothing in the product. */
#ifndef HUFU_SM2_DECLASSIFY_H
#define HUFU_SM2_DECLASSIFY_H

#ifdef SM2_CHECK_SECRETS
#include <valgrind/memcheck.h>
#define declassify(p, n) ((void)VALGRIND_MAKE_MEM_DEFINED(p, n))
#else
#define declassify(p, n) ((void)(p), (void)(n))
#endif

#endif
