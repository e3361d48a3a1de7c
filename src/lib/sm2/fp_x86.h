/* Sums mod p for x86-64, where compilers lose the carry flag. Part of fp.h. */
#ifndef HUFU_SM2_FP_X86_H
#define HUFU_SM2_FP_X86_H

/* p = {-1, P1, -1, P3} in limbs. */
#define FP_P1 UINT64_C(0xffffffff00000000)
#define FP_P3 UINT64_C(0xfffffffeffffffff)

/* s = a + b, t = s - p; the answer is s where carry:s - p borrows, else t. */
static inline void fp_add(struct fp *r, const struct fp *a, const struct fp *b)
{
	uint64_t s0 = a->v[0], s1 = a->v[1], s2 = a->v[2], s3 = a->v[3];
	uint64_t t0, t1, t2, t3, carry;

	__asm__("xorl %k[c], %k[c]\n\t"
	        "addq %[b0], %[s0]\n\t"
	        "adcq %[b1], %[s1]\n\t"
	        "adcq %[b2], %[s2]\n\t"
	        "adcq %[b3], %[s3]\n\t"
	        "adcq $0, %[c]\n\t"
	        "movq %[s0], %[t0]\n\t"
	        "movq %[s1], %[t1]\n\t"
	        "movq %[s2], %[t2]\n\t"
	        "movq %[s3], %[t3]\n\t"
	        "subq $-1, %[t0]\n\t"
	        "sbbq %[p1], %[t1]\n\t"
	        "sbbq $-1, %[t2]\n\t"
	        "sbbq %[p3], %[t3]\n\t"
	        "sbbq $0, %[c]\n\t"
	        "cmovcq %[s0], %[t0]\n\t"
	        "cmovcq %[s1], %[t1]\n\t"
	        "cmovcq %[s2], %[t2]\n\t"
	        "cmovcq %[s3], %[t3]"
	        : [s0] "+&r"(s0), [s1] "+&r"(s1), [s2] "+&r"(s2), [s3] "+&r"(s3), [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2),
	          [t3] "=&r"(t3), [c] "=&r"(carry)
	        : [b0] "m"(b->v[0]), [b1] "m"(b->v[1]), [b2] "m"(b->v[2]), [b3] "m"(b->v[3]), [p1] "r"(FP_P1), [p3] "r"(FP_P3)
	        : "cc");
	r->v[0] = t0;
	r->v[1] = t1;
	r->v[2] = t2;
	r->v[3] = t3;
}

/* s = a - b, and p more where that borrows. */
static inline void fp_sub(struct fp *r, const struct fp *a, const struct fp *b)
{
	uint64_t s0 = a->v[0], s1 = a->v[1], s2 = a->v[2], s3 = a->v[3];
	uint64_t mask, p1 = FP_P1, p3 = FP_P3;

	__asm__("subq %[b0], %[s0]\n\t"
	        "sbbq %[b1], %[s1]\n\t"
	        "sbbq %[b2], %[s2]\n\t"
	        "sbbq %[b3], %[s3]\n\t"
	        "sbbq %[m], %[m]\n\t"
	        "andq %[m], %[p1]\n\t"
	        "andq %[m], %[p3]\n\t"
	        "addq %[m], %[s0]\n\t"
	        "adcq %[p1], %[s1]\n\t"
	        "adcq %[m], %[s2]\n\t"
	        "adcq %[p3], %[s3]"
	        : [s0] "+&r"(s0), [s1] "+&r"(s1), [s2] "+&r"(s2), [s3] "+&r"(s3), [m] "=&r"(mask), [p1] "+&r"(p1), [p3] "+&r"(p3)
	        : [b0] "m"(b->v[0]), [b1] "m"(b->v[1]), [b2] "m"(b->v[2]), [b3] "m"(b->v[3])
	        : "cc");
	r->v[0] = s0;
	r->v[1] = s1;
	r->v[2] = s2;
	r->v[3] = s3;
}

/* r = a / 2: an odd a becomes even by adding p, which is odd. */
static inline void fp_halve(struct fp *r, const struct fp *a)
{
	uint64_t s0 = a->v[0], s1 = a->v[1], s2 = a->v[2], s3 = a->v[3];
	uint64_t mask = 0 - (s0 & 1), p1 = FP_P1 & mask, p3 = FP_P3 & mask;

	__asm__("addq %[m], %[s0]\n\t"
	        "adcq %[p1], %[s1]\n\t"
	        "adcq %[m], %[s2]\n\t"
	        "adcq %[p3], %[s3]\n\t"
	        "sbbq %[m], %[m]\n\t" /* all ones where it carried */
	        "shrdq $1, %[s1], %[s0]\n\t"
	        "shrdq $1, %[s2], %[s1]\n\t"
	        "shrdq $1, %[s3], %[s2]\n\t"
	        "shrdq $1, %[m], %[s3]"
	        : [s0] "+&r"(s0), [s1] "+&r"(s1), [s2] "+&r"(s2), [s3] "+&r"(s3), [m] "+&r"(mask)
	        : [p1] "r"(p1), [p3] "r"(p3)
	        : "cc");
	r->v[0] = s0;
	r->v[1] = s1;
	r->v[2] = s2;
	r->v[3] = s3;
}

#endif
