/* What is tested of the eight lanes: compiled with the processor's operations, or with plain512's in their place. */
#ifndef HUFU_TEST_SM2_LANES_CASES_H
#define HUFU_TEST_SM2_LANES_CASES_H

void lanes_products_agree_with_bn(unsigned rounds);
void lanes_sums_are_made_tidy(unsigned rounds);
void lanes_agree_with_the_portable_field(unsigned rounds);
void lanes_know_zero(void);
void lanes_invert(void);
void lanes_split_odd_numbers(void);
void lanes_add_in_every_case(void);
void lanes_read_the_built_table(void);

#endif
