/* What the service does by the clock. */
#ifndef HUFU_SERVICE_ROUNDS_H
#define HUFU_SERVICE_ROUNDS_H

#include "service.h"

/* The audit head every 5 minutes, what has expired every hour, all papers compared with hashes and orders every day, until the service stops. */
void *rounds_thread(void *service);

#endif
