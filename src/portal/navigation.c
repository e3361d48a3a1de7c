/* The table of the main navigation. */
#include "navigation.h"

#include "permission.h"

#include <string.h>

enum { FOR_VISITORS = -1 };

static const struct {
	const char *path, *label;
	int verb; /* enum verb that a role must allow, or FOR_VISITORS */
} entries[] = {
    {"/apply", N_("申请证书"), FOR_VISITORS},
    {"/progress", N_("查询进度"), FOR_VISITORS},
    {"/login", N_("企业登录"), FOR_VISITORS},
    {"/my", N_("我的证书"), VERB_MY_CERTIFICATES},
    {"/my/applications", N_("我的申请"), VERB_MY_CERTIFICATES},
    {"/staff/queue", N_("业务队列"), VERB_QUEUE_READ},
    {"/staff/certificates", N_("证书查询"), VERB_CERTIFICATE_FIND},
    {"/staff/people", N_("人员"), VERB_PEOPLE_READ},
    {"/audit", N_("审计记录"), VERB_AUDIT_READ},
    {"/ca", N_("系统状态"), VERB_CA_READ},
    {"/pin", N_("修改口令"), VERB_MY_CERTIFICATES},
};
#define ENTRIES (sizeof(entries) / sizeof(entries[0]))

/* session NULL: nobody */
static bool entry_shown(size_t i, const struct session *session)
{
	bool visitor = session == NULL || session_is_visitor(session);

	if (entries[i].verb == FOR_VISITORS)
		return visitor;
	return !visitor && permission_has(session, (enum verb)entries[i].verb);
}

int navigation_fill(struct web_request *r, struct frame_view *frame, struct err *err)
{
	struct frame_nav *items = pool_alloc(request_pool(r), ENTRIES * sizeof(*items));
	const struct session *session = actor_of(r)->session;
	const char *section = detail_of(r)->section;

	if (items == NULL)
		return err_set(err, HF_MEMORY, "navigation");
	for (size_t i = 0; i < ENTRIES; i++) {
		if (!entry_shown(i, session))
			continue;
		items[frame->nav_count++] = (struct frame_nav){
		    .path = entries[i].path,
		    .label = entries[i].label,
		    .here = section != NULL && strcmp(section, entries[i].path) == 0,
		};
	}
	frame->nav = items;
	return 0;
}

const char *navigation_home(const struct session *session)
{
	for (size_t i = 0; i < ENTRIES; i++)
		if (entry_shown(i, session))
			return entries[i].path;
	return "/";
}
