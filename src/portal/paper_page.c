/* The papers of an application: the page with their list, the plain form for those without script, and the papers themselves. */
#include "application_view.h"
#include "handlers.h"
#include "input.h"
#include "upload.h"

#include <string.h>

static int draw_papers(struct web_request *r, struct reply *reply, const char *fault, struct err *err)
{
	struct upload_limits limits = upload_limits_get(service_of(r));
	struct application a;
	struct paper_list papers;
	struct apply_papers_view v = {0};

	if (apply_load(service_of(r), actor_of(r), request_part(r, "number"), request_pool(r), &a, &papers, err) != 0)
		return -1;
	if (!application_open(&a))
		return page_redirect(r, reply, err, "/application/%s", a.number);
	v.number = a.number;
	v.limit = page_size(r, limits.paper_max);
	v.limit_bytes = limits.paper_max;
	v.most = limits.papers_max;
	v.none = papers.count == 0;
	v.fault = fault;
	if (*fault != '\0')
		reply_set_status(reply, 422);
	if (application_steps(r, a.number, STEP_PAPERS, &v.steps, err) != 0 || application_papers(r, &papers, true, &v.papers, err) != 0 ||
	    page_begin(r, reply, &v.layout, err) != 0)
		return -1;
	v.papers.csrf = v.layout.csrf;
	return apply_papers_render(reply_body(reply), request_language(r), &v, err);
}

int paper_list_page(struct web_request *r, struct reply *reply, struct err *err)
{
	return draw_papers(r, reply, "", err);
}

/* The whole file in one form. */
static int take_file(struct web_request *r, const struct form_file *file, struct err *err)
{
	struct paper paper;

	return upload_take(service_of(r), actor_of(r), request_part(r, "number"), bytes_text(file->name), file->content, request_pool(r),
	                   &paper, err);
}

int paper_take_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct file_input *input = request_form(r);
	struct err why;

	if (page_form_fine(r, err) == 0 && take_file(r, &input->file, err) == 0)
		return page_redirect(r, reply, err, "/application/%s/papers", request_part(r, "number"));
	why = *err;
	if (why.kind == ERR_SYSTEM || why.kind == ERR_MEMORY || why.kind == ERR_AUTH || why.code == HF_APPLICATION_STATE)
		return -1;
	return draw_papers(r, reply, page_fault(r, why.code), err);
}

int paper_remove_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct paper paper;
	const char *id = request_part(r, "id");

	if (upload_find(service_of(r), actor_of(r), id, request_pool(r), &paper, err) != 0 ||
	    upload_remove(service_of(r), actor_of(r), id, err) != 0)
		return -1;
	return page_redirect(r, reply, err, "/application/%s/papers", paper.number);
}

/* An image is shown, anything else is a download: no paper runs in the portal's origin (the sandbox policy is the reply kind's). */
int paper_view_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct paper paper;
	const char *how;

	if (upload_read(service_of(r), actor_of(r), request_part(r, "id"), request_pool(r), &paper, reply_body(reply), err) != 0)
		return -1;
	how = pool_format(request_pool(r), "%s; filename*=UTF-8''%s", paper.type == PAPER_PDF ? "attachment" : "inline",
	                  page_url_part(r, paper.name));
	if (how == NULL)
		return err_set(err, HF_MEMORY, "paper");
	reply_set_kind(reply, REPLY_FILE, paper_type_names[paper.type]);
	return reply_add_header(reply, "Content-Disposition", how, err);
}
