/* The main navigation: which entries a visit sees, and which one it is in. */
#ifndef HUFU_PORTAL_NAVIGATION_H
#define HUFU_PORTAL_NAVIGATION_H

#include "portal.h"
#include "portal_pages.h"

int navigation_fill(struct web_request *r, struct frame_view *frame, struct err *err) MUST_CHECK;
/* Where one comes to after a login: the first entry of one's own. */
const char *navigation_home(const struct session *session);

#endif
