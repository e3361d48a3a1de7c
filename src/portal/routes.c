/* THE route table: every address of the portal, who may come, what may come in, and who answers. */
#include "portal_routes.h"

#include "handlers.h"
#include "input.h"
#include "portal.h"
#include "portal_static.h"
#include "static_file.h"

#define KIB 1024u
#define FORM_BODY (64 * KIB)
#define ORDER_BODY (256 * KIB)
#define PIECE_BODY (1024 * KIB)      /* upload.js sends pieces of 1 MiB */
#define PAPER_BODY (16 * 1024 * KIB) /* a whole paper in a plain form */

#define HOLDER WHO_HOLDER
#define OPERATOR ROLE_BIT(ROLE_INTAKE_OPERATOR)
#define REVIEWER ROLE_BIT(ROLE_REVIEWER)
#define ADMINISTRATORS (ROLE_BIT(ROLE_BUSINESS_ADMINISTRATOR) | ROLE_BIT(ROLE_SUPER_ADMINISTRATOR))
#define DESK (OPERATOR | REVIEWER)
#define OFFICE (DESK | ADMINISTRATORS)
#define AUDIT ROLE_AUDIT_LINE
#define STAFF WHO_STAFF
#define STORE ROUTE_WAITS
#define FORM (ROUTE_WAITS | ROUTE_CSRF)

/* A page's title, and the entry of the navigation it belongs to. */
#define PAGE(title_, section_) (&(const struct page_detail){.title = (title_), .section = (section_)})
/* The same for a page with a form: a visitor gets a session. */
#define VISIT(title_, section_) (&(const struct page_detail){.title = (title_), .visitor = true, .section = (section_)})

#define GET(path_, roles_, handler_, detail_) \
	{ \
		.method = WEB_GET, .path = (path_), .roles = (roles_), .flags = STORE, .handler = (handler_), .detail = (detail_) \
	}
#define POST(path_, roles_, body_, form_, handler_, detail_) \
	{ \
		.method = WEB_POST, .path = (path_), .roles = (roles_), .flags = FORM, .max_body = (body_), .form = (form_), \
		.handler = (handler_), .detail = (detail_) \
	}
/* Orders that are posted at the same time go to the signer together. */
#define TOGETHER(path_, roles_, body_, form_, together_, detail_) \
	{ \
		.method = WEB_POST, .path = (path_), .roles = (roles_), .flags = FORM, .max_body = (body_), .form = (form_), \
		.together = (together_), .detail = (detail_) \
	}

