/* Keeping the passphrase for every start of signer and escrow. */
#include "passphrase_keep.h"

#include "file.h"
#include "passphrase.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static int keep(struct bytes passphrase, struct err *err)
{
	int fd = memfd_create("hufu-passphrase", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return err_set_errno(err, HF_PASSPHRASE, "memory file");
	if (file_write_all(fd, passphrase, err) == 0 &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0)
		return fd;
	close(fd);
	return err_set(err, HF_PASSPHRASE, "the memory file cannot be sealed");
}

int passphrase_keep(int from, struct err *err)
{
	struct secret passphrase;
	int result = -1;

	if (passphrase_take(from, false, &passphrase, err) == 0)
		result = keep(secret_get(&passphrase), err);
	if (from >= 0)
		close(from);
	secret_free(&passphrase);
	return result;
}
