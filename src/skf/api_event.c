/* GM/T 0016 7.1: waiting for a key to come or go. */
#include "skf_state.h"

#include <string.h>

/* The one watch of the process, for this waiting thread. */
static ULONG start_waiting(struct slot_watch **watch)
{
	struct skf_state *state = skf_state_lock();
	char directory[SLOT_PATH_MAX];
	ULONG result = SAR_OK;

	if (state->waiting)
		result = SAR_FAIL;
	else if (state->watch == NULL && (slot_directory(directory, NULL) != 0 || slot_watch_new(&state->watch, directory, NULL) != 0))
		result = SAR_FAIL;
	else
		state->waiting = true;
	*watch = state->watch;
	skf_state_unlock();
	return result;
}

static void end_waiting(void)
{
	struct skf_state *state = skf_state_lock();

	state->waiting = false;
	slot_watch_forget_cancel(state->watch); /* one that met the event's coming is not for the next wait */
	skf_state_unlock();
}

ULONG SKF_WaitForDevEvent(LPSTR szDevName, ULONG *pulDevNameLen, ULONG *pulEvent)
{
	struct slot_watch *watch;
	struct slot_event event;
	struct err err = {0};
	ULONG result;

	if (pulDevNameLen == NULL || pulEvent == NULL)
		return SAR_INVALIDPARAMERR;
	/* Looked at before the wait, so that no event is lost for want of room. */
	if (szDevName == NULL || *pulDevNameLen < sizeof(event.name)) {
		*pulDevNameLen = sizeof(event.name);
		return szDevName == NULL ? SAR_OK : SAR_BUFFER_TOO_SMALL;
	}
	result = start_waiting(&watch);
	if (result != SAR_OK)
		return result;
	if (slot_watch_next(watch, &event, -1, &err) == 0) {
		*pulEvent = event.plugged ? DEV_EVENT_INSERTED : DEV_EVENT_REMOVED;
		memcpy(szDevName, event.name, strlen(event.name) + 1);
		*pulDevNameLen = (ULONG)strlen(event.name) + 1;
	} else {
		result = err.code == HF_KEY_TIME_OUT ? SAR_NOT_EVENTERR : SAR_FAIL;
	}
	end_waiting();
	return result;
}

ULONG SKF_CancelWaitForDevEvent(void)
{
	struct skf_state *state = skf_state_lock();

	if (state->waiting)
		slot_watch_cancel(state->watch);
	skf_state_unlock();
	return SAR_OK;
}
