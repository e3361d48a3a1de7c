/* What can be checked of an order without knowing who may what: CA, time, signature, and that an approval repeats its acceptance. */
#ifndef HUFU_ORDER_ORDER_CHECK_H
#define HUFU_ORDER_ORDER_CHECK_H

#include "order.h"
#include "sm2.h"

#define ORDER_LIFE 604800 /* seconds */
#define ORDER_AHEAD_MAX 600
#define ORDER_RENEW_WINDOW (90 * 86400) /* before the end of the pair */

int order_check_ca(const struct order *order, const uint8_t ca[20], struct err *err) MUST_CHECK; /* HF_ORDER_OTHER_CA */
int order_check_time(const struct order *order, int64_t now, struct err *err) MUST_CHECK;        /* HF_ORDER_EXPIRED, HF_ORDER_AHEAD */
int order_check_signature(const struct order *order, const struct sm2_public *key, struct bytes signature,
                          struct err *err) MUST_CHECK; /* HF_ORDER_SIGNATURE */
/* approve names accept by hash, and every member of accept stands in it unchanged. HF_ORDER_MISMATCH. */
int order_check_approves(const struct order *approve, const struct order *accept, struct err *err) MUST_CHECK;
/* second names first by hash and both say the same. HF_ORDER_MISMATCH. */
int order_check_seconds(const struct order *second, const struct order *first, struct err *err) MUST_CHECK;
bool order_subject_equal(const struct order_subject *a, const struct order_subject *b);

#endif
