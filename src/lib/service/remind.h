/* Mails before a certificate ends: 30, 15, 7 and 1 days before, each once; none when a later certificate was collected. */
#ifndef HUFU_SERVICE_REMIND_H
#define HUFU_SERVICE_REMIND_H

#include "service.h"

int remind_all(struct service *s, struct err *err) MUST_CHECK;

#endif
