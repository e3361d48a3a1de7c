/* A virtual key for tests: a slot directory of its own, the real vkey program, plugged in and pulled out. */
#ifndef HUFU_TEST_VIRTUAL_KEY_H
#define HUFU_TEST_VIRTUAL_KEY_H

#include <sys/types.h>

struct virtual_key {
	char directory[64]; /* the slot directory; the key file lies in it too */
	char file[96];
	char slot[16];
	char serial[33];
	char pin[17];  /* the initial one */
	pid_t process; /* 0 while it is not plugged in */
};

/* Makes a slot directory and lets HUFU_KEY_SLOTS name it. The program's path is in the environment as HUFU_TEST_VKEY. */
void slots_begin(char directory[64]);
void slots_end(const char *directory); /* with all that is in it */

/* Each fails the test when it does not succeed. */
void virtual_key_make(struct virtual_key *key, const char *directory, const char *slot);
/* The same key once more in another slot directory, as it is now: for tests that need one with a past. The copied one is not plugged in. */
void virtual_key_copy(struct virtual_key *key, const struct virtual_key *from, const char *directory);
void virtual_key_plug(struct virtual_key *key); /* returns when the key answers */
void virtual_key_pull(struct virtual_key *key);
void virtual_key_kill(struct virtual_key *key); /* kill -9 */
/* Holds the key as another program does, until the descriptor is closed. */
int virtual_key_hold(const struct virtual_key *key);

#endif
