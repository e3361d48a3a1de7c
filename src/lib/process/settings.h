/* The settings of an instance: one table of all there are, one file (hufu.ini), one section for each process. doc/protocol/processes.md 3
 */
#ifndef HUFU_PROCESS_SETTINGS_H
#define HUFU_PROCESS_SETTINGS_H

#include "bytes.h"

enum setting_type {
	SETTING_TEXT,
	SETTING_INTEGER, /* from..to */
};

struct setting {
	const char *section; /* a process, or "service": known to all */
	const char *name;
	enum setting_type type;
	int64_t from, to;
	const char *fallback;
	const char *help;
	const char *above; /* the setting of the same section that this one must be above, or NULL */
};
extern const struct setting settings_table[];
extern const size_t settings_rows;

#define SETTINGS_FILE_MAX (64u << 10)

struct settings;

/* The text of hufu.ini; what is not in it has its fallback. HF_SETTING with the line: an unknown section or name, a wrong value;
 * or with the names of two that do not go together. */
int settings_parse(struct settings **s, struct bytes ini, struct err *err) MUST_CHECK;
/* A child's side: lines name=value as settings_section wrote them, from a descriptor that is closed afterwards. */
int settings_read(struct settings **s, int fd, struct err *err) MUST_CHECK;
void settings_free(struct settings **s);

/* section "service" is found from every section. Asking for a name that is not in the table ends the process: it is a fault of the program.
 */
const char *settings_text(const struct settings *s, const char *section, const char *name); /* lent */
int64_t settings_integer(const struct settings *s, const char *section, const char *name);

/* What a process is handed: its section and "service", as lines section.name=value. */
int settings_section(const struct settings *s, const char *section, struct buf *out, struct err *err) MUST_CHECK;
/* A hufu.ini with every setting, its help, and its value commented out where it is the fallback. values: NULL-terminated
 * triples section, name, value that differ. */
int settings_write(const char *const *values, struct buf *out, struct err *err) MUST_CHECK;

#endif
