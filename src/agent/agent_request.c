/* The JSON that pages send: one struct and table for each shape of body. */
#include "agent_request.h"

#include "cert.h"
#include "envelope.h"
#include "order.h"

const struct member_table agent_nothing_table = {NULL, 0};

static const struct member key_members[] = {
    ROW_TEXT(agent_key_request, "key", key, AGENT_NAME_MAX, 0),
};
const struct member_table agent_key_table = MEMBER_TABLE(key_members);

static const struct member install_members[] = {
    ROW_HEX(agent_install_request, "application", application, 0),
    ROW_TEXT(agent_install_request, "container", container, AGENT_NAME_MAX, 0),
    ROW_BASE64(agent_install_request, "encryption", encryption, CERT_DER_MAX),
    ROW_BASE64(agent_install_request, "envelope", envelope, ENVELOPE_DER_MAX),
    ROW_TEXT(agent_install_request, "key", key, AGENT_NAME_MAX, 0),
    ROW_BASE64(agent_install_request, "sign", sign, CERT_DER_MAX),
};
const struct member_table agent_install_table = MEMBER_TABLE(install_members);

static const struct member login_members[] = {
    ROW_HEX(agent_login_request, "challenge", challenge, 0),
    ROW_TEXT(agent_login_request, "container", container, AGENT_NAME_MAX, 0),
    ROW_TEXT(agent_login_request, "key", key, AGENT_NAME_MAX, 0),
};
const struct member_table agent_login_table = MEMBER_TABLE(login_members);

static const struct member receipt_members[] = {
    ROW_TEXT(agent_receipt_request, "order", order, ORDER_TEXT_MAX, 0),
    ROW_TEXT(agent_receipt_request, "receipt", receipt, ORDER_TEXT_MAX, 0),
    ROW_BASE64(agent_receipt_request, "signature", signature, SM2_SIGNATURE_MAX),
};
const struct member_table agent_receipt_table = MEMBER_TABLE(receipt_members);

struct order_members {
	struct bytes key, container;
	const struct json *draft;
};
static const struct member order_members[] = {
    ROW_TEXT(order_members, "container", container, AGENT_NAME_MAX, 0),
    ROW_JSON(order_members, "draft", draft),
    ROW_TEXT(order_members, "key", key, AGENT_NAME_MAX, 0),
};
static const struct member_table order_table = MEMBER_TABLE(order_members);

/* The tables' own refusals are about orders; here they are faults of the page. */
static int read_members(const struct member_table *table, const struct json *root, struct pool *pool, void *to, struct err *err)
{
	struct err why;

	if (json_kind_of(root) != JSON_KIND_OBJECT)
		return err_set(err, HF_JSON, "not an object");
	if (members_read(table, MEMBER_ALL, root, pool, to, &why) != 0)
		return err_set(err, why.kind == ERR_MEMORY ? HF_MEMORY : HF_JSON, "%s", why.text);
	return 0;
}

int agent_request_read(const struct member_table *table, struct bytes body, struct pool *pool, void *to, struct err *err)
{
	struct json *root = NULL;
	int rc = json_read(&root, body, AGENT_BODY_MAX, err);

	if (rc == 0)
		rc = read_members(table, root, pool, to, err);
	json_free(&root);
	return rc;
}

int agent_order_request_read(struct agent_order_request *request, struct bytes body, struct pool *pool, struct err *err)
{
	struct order_members members;
	struct json *root = NULL;
	struct buf draft;
	int rc = -1;

	buf_init(&draft, ORDER_TEXT_MAX);
	if (json_read(&root, body, AGENT_BODY_MAX, err) != 0 || read_members(&order_table, root, pool, &members, err) != 0)
		goto out;
	request->key = members.key;
	request->container = members.container;
	if (json_kind_of(members.draft) != JSON_KIND_OBJECT) {
		(void)err_set(err, HF_JSON, "member draft: not an object");
		goto out;
	}
	if (json_write_canonical(&draft, members.draft, err) == 0)
		rc = pool_bytes(pool, buf_get(&draft), &request->draft, err);
out:
	buf_free(&draft);
	json_free(&root);
	return rc;
}
