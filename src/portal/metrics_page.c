/* The portal's numbers, for this machine's monitoring. */
#include "metrics.h"

#include "handlers.h"
#include "portal.h"

int metrics_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct web_server_counts counts = web_server_counts_get(portal_of(r)->server);
	struct service_counts store = service_counts_get(service_of(r));
	struct metrics_writer w;

	if (!metrics_asker_is_local(r))
		return err_set(err, HF_NOT_FOUND, "metrics asked for from elsewhere");
	reply_set_kind(reply, REPLY_DATA, "text/plain; version=0.0.4; charset=utf-8");
	metrics_begin(&w, reply_body(reply));
	metrics_counter(&w, "store_changes_total", "Changes of the store.", NULL, (uint64_t)store.changes);
	metrics_counter(&w, "store_commits_total", "Commits, each of a group of changes.", NULL, (uint64_t)store.commits);
	metrics_server(&w, &counts);
	return metrics_end(&w, err);
}
