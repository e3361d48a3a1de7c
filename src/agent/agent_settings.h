/* The agent's settings file. doc/protocol/agent.md 5 */
#ifndef HUFU_AGENT_AGENT_SETTINGS_H
#define HUFU_AGENT_AGENT_SETTINGS_H

#include "bytes.h"

#define AGENT_SETTINGS_MAX (16u << 10)

enum agent_setting {
	AGENT_ROOT, /* PEM files of the pinned certificates */
	AGENT_RELEASE,
	AGENT_ISSUING,
	AGENT_JOURNAL,
	AGENT_ORIGINS, /* the allow-list and its signature, DER */
	AGENT_ORIGINS_SIGNATURE,
	AGENT_STATE,    /* folder of what the agent remembers */
	AGENT_LIBRARY,  /* SKF library; "": libhufuskf.so of the installation */
	AGENT_PINENTRY, /* program */
	AGENT_PORT,
	AGENT_SETTINGS
};

struct agent_settings {
	char *values[AGENT_SETTINGS]; /* never NULL after a reading that succeeded */
	uint16_t port;
};

/* Lines of name = value; '#' begins a comment line. Paths are absolute. HF_SETTING with the line: unknown, twice, missing, wrong. */
int agent_settings_parse(struct agent_settings *s, struct bytes text, struct err *err) MUST_CHECK;
int agent_settings_read(struct agent_settings *s, const char *path, struct err *err) MUST_CHECK;
void agent_settings_free(struct agent_settings *s);

#endif
