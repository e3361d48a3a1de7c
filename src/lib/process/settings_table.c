/* Every setting there is. */
#include "settings.h"

#define DAY 86400
/* Usual texts that people read are translated by whoever shows them; the mark is the catalogue's, which lies above this folder. */
#define N_(text) text

const struct setting settings_table[] = {
    {"service", "name", SETTING_TEXT, 0, 0, N_("证书服务"), "the service's name, as pages and mails show it"},
    {"service", "organisation", SETTING_TEXT, 0, 0, N_("证书服务机构"), "who runs it"},
    {"service", "point", SETTING_TEXT, 0, 0, N_("北京市西城区裕民东路3号京版信息港1层 证书服务大厅"), "address of the service point"},
    {"service", "telephone", SETTING_TEXT, 0, 0, N_("010-82031677转8004"), "where users ask"},
    {"service", "hours", SETTING_TEXT, 0, 0, N_("工作日9:00—17:00"), "when the service point is open"},
    {"service", "form", SETTING_TEXT, 0, 0, N_("企业数字证书申请表"), "title of the application form"},
    {"service", "status-url", SETTING_TEXT, 0, 0, "http://127.0.0.1:8081", "where certificates say that CRL and OCSP are"},
    {"service", "sm2", SETTING_TEXT, 0, 0, "own", "whose arithmetic signs and verifies: own (hufu's) or openssl"},

    {"portal", "listen", SETTING_TEXT, 0, 0, "127.0.0.1:8080",
     "address and port of the pages; a proxy with TLS stands in front of anything public"},
    {"portal", "origins", SETTING_TEXT, 0, 0, "http://127.0.0.1:8080",
     "origins of the pages, separated by spaces; the first is used in mails; https: a proxy stands in front and names the client in "
     "X-Forwarded-For"},
    {"portal", "threads", SETTING_INTEGER, 1, 64, "32", "requests worked on at once"},
    {"portal", "session-idle", SETTING_INTEGER, 60, DAY, "1800", "seconds until an idle session ends"},
    {"portal", "session-absolute", SETTING_INTEGER, 60, 7 * DAY, "28800", "seconds until any session ends"},
    {"portal", "paper-max", SETTING_INTEGER, 1024, 15 << 20, "10485760", "bytes of one paper"},
    {"portal", "papers-max", SETTING_INTEGER, 1, 64, "10", "papers of one application"},
    {"portal", "disk-reserve", SETTING_INTEGER, 0, INT64_MAX, "268435456", "bytes that uploads leave free on the disk"},
    {"portal", "uploads-per-hour", SETTING_INTEGER, 1, 1000000, "60", "new papers for each address"},
    {"portal", "sessions-per-hour", SETTING_INTEGER, 1, 1000000, "3000", "new sessions for each address"},
    {"portal", "logins-per-hour", SETTING_INTEGER, 1, 1000000, "600", "logins begun for each address"},
    {"portal", "drafts-per-hour", SETTING_INTEGER, 1, 1000000, "20", "new applications for each address"},

    {"responder", "listen", SETTING_TEXT, 0, 0, "127.0.0.1:8081", "address and port of OCSP and CRL"},
    {"responder", "threads", SETTING_INTEGER, 1, 64, "2", "threads that answer"},
    {"responder", "feed-age", SETTING_INTEGER, 10, DAY, "900",
     "seconds after which an index that heard nothing answers tryLater; above 540 as 540"},

    {"signer", "batch", SETTING_INTEGER, 1, 4096, "256", "deeds taken together at most"},
    {"signer", "crl-every", SETTING_INTEGER, 60, 30 * DAY, "43200", "seconds between CRLs when nothing happens"},
    {"signer", "crl-life", SETTING_INTEGER, 120, 60 * DAY, "172800", "seconds from a CRL to its nextUpdate", "crl-every"},
    {"signer", "issue-per-reviewer-hour", SETTING_INTEGER, 1, 1000000, "60",
     "approvals of one reviewer in an hour until a policy order says otherwise"},

    {"escrow", "stock", SETTING_INTEGER, 0, 100000, "64", "encryption key pairs made in advance"},

    {"courier", "smtp", SETTING_TEXT, 0, 0, "smtp://127.0.0.1:8025",
     "mail server: smtp://, smtps://; user and password stand in the file `login`"},
    {"courier", "login", SETTING_TEXT, 0, 0, "", "file with user and password, one line each, readable by the courier alone"},
    {"courier", "from", SETTING_TEXT, 0, 0, "hufu@localhost", "sender of mails"},

    {"mailbox", "listen", SETTING_TEXT, 0, 0, "", "SMTP address of the evaluation mailbox; empty: there is none"},
    {"mailbox", "page", SETTING_TEXT, 0, 0, "127.0.0.1:8082", "where its mails are shown"},
};
const size_t settings_rows = sizeof(settings_table) / sizeof(settings_table[0]);