const struct route portal_routes[] = {
    {.method = WEB_GET, .path = "/static/*file", .handler = static_file_get, .detail = &portal_static},

    /* for this machine's monitoring */
    GET("/metrics", 0, metrics_page, NULL),

    /* for everybody */
    GET("/", 0, front_page, PAGE(N_("首页"), NULL)),
    GET("/language/:to", 0, language_page, PAGE(N_("语言"), NULL)),
    GET("/assistant", 0, assistant_page, PAGE(N_("证书助手与证书钥匙"), NULL)),
    GET("/pin", 0, pin_page, PAGE(N_("修改口令"), "/pin")),
    GET("/renew", 0, renew_page, PAGE(N_("数字证书更新"), "/my")),

    /* an application, by its applicant: the service knows which one the session works on */
    GET("/apply", 0, apply_start_page, PAGE(N_("证书初次办理"), "/apply")),
    GET("/apply/form", 0, apply_form_page, VISIT(N_("填写申请表"), "/apply")),
    POST("/apply/form", 0, FORM_BODY, &apply_input_table, apply_save_page, VISIT(N_("填写申请表"), "/apply")),
    GET("/application/:number/form", 0, apply_edit_page, PAGE(N_("填写申请表"), "/apply")),
    POST("/application/:number/form", 0, FORM_BODY, &apply_input_table, apply_save_page, PAGE(N_("填写申请表"), "/apply")),
    GET("/application/:number/saved", 0, apply_saved_page, PAGE(N_("草稿已保存"), "/apply")),
    GET("/application/:number/key", 0, key_page, PAGE(N_("证书钥匙"), "/apply")),
    POST("/application/:number/key", 0, FORM_BODY, &key_input_table, key_take_page, PAGE(N_("证书钥匙"), "/apply")),
    POST("/application/:number/request", 0, FORM_BODY, &request_input_table, key_file_page, PAGE(N_("证书钥匙"), "/apply")),
    GET("/application/:number/papers", 0, paper_list_page, PAGE(N_("上传材料"), "/apply")),
    POST("/application/:number/papers", 0, PAPER_BODY, &paper_input_table, paper_take_page, PAGE(N_("上传材料"), "/apply")),
    {.method = WEB_POST,
     .path = "/application/:number/upload",
     .flags = FORM,
     .handler = upload_create_page,
     .detail = PAGE(N_("上传材料"), NULL)},
    GET("/upload/:id", 0, upload_state_page, PAGE(N_("上传材料"), NULL)),
    {.method = WEB_PATCH,
     .path = "/upload/:id",
     .flags = FORM,
     .max_body = PIECE_BODY,
     .handler = upload_piece_page,
     .detail = PAGE(N_("上传材料"), NULL)},
    {.method = WEB_DELETE, .path = "/upload/:id", .flags = FORM, .handler = upload_remove_page, .detail = PAGE(N_("上传材料"), NULL)},
    GET("/paper/:id", 0, paper_view_page, PAGE(N_("材料"), NULL)),
    POST("/paper/:id/remove", 0, FORM_BODY, &token_input_table, paper_remove_page, PAGE(N_("上传材料"), "/apply")),
    GET("/application/:number/check", 0, submit_check_page, PAGE(N_("核对并提交"), "/apply")),
    POST("/application/:number/submit", 0, FORM_BODY, &version_input_table, submit_page, PAGE(N_("核对并提交"), "/apply")),
    GET("/application/:number/submitted", 0, submit_done_page, PAGE(N_("申请已提交"), "/apply")),
    GET("/application/:number/print", 0, submit_print_page, PAGE(N_("打印申请表"), NULL)),
    GET("/progress", 0, progress_find_page, VISIT(N_("查询进度"), "/progress")),
    POST("/progress", 0, FORM_BODY, &progress_input_table, progress_open_page, PAGE(N_("查询进度"), "/progress")),
    POST("/progress/code", 0, FORM_BODY, &number_input_table, progress_code_page, PAGE(N_("查询进度"), "/progress")),
    GET("/application/:number", 0, progress_page, PAGE(N_("办理进度"), "/progress")),
    POST("/application/:number/withdraw", 0, FORM_BODY, &version_input_table, submit_withdraw_page, PAGE(N_("撤回申请"), "/progress")),
    GET("/application/:number/collect", 0, collect_page, PAGE(N_("领取证书"), "/progress")),
    GET("/application/:number/collect/:file", 0, collect_file_page, PAGE(N_("领取证书"), "/progress")),
    POST("/application/:number/collect", 0, ORDER_BODY, &order_input_table, collect_take_page, PAGE(N_("领取证书"), "/progress")),

    /* the doors */
    GET("/login", 0, login_page, VISIT(N_("企业登录"), "/login")),
    POST("/login/challenge", 0, FORM_BODY, &token_input_table, login_challenge_page, PAGE(N_("企业登录"), NULL)),
    POST("/login", 0, FORM_BODY, &login_input_table, login_take_page, PAGE(N_("企业登录"), "/login")),
    GET("/staff/login", 0, login_staff_page, VISIT(N_("工作人员登录"), NULL)),
    POST("/staff/login", 0, FORM_BODY, &login_input_table, login_staff_take_page, PAGE(N_("工作人员登录"), NULL)),
    POST("/logout", 0, FORM_BODY, &token_input_table, logout_page, PAGE(N_("退出登录"), NULL)),

    /* an enterprise */
    GET("/my", HOLDER, certificate_mine_page, PAGE(N_("我的证书"), "/my")),
    GET("/my/applications", HOLDER, certificate_applications_page, PAGE(N_("我的申请"), "/my/applications")),
    GET("/my/revoke/:serial", HOLDER, revoke_own_page, PAGE(N_("注销证书"), "/my")),
    GET("/my/suspend/:serial", HOLDER, revoke_own_suspend_page, PAGE(N_("冻结证书"), "/my")),
    POST("/my/revoke", HOLDER, ORDER_BODY, &order_input_table, revoke_own_take_page, PAGE(N_("注销证书"), "/my")),
    POST("/my/suspend", HOLDER, ORDER_BODY, &order_input_table, revoke_own_suspend_take_page, PAGE(N_("冻结证书"), "/my")),
    POST("/renew", HOLDER, FORM_BODY, &token_input_table, renew_begin_page, PAGE(N_("数字证书更新"), "/my")),
    GET("/renew/:number/key", HOLDER, renew_key_page, PAGE(N_("产生新的签名密钥"), "/my")),
    POST("/renew/:number/key", HOLDER, FORM_BODY, &key_input_table, renew_key_take_page, PAGE(N_("产生新的签名密钥"), "/my")),
    POST("/renew/:number/request", HOLDER, FORM_BODY, &request_input_table, renew_key_file_page, PAGE(N_("产生新的签名密钥"), "/my")),
    GET("/renew/:number/sign", HOLDER, renew_sign_page, PAGE(N_("签名确认更新"), "/my")),
    POST("/renew/:number/sign", HOLDER, ORDER_BODY, &order_input_table, renew_take_page, PAGE(N_("签名确认更新"), "/my")),

    /* the staff */
    GET("/staff/queue", OFFICE, queue_list_page, PAGE(N_("业务队列"), "/staff/queue")),
    GET("/staff/application/:number", OFFICE, review_page, PAGE(N_("办理申请"), "/staff/queue")),
    GET("/staff/application/:number/accept", OPERATOR, order_accept_page, PAGE(N_("受理申请"), "/staff/queue")),
    TOGETHER("/staff/application/:number/accept", OPERATOR, ORDER_BODY, &order_input_table, order_accept_take_page,
             PAGE(N_("受理申请"), "/staff/queue")),
    GET("/staff/application/:number/approve", REVIEWER, order_approve_page, PAGE(N_("审核申请"), "/staff/queue")),
    TOGETHER("/staff/application/:number/approve", REVIEWER, ORDER_BODY, &order_input_table, order_approve_take_page,
             PAGE(N_("审核申请"), "/staff/queue")),
    POST("/staff/application/:number/return", DESK, FORM_BODY, &note_input_table, review_return_page, PAGE(N_("退回补正"), "/staff/queue")),
    POST("/staff/application/:number/reject", DESK, FORM_BODY, &note_input_table, review_reject_page, PAGE(N_("不予办理"), "/staff/queue")),
    TOGETHER("/staff/application/:number/cancel", REVIEWER, ORDER_BODY, &order_input_table, order_cancel_take_page,
             PAGE(N_("不予办理"), "/staff/queue")),
    GET("/staff/certificates", OFFICE, queue_certificates_page, PAGE(N_("证书查询"), "/staff/certificates")),
    GET("/staff/certificate/:serial/suspend", OPERATOR, revoke_suspend_page, PAGE(N_("冻结证书"), "/staff/certificates")),
    POST("/staff/suspend", OPERATOR, ORDER_BODY, &order_input_table, revoke_suspend_take_page, PAGE(N_("冻结证书"), "/staff/certificates")),
    GET("/staff/certificate/:serial/revoke", OPERATOR, revoke_enter_page, PAGE(N_("注销证书"), "/staff/certificates")),
    POST("/staff/certificate/:serial/revoke", OPERATOR, FORM_BODY, &reason_input_table, revoke_enter_take_page,
         PAGE(N_("注销证书"), "/staff/certificates")),
    GET("/staff/certificate/:serial/resume", OPERATOR, resume_enter_page, PAGE(N_("解冻证书"), "/staff/certificates")),
    POST("/staff/certificate/:serial/resume", OPERATOR, FORM_BODY, &reason_input_table, resume_enter_take_page,
         PAGE(N_("解冻证书"), "/staff/certificates")),
    GET("/staff/people", ADMINISTRATORS | AUDIT, people_page, PAGE(N_("人员与岗位"), "/staff/people")),

    /* the auditors */
    GET("/audit", AUDIT, audit_list_page, PAGE(N_("审计记录"), "/audit")),
    POST("/audit/verify", AUDIT, FORM_BODY, &token_input_table, audit_verify_page, PAGE(N_("审计记录"), "/audit")),
    GET("/audit/export", AUDIT, audit_export_page, PAGE(N_("审计记录"), "/audit")),
    GET("/ca", STAFF, ca_page, PAGE(N_("签发系统状态"), "/ca")),
};
const size_t portal_route_count = sizeof(portal_routes) / sizeof(portal_routes[0]);
