/* The curve's arithmetic is compiled once for each kind of processor; this gives every copy names of its own.
 * The build defines SM2_ENGINE as the ending: portable (plain C), or adx (x86-64 with BMI2, ADX and AVX2). */
#ifndef HUFU_SM2_ENGINE_NAME_H
#define HUFU_SM2_ENGINE_NAME_H

#define ENGINE_JOIN2(name, ending) name##_##ending
#define ENGINE_JOIN(name, ending) ENGINE_JOIN2(name, ending)
#define ENGINE(name) ENGINE_JOIN(name, SM2_ENGINE)

#define fp_mul ENGINE(fp_mul)
#define fp_sqr ENGINE(fp_sqr)
#define fp_inverse ENGINE(fp_inverse)
#define fp_read ENGINE(fp_read)
#define fp_write ENGINE(fp_write)
#define fp_from_limbs ENGINE(fp_from_limbs)
#define fp_to_limbs ENGINE(fp_to_limbs)
#define point_double ENGINE(point_double)
#define point_add ENGINE(point_add)
#define point_add_affine ENGINE(point_add_affine)
#define points_to_affine ENGINE(points_to_affine)
#define affine_on_curve ENGINE(affine_on_curve)
#define sum_add_other ENGINE(sum_add_other)
#define sum_add ENGINE(sum_add)
#define sum_from_point ENGINE(sum_from_point)
#define sum_to_point ENGINE(sum_to_point)
#define comb_make ENGINE(comb_make)
#define comb_multiply ENGINE(comb_multiply)
#define comb_accumulate ENGINE(comb_accumulate)
#define multiply_secret ENGINE(multiply_secret)
#define check_sums ENGINE(check_sums)

#endif
