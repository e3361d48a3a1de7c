/* Which engines this processor has. */
#include "engine.h"

#ifdef __x86_64__
#include <cpuid.h>

/* BMI2 and ADX for the products, AVX2 (with the system's consent to its registers) for the scans. */
static bool has_adx(void)
{
	unsigned a, b, c, d;

	if (!__get_cpuid_count(7, 0, &a, &b, &c, &d))
		return false;
	return (b & bit_BMI2) != 0 && (b & bit_ADX) != 0 && __builtin_cpu_supports("avx2");
}

/* The compilers' library asks CPUID, and XGETBV whether the system keeps the registers of 512 bits and the masks. */
static bool has_ifma(void)
{
	return has_adx() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512ifma");
}
#endif

size_t engine_list(const struct engine *list[ENGINES_MAX])
{
	size_t n = 0;

	list[n++] = &engine_portable;
#ifdef __x86_64__
	if (has_adx())
		list[n++] = &engine_adx;
	if (has_ifma())
		list[n++] = &engine_ifma;
#endif
	return n;
}

const struct engine *engine_best(void)
{
	const struct engine *list[ENGINES_MAX];

	return list[engine_list(list) - 1];
}
