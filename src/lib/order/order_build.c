/* The text of an order from a page's draft and the facts that only the signing side may say. */
#include "order_build.h"

#include "json_write.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

#define MEMBERS_MAX 32

struct draft_member {
	const char *name;
	const struct json *value; /* NULL: a fact */
};

struct draft {
	struct draft_member members[MEMBERS_MAX];
	size_t count;
};

/* In the order in which write_fact knows them. */
static const char *const fact_names[] = {"by", "ca", "made", "nonce", "v"};
#define FACTS (sizeof(fact_names) / sizeof(fact_names[0]))

static int take_member(void *ctx, const char *name, const struct json *value, struct err *err)
{
	struct draft *draft = ctx;

	for (size_t i = 0; i < FACTS; i++) {
		if (strcmp(name, fact_names[i]) == 0)
			return err_set(err, HF_ORDER_MEMBER, "member %s: a draft may not say it (agent.md 3)", name);
	}
	if (draft->count == MEMBERS_MAX - FACTS)
		return err_set(err, HF_ORDER_MEMBER, "too many members");
	draft->members[draft->count++] = (struct draft_member){name, value};
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct draft_member *)a)->name, ((const struct draft_member *)b)->name);
}

static void write_fact(struct json_writer *w, const char *name, const struct order_facts *facts)
{
	uint8_t nonce[16];

	if (strcmp(name, "by") == 0) {
		json_put_hex(w, name, BYTES_ARRAY(facts->by));
	} else if (strcmp(name, "ca") == 0) {
		json_put_hex(w, name, BYTES_ARRAY(facts->ca));
	} else if (strcmp(name, "made") == 0) {
		json_put_integer(w, name, facts->made);
	} else if (strcmp(name, "nonce") == 0) {
		random_bytes(nonce, sizeof(nonce));
		json_put_hex(w, name, (struct bytes){nonce, sizeof(nonce)});
	} else {
		json_put_integer(w, name, 1);
	}
}

static int write_order(const struct draft *draft, const struct order_facts *facts, struct buf *out, struct err *err)
{
	struct json_writer w;
	struct buf value;
	int result = -1;

	buf_init(&value, ORDER_TEXT_MAX);
	json_begin(&w, out);
	json_open_object(&w, NULL);
	for (size_t i = 0; i < draft->count; i++) {
		const struct draft_member *m = &draft->members[i];

		if (m->value == NULL) {
			write_fact(&w, m->name, facts);
			continue;
		}
		buf_clear(&value);
		if (json_write_canonical(&value, m->value, err) < 0)
			goto out;
		json_put_raw(&w, m->name, buf_get(&value));
	}
	json_close(&w);
	result = json_end(&w, err);
out:
	buf_free(&value);
	return result;
}

static int order_complete(const struct json *draft_json, const struct order_facts *facts, struct pool *pool, struct buf *out,
                          struct order *order, struct err *err)
{
	struct draft draft = {.count = 0};
	struct buf text;
	int result = -1;

	buf_init(&text, ORDER_TEXT_MAX);
	if (json_kind_of(draft_json) != JSON_KIND_OBJECT) {
		err_set(err, HF_ORDER_MEMBER, "the draft is no object");
		goto out;
	}
	if (json_each(draft_json, take_member, &draft, err) < 0)
		goto out;
	for (size_t i = 0; i < FACTS; i++)
		draft.members[draft.count++] = (struct draft_member){fact_names[i], NULL};
	qsort(draft.members, draft.count, sizeof(draft.members[0]), compare_names);
	if (write_order(&draft, facts, &text, err) < 0)
		goto out;
	if (order_parse(order, buf_get(&text), pool, err) < 0)
		goto out;
	result = buf_append(out, buf_get(&text), err);
out:
	buf_free(&text);
	return result;
}

int order_complete_text(struct bytes draft, const struct order_facts *facts, struct pool *pool, struct buf *out, struct order *order,
                        struct err *err)
{
	struct json *root = NULL;
	int result = -1;

	if (json_read(&root, draft, ORDER_TEXT_MAX, err) < 0)
		goto out;
	result = order_complete(root, facts, pool, out, order, err);
out:
	json_free(&root);
	return result;
}
