/* The handlers of the route table: each asks the service once and draws one page. */
#ifndef HUFU_PORTAL_HANDLERS_H
#define HUFU_PORTAL_HANDLERS_H

#include "router.h"

route_fn front_page, assistant_page, pin_page, language_page;
route_fn apply_start_page, apply_form_page, apply_edit_page, apply_save_page, apply_saved_page;
route_fn key_page, key_take_page, key_file_page;
route_fn paper_list_page, paper_take_page, paper_remove_page, paper_view_page;
route_fn upload_create_page, upload_state_page, upload_piece_page, upload_remove_page;
route_fn submit_check_page, submit_page, submit_done_page, submit_print_page, submit_withdraw_page;
route_fn progress_find_page, progress_open_page, progress_code_page, progress_page;
route_fn collect_page, collect_file_page, collect_take_page;
route_fn login_page, login_staff_page, login_challenge_page, login_take_page, login_staff_take_page, logout_page;
route_fn certificate_mine_page, certificate_applications_page;
route_fn revoke_own_page, revoke_own_suspend_page, revoke_suspend_page;
route_fn revoke_own_take_page, revoke_own_suspend_take_page, revoke_suspend_take_page;
route_fn revoke_enter_page, revoke_enter_take_page, resume_enter_page, resume_enter_take_page;
route_fn renew_page, renew_begin_page, renew_key_page, renew_key_take_page, renew_key_file_page, renew_sign_page, renew_take_page;
route_fn queue_list_page, queue_certificates_page;
route_fn review_page, review_return_page, review_reject_page;
route_fn order_accept_page, order_approve_page;
route_together_fn order_accept_take_page, order_approve_take_page, order_cancel_take_page;
route_fn people_page, audit_list_page, audit_verify_page, audit_export_page, ca_page, metrics_page;

/* A rejection of what was accepted: the order is shown, to be signed. */
int order_cancel_draw(struct web_request *r, struct reply *reply, struct bytes note, struct err *err) MUST_CHECK;

#endif
