/* Montgomery products and squares mod p = 2^256 - 2^224 - 2^96 + 2^64 - 1 for x86-64 with BMI2 and ADX.
 * The formulas and bounds are those of fp.c; no instruction's time and no address depends on the operands.
 *
 *   void fp_mul_adx(struct fp *r, const struct fp *a, const struct fp *b)    rdi, rsi, rdx
 *   void fp_sqr_adx(struct fp *r, const struct fp *a)                        rdi, rsi
 *
 * The product stands in r8..r15, least significant limb first. */

/* One step of reduce_limb. t0 = m stays where it is and becomes the top limb, so that what is left of the sum is one subtraction:
 *   (t1, t2, t3, m) - (m (2^32 - 1) in two limbs, m << 32, m >> 32)
 * rbx holds 2^32 - 1. Carries run on two of the processor's ports only and are what a product waits for; so mulx makes the first two
 * limbs, though shifts could. */
.macro REDUCE_LIMB t0, t1, t2, t3
	mov	\t0, %rdx
	mulx	%rbx, %rax, %rcx
	rorx	$32, \t0, %rbp
	mov	%ebp, %esi
	sub	%rsi, %rbp
	sub	%rax, \t1
	sbb	%rcx, \t2
	sbb	%rbp, \t3
	sbb	%rsi, \t0
.endm

/* r8..r15 below p^2. Four steps on a ring of four registers; then the high half is added and p taken away once where it fits. */
.macro REDUCE_AND_STORE
	mov	$0xffffffff, %ebx
	REDUCE_LIMB %r8, %r9, %r10, %r11
	REDUCE_LIMB %r9, %r10, %r11, %r8
	REDUCE_LIMB %r10, %r11, %r8, %r9
	REDUCE_LIMB %r11, %r8, %r9, %r10
	xor	%eax, %eax
	movabs	$0xffffffff00000000, %rsi
	movabs	$0xfffffffeffffffff, %rbp
	add	%r12, %r8
	adc	%r13, %r9
	adc	%r14, %r10
	adc	%r15, %r11
	adc	$0, %rax
	mov	%r8, %r12
	mov	%r9, %r13
	mov	%r10, %r14
	mov	%r11, %r15
	sub	$-1, %r8
	sbb	%rsi, %r9
	sbb	$-1, %r10
	sbb	%rbp, %r11
	sbb	$0, %rax
	cmovc	%r12, %r8
	cmovc	%r13, %r9
	cmovc	%r14, %r10
	cmovc	%r15, %r11
	mov	%r8, (%rdi)
	mov	%r9, 8(%rdi)
	mov	%r10, 16(%rdi)
	mov	%r11, 24(%rdi)
.endm

/* Adds a times the limb at offset(rbx) to t0..t3 and makes t4, with low halves on CF and high halves on OF. */
.macro MULTIPLY_ROW offset, t0, t1, t2, t3, t4
	mov	\offset(%rbx), %rdx
	xor	%ecx, %ecx
	mulx	(%rsi), %rax, %rbp
	adcx	%rax, \t0
	adox	%rbp, \t1
	mulx	8(%rsi), %rax, %rbp
	adcx	%rax, \t1
	adox	%rbp, \t2
	mulx	16(%rsi), %rax, %rbp
	adcx	%rax, \t2
	adox	%rbp, \t3
	mulx	24(%rsi), %rax, \t4
	adcx	%rax, \t3
	adox	%rcx, \t4
	adcx	%rcx, \t4
.endm

.macro ENTER name
	.globl	\name
	.hidden	\name
	.type	\name, @function
	.p2align 5
\name:
	.cfi_startproc
	endbr64
	.irp register, rbx, rbp, r12, r13, r14, r15
	push	%\register
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset \register, 0
	.endr
.endm

.macro LEAVE name
	.irp register, r15, r14, r13, r12, rbp, rbx
	pop	%\register
	.cfi_adjust_cfa_offset -8
	.cfi_restore \register
	.endr
	ret
	.cfi_endproc
	.size	\name, . - \name
.endm

	.text
ENTER fp_mul_adx
	mov	%rdx, %rbx
	mov	(%rbx), %rdx
	mulx	(%rsi), %r8, %r9
	mulx	8(%rsi), %rax, %r10
	add	%rax, %r9
	mulx	16(%rsi), %rax, %r11
	adc	%rax, %r10
	mulx	24(%rsi), %rax, %r12
	adc	%rax, %r11
	adc	$0, %r12
	MULTIPLY_ROW 8, %r9, %r10, %r11, %r12, %r13
	MULTIPLY_ROW 16, %r10, %r11, %r12, %r13, %r14
	MULTIPLY_ROW 24, %r11, %r12, %r13, %r14, %r15
	REDUCE_AND_STORE
LEAVE fp_mul_adx

ENTER fp_sqr_adx
	/* the mixed products in r9..r14 */
	mov	(%rsi), %rdx
	mulx	8(%rsi), %r9, %r10
	mulx	16(%rsi), %rax, %r11
	add	%rax, %r10
	mulx	24(%rsi), %rax, %r12
	adc	%rax, %r11
	adc	$0, %r12
	mov	8(%rsi), %rdx
	xor	%ecx, %ecx
	mulx	16(%rsi), %rax, %rbp
	adcx	%rax, %r11
	adox	%rbp, %r12
	mulx	24(%rsi), %rax, %r13
	adcx	%rax, %r12
	adox	%rcx, %r13
	mov	16(%rsi), %rdx
	mulx	24(%rsi), %rax, %r14
	adcx	%rax, %r13
	adcx	%rcx, %r14
	/* doubled on CF, the squares added on OF */
	mov	(%rsi), %rdx
	xor	%r15d, %r15d
	mulx	%rdx, %r8, %rax
	adcx	%r9, %r9
	adox	%rax, %r9
	mov	8(%rsi), %rdx
	mulx	%rdx, %rax, %rbp
	adcx	%r10, %r10
	adox	%rax, %r10
	adcx	%r11, %r11
	adox	%rbp, %r11
	mov	16(%rsi), %rdx
	mulx	%rdx, %rax, %rbp
	adcx	%r12, %r12
	adox	%rax, %r12
	adcx	%r13, %r13
	adox	%rbp, %r13
	mov	24(%rsi), %rdx
	mulx	%rdx, %rax, %rbp
	adcx	%r14, %r14
	adox	%rax, %r14
	adcx	%r15, %r15
	adox	%rbp, %r15
	REDUCE_AND_STORE
LEAVE fp_sqr_adx

	/* Fit for IBT (each entry is an endbr64) and for shadow stacks. */
	.section .note.gnu.property, "a"
	.balign	8
	.long	4, 16, 5	/* sizes of name and content; NT_GNU_PROPERTY_TYPE_0 */
	.asciz	"GNU"
	.long	0xc0000002, 4, 3, 0	/* GNU_PROPERTY_X86_FEATURE_1_AND */

	.section .note.GNU-stack, "", @progbits
