/* The persons of the service and their certificates: few, and looked at for every order. */
#ifndef HUFU_SIGNER_STAFF_LIST_H
#define HUFU_SIGNER_STAFF_LIST_H

#include "registry.h"

struct staff_entry {
	struct person person;
	int64_t hour, issued; /* approvals in the newest hour of his */
};
struct staff_certificate {
	uint8_t serial[ORDER_SERIAL_SIZE];
	size_t entry;
	struct cert *cert; /* NULL until it was looked at */
};
struct staff_list {
	struct staff_entry *entries;
	size_t entry_count, entry_capacity;
	struct staff_certificate *certificates;
	size_t certificate_count, certificate_capacity;
};

void staff_list_free(struct staff_list *list);
struct staff_entry *staff_list_find(const struct staff_list *list, struct bytes id);
/* NULL: nobody's, or nobody's any longer. */
struct staff_certificate *staff_list_certificate(const struct staff_list *list, const uint8_t serial[ORDER_SERIAL_SIZE]);
/* Appoints, changes or withdraws: the person is made when new, the certificate becomes his only one. */
int staff_list_set(struct staff_list *list, const struct order_person *person, uint32_t roles, int64_t from, int64_t to,
                   const uint8_t serial[ORDER_SERIAL_SIZE], struct err *err) MUST_CHECK;
/* One more approval of a person at a time. */
void staff_list_count(struct staff_list *list, struct bytes id, int64_t time);
int64_t staff_list_counted(const struct staff_list *list, struct bytes id, int64_t time); /* in the hour of the time */

#endif
