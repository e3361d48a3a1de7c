/* The process table. */
#include "plan.h"

const struct plan_row plan[] = {
    {
        .name = "escrow",
        .user = "hufu-escrow",
        .passphrase = true,
        .doors = {{"SIGNER", "escrow-signer.sock"}},
    },
    {
        .name = "signer",
        .user = "hufu-signer",
        .passphrase = true,
        .doors = {{"PORTAL", "signer-portal.sock"}, {"RESPONDER", "signer-responder.sock"}, {"ORDER", "signer-order.sock"}},
        .line = {"ESCROW", "escrow-signer.sock"},
    },
    {
        .name = "responder",
        .user = "hufu-responder",
        .ports = {{"HTTP", "listen"}},
        .line = {"SIGNER", "signer-responder.sock"},
    },
    {
        .name = "portal",
        .user = "hufu-portal",
        .ports = {{"HTTP", "listen"}},
        .folder = {"CRL", "signer/crl"}, /* of another user: only the descriptor leads there */
        .line = {"SIGNER", "signer-portal.sock"},
    },
    {
        .name = "mailbox",
        .user = "hufu-mailbox",
        .only_if = "listen",
        .ports = {{"SMTP", "listen"}, {"HTTP", "page"}},
    },
    {
        .name = "courier", .user = "hufu-portal", /* the store is one file of both */
    },
};
const size_t plan_rows = sizeof(plan) / sizeof(plan[0]);
_Static_assert(sizeof(plan) / sizeof(plan[0]) <= PLAN_ROWS_MAX, "more programs than PLAN_ROWS_MAX");
