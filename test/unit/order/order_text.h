/* Orders for the tests: drafts as a page would make them, completed with fixed facts. */
#ifndef HUFU_TEST_ORDER_TEXT_H
#define HUFU_TEST_ORDER_TEXT_H

#include "order_build.h"

#define TEXT_APPLICATION "000102030405060708090a0b0c0d0e0f"
#define TEXT_HASH "1111111111111111111111111111111111111111111111111111111111111111"
#define TEXT_PAPER "2222222222222222222222222222222222222222222222222222222222222222"
#define TEXT_SERIAL_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define TEXT_SERIAL_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define TEXT_HOLDER "\"holder\":{\"code\":\"91330100MA27XF8U4K\",\"name\":\"杭州虎符科技有限公司\"}"
#define TEXT_SUBJECT "\"subject\":{\"cn\":\"杭州虎符科技有限公司\",\"l\":\"杭州市\",\"o\":\"杭州虎符科技有限公司\",\"st\":\"浙江省\"}"
#define TEXT_NEW \
	"\"application\":\"" TEXT_APPLICATION "\"," TEXT_HOLDER ",\"key\":{\"hash\":\"" TEXT_HASH "\",\"serial\":\"HUFUV0001\"}," \
	"\"kind\":\"new\",\"papers\":[\"" TEXT_PAPER "\"]," TEXT_SUBJECT
#define DRAFT_ACCEPT_NEW "{" TEXT_NEW ",\"order\":\"accept\"}"
#define DRAFT_APPROVE_NEW(accept) \
	"{" TEXT_NEW ",\"accept\":\"" accept "\",\"ends\":[],\"notafter\":1800000000,\"order\":\"approve\",\"profile\":\"enterprise\"}"
#define DRAFT_ACCEPT_REVOKE \
	"{\"application\":\"" TEXT_APPLICATION "\"," TEXT_HOLDER ",\"kind\":\"revoke\",\"order\":\"accept\",\"papers\":[]," \
	"\"reason\":\"keyCompromise\",\"serials\":[\"" TEXT_SERIAL_A "\",\"" TEXT_SERIAL_B "\"]}"
#define DRAFT_ACCEPT_RESUME \
	"{\"application\":\"" TEXT_APPLICATION "\"," TEXT_HOLDER ",\"kind\":\"resume\",\"order\":\"accept\",\"papers\":[]," \
	"\"serials\":[\"" TEXT_SERIAL_A "\"]}"
#define DRAFT_REVOKE \
	"{\"application\":\"" TEXT_APPLICATION "\"," TEXT_HOLDER ",\"order\":\"revoke\",\"reason\":\"superseded\"," \
	"\"serials\":[\"" TEXT_SERIAL_A "\"]}"
#define DRAFT_SUSPEND \
	"{\"application\":\"" TEXT_APPLICATION "\"," TEXT_HOLDER ",\"order\":\"suspend\",\"reason\":\"certificateHold\"," \
	"\"serials\":[\"" TEXT_SERIAL_A "\"]}"
#define DRAFT_INSTALLED \
	"{\"application\":\"" TEXT_APPLICATION "\",\"order\":\"installed\",\"proof\":\"opened\",\"serials\":[\"" TEXT_SERIAL_A \
	"\",\"" TEXT_SERIAL_B "\"]}"
#define DRAFT_STAFF \
	"{\"application\":\"" TEXT_APPLICATION "\",\"certificate\":\"" TEXT_SERIAL_A \
	"\",\"first\":\"\",\"from\":1700000000,\"order\":\"staff\"," \
	"\"person\":{\"id\":\"reviewer-b\",\"name\":\"审核员乙\"},\"roles\":[\"intake-operator\",\"reviewer\"],\"to\":1800000000}"
#define DRAFT_POLICY \
	"{\"application\":\"" TEXT_APPLICATION "\",\"first\":\"\",\"order\":\"policy\",\"quota\":{\"issue-per-reviewer-hour\":60}}"
#define DRAFT_RENEW \
	"{\"application\":\"" TEXT_APPLICATION "\"," TEXT_HOLDER ",\"key\":{\"hash\":\"" TEXT_HASH "\",\"serial\":\"HUFUV0001\"}," \
	"\"notafter\":1800000000,\"order\":\"renew\",\"profile\":\"enterprise\"," \
	"\"serials\":[\"" TEXT_SERIAL_A "\",\"" TEXT_SERIAL_B "\"]," TEXT_SUBJECT "}"
#define DRAFT_CANCEL "{\"application\":\"" TEXT_APPLICATION "\",\"order\":\"cancel\"}"

/* The facts of every completed order below. */
#define TEXT_MADE 1700000000
static inline struct order_facts order_text_facts(void)
{
	return (struct order_facts){.by = {0xcc, 1}, .ca = {0xdd, 2}, .made = TEXT_MADE};
}

#endif
