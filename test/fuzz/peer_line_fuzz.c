/* A line of the kernel's table of connections: only the very connection's line tells an owner. */
#include "fuzz.h"
#include "peer.h"

#include <string.h>

#define LOCAL "0100007F:C001"
#define REMOTE "0100007F:556F"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uid_t owner = (uid_t)-1;

	if (!peer_line_owner((struct bytes){data, size}, LOCAL, REMOTE, &owner))
		return 0;
	FUZZ_PROMISE(owner != (uid_t)-1);
	FUZZ_PROMISE(memmem(data, size, LOCAL " ", sizeof(LOCAL)) != NULL && memmem(data, size, REMOTE " ", sizeof(REMOTE)) != NULL);
	return 0;
}
