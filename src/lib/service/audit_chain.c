/* Canonical texts of audit entries, and the chain over them. */
#include "audit_chain.h"

#include "digest.h"
#include "member_table.h"
#include "signed_text.h"

#include <string.h>

/* audit.md 2, as its members stand in the text. */
struct line {
	struct bytes actor, address, deed, detail, person, subject;
	uint8_t chain[AUDIT_CHAIN_SIZE];
	int64_t number, time;
};

enum { M_ACTOR, M_ADDRESS, M_CHAIN, M_DEED, M_DETAIL, M_NUMBER, M_PERSON, M_SUBJECT, M_TIME };

static const struct member line_members[] = {
    [M_ACTOR] = ROW_TEXT(line, "actor", actor, 64, 0),
    [M_ADDRESS] = ROW_TEXT(line, "address", address, 64, MEMBER_MAY_BE_EMPTY),
    [M_CHAIN] = ROW_HEX(line, "chain", chain, 0),
    [M_DEED] = ROW_TEXT(line, "deed", deed, 64, 0),
    [M_DETAIL] = ROW_TEXT(line, "detail", detail, 8192, MEMBER_MAY_BE_EMPTY),
    [M_NUMBER] = ROW_INTEGER(line, "number", number),
    [M_PERSON] = ROW_TEXT(line, "person", person, 64, MEMBER_MAY_BE_EMPTY),
    [M_SUBJECT] = ROW_TEXT(line, "subject", subject, 256, MEMBER_MAY_BE_EMPTY),
    [M_TIME] = ROW_INTEGER(line, "time", time),
};
static const struct member_table line_table = MEMBER_TABLE(line_members);

static int text_write(const struct audit_entry *entry, uint64_t members, struct buf *out, struct err *err)
{
	struct line line = {
	    .actor = bytes_text(entry->actor),
	    .address = bytes_text(entry->address),
	    .deed = bytes_text(entry->deed),
	    .detail = bytes_text(entry->detail),
	    .person = bytes_text(entry->person),
	    .subject = bytes_text(entry->subject),
	    .number = entry->number,
	    .time = entry->time,
	};

	if (entry->chain.size == sizeof(line.chain))
		memcpy(line.chain, entry->chain.data, sizeof(line.chain));
	return members_write_text(&line_table, members, &line, out, err);
}

int audit_line_write(const struct audit_entry *entry, struct buf *out, struct err *err)
{
	return text_write(entry, MEMBER_ALL, out, err);
}

int audit_chain_next(const uint8_t before[AUDIT_CHAIN_SIZE], const struct audit_entry *entry, uint8_t chain[AUDIT_CHAIN_SIZE],
                     struct err *err)
{
	struct buf text;
	int rc;

	buf_init(&text, AUDIT_LINE_MAX);
	rc = text_write(entry, MEMBER_ALL & ~MEMBER_BIT(M_CHAIN), &text, err);
	if (rc == 0)
		sm3_two((struct bytes){before, AUDIT_CHAIN_SIZE}, buf_get(&text), chain);
	buf_free(&text);
	return rc;
}

static int take_text(struct pool *pool, struct bytes from, const char **out, struct err *err)
{
	*out = pool_text(pool, from);
	return *out != NULL ? 0 : err_set(err, HF_MEMORY, "audit line");
}

int audit_line_read(struct audit_entry *entry, struct bytes text, struct pool *pool, struct err *err)
{
	struct json *root = NULL;
	struct line line = {.number = 0};
	int rc = -1;

	if (signed_text_read(&root, text, AUDIT_LINE_MAX, err) != 0 || members_read(&line_table, MEMBER_ALL, root, pool, &line, err) != 0)
		goto out;
	entry->number = line.number;
	entry->time = line.time;
	if (take_text(pool, line.actor, &entry->actor, err) != 0 || take_text(pool, line.address, &entry->address, err) != 0 ||
	    take_text(pool, line.deed, &entry->deed, err) != 0 || take_text(pool, line.detail, &entry->detail, err) != 0 ||
	    take_text(pool, line.person, &entry->person, err) != 0 || take_text(pool, line.subject, &entry->subject, err) != 0)
		goto out;
	rc = pool_bytes(pool, BYTES_ARRAY(line.chain), &entry->chain, err);
out:
	json_free(&root);
	return rc;
}

int audit_walk_add(struct audit_walk *walk, const struct audit_entry *entry, struct err *err)
{
	uint8_t chain[AUDIT_CHAIN_SIZE];

	if (walk->broken != 0)
		return 0;
	if (audit_chain_next(walk->head, entry, chain, err) != 0)
		return -1;
	if (entry->number != walk->count + 1 || entry->time < walk->time || !bytes_equal(entry->chain, BYTES_ARRAY(chain))) {
		walk->broken = walk->count + 1;
		return 0;
	}
	memcpy(walk->head, chain, sizeof(chain));
	walk->count++;
	walk->time = entry->time;
	return 0;
}
