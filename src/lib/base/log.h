/* One JSON line per event on standard error: {"time":…,"process":…,"level":…,"event":…,"text":…}, faults with "code":"HF-nnnn". */
#ifndef HUFU_BASE_LOG_H
#define HUFU_BASE_LOG_H

#include "err.h"

#include <stdint.h>

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

/* Both kept for the life of the process; process is a literal. From here on a reader that goes away, of the log or of anything else, ends
 * no program: SIGPIPE is ignored. */
void log_start(const char *process, enum log_level least);

/* event is a short stable name ("journal.synced"), text free words; both are escaped. Secrets have no way in:
 * there is no conversion for struct secret, and callers pass names, numbers and hashes only. */
void log_event(enum log_level level, const char *event, const char *fmt, ...) PRINTF_LIKE(3, 4);
void log_fault(const char *event, const struct err *err); /* level by kind: input and refusals are info */

#define log_info(event, ...) log_event(LOG_LEVEL_INFO, event, __VA_ARGS__)
#define log_warning(event, ...) log_event(LOG_LEVEL_WARNING, event, __VA_ARGS__)
#define log_error(event, ...) log_event(LOG_LEVEL_ERROR, event, __VA_ARGS__)

#endif
