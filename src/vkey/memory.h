/* What a virtual key remembers, and its one-file form. doc/protocol/virtual-key.md 6 */
#ifndef HUFU_VKEY_MEMORY_H
#define HUFU_VKEY_MEMORY_H

#include "card_profile.h"
#include "cipher.h"
#include "sm2.h"

#define MEMORY_FILE_MAX (256u << 10)
#define MEMORY_FILE_VERSION 1
#define MEMORY_SEALED_SIZE (SM2_SCALAR_SIZE + SEAL_OVERHEAD)
#define MEMORY_SEALED_MASTER_MAX 512

enum memory_use { MEMORY_SIGN, MEMORY_ENCRYPT, MEMORY_USES };

struct memory_key {
	bool present;
	uint8_t point[SM2_POINT_SIZE];
	uint8_t sealed[MEMORY_SEALED_SIZE]; /* by vault.h */
};

struct memory_container {
	uint16_t number; /* from 1, never used again */
	char name[CARD_NAME_MAX + 1];
	struct memory_key keys[MEMORY_USES];
	struct buf certificates[MEMORY_USES]; /* empty when there is none */
};

struct memory {
	char serial[CARD_SERIAL_MAX + 1];
	char label[CARD_LABEL_MAX + 1];
	enum card_pin_state pin_state;
	uint8_t tries_left;
	struct buf sealed_master;
	uint16_t next_number; /* 0 when all numbers were used */
	size_t count;
	struct memory_container containers[CARD_CONTAINERS_MAX]; /* ascending numbers */
};

void memory_init(struct memory *m);
void memory_free(struct memory *m);

bool memory_serial_valid(struct bytes serial);
bool memory_label_valid(struct bytes label);
bool memory_name_valid(struct bytes name);

int memory_encode(const struct memory *m, struct buf *out, struct err *err) MUST_CHECK;
/* m is initialised by the call, and freed by it on failure. HF_KEY_FILE when the bytes are not exactly such a file. */
int memory_decode(struct memory *m, struct bytes file, struct err *err) MUST_CHECK;

struct memory_container *memory_find(struct memory *m, uint16_t number); /* lends; NULL when there is none */
struct memory_container *memory_find_name(struct memory *m, struct bytes name);
/* An empty container at the end; NULL when there is no room or no number left. The name was checked. */
struct memory_container *memory_add(struct memory *m, struct bytes name);
void memory_remove(struct memory *m, uint16_t number);

#endif
