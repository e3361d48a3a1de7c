/* The parts of pages that show an application: its steps, its data, its papers, what is wrong with it. */
#ifndef HUFU_PORTAL_APPLICATION_VIEW_H
#define HUFU_PORTAL_APPLICATION_VIEW_H

#include "apply.h"
#include "page.h"
#include "paper.h"

enum apply_step { STEP_FORM, STEP_KEY, STEP_PAPERS, STEP_CHECK, STEPS };

/* All of it lives in the request's pool; HF_MEMORY when that is full. */

/* number "": the draft has none yet, so that no step can be gone to. */
int application_steps(struct web_request *r, const char *number, enum apply_step here, struct steps_view *steps,
                      struct err *err) MUST_CHECK;
int application_faults(struct web_request *r, const struct entry_faults *found, struct faults_view *faults, struct err *err) MUST_CHECK;
/* change: where the data can be changed; "" where they cannot. */
int application_facts(struct web_request *r, const struct application *a, const char *change, struct fact_sections_view *facts,
                      struct err *err) MUST_CHECK;
/* The data of the printed form, in one list. */
int application_lines(struct web_request *r, const struct application *a, struct form_lines_view *lines, struct err *err) MUST_CHECK;
int application_papers(struct web_request *r, const struct paper_list *papers, bool removable, struct paper_rows_view *rows,
                       struct err *err) MUST_CHECK;

/* The form with what stands in it. saved: NULL before the first save. */
int application_fields_show(struct web_request *r, const struct application_form *values, const struct application *saved,
                            const struct entry_faults *faults, struct apply_form_view *v, struct err *err) MUST_CHECK;

/* The serial number that stands for a request that came from a file. */
bool application_key_is_file(const char *key_serial);

#endif
