/* What libhufuskf.so has beyond GM/T 0016, and how it uses what the standard leaves open.
 *
 * - A device's name is the name of its slot; its only application is "hufu"; there is no administrator PIN (SAR_USER_TYPE_INVALID).
 * - SKF_GetPINInfo tells a PIN that must be changed first by *pbDefaultPin = TRUE; all that needs the PIN is then refused with
 *   SAR_HUFU_PIN_CHANGE_FIRST.
 * - A container that is not there is SAR_FILE_NOT_EXIST, one that is there SAR_FILE_ALREADY_EXIST; so is a key where one is already.
 * - A key that another process holds is SAR_TIMEOUTERR after two seconds; SKF_LockDev waits as long as it is told (0xFFFFFFFF: for ever),
 *   at least half a second. The library holds it itself only during a call, while the PIN is verified, and between SKF_LockDev and
 *   SKF_UnlockDev. All handles of one process to a device share the state of its PIN.
 * - After 120 s without a call the key takes a verified PIN and a lock for left behind: other processes may have it then, the PIN is to be
 *   verified again (SAR_USER_NOT_LOGGED_IN), and the next call takes the key back for the lock.
 * - Handles outlive the pulling out of their key and stand for it when it is back, with the PIN to be verified again. When another key
 *   is in its place, they answer SAR_DEVICE_REMOVED for good.
 * - All functions may be called from several threads; calls to one device follow each other. Only SKF_EncryptInit, SKF_DecryptInit
 *   and the digests keep state in a handle, which is for one thread at a time. */
#ifndef SKF_HUFU_H
#define SKF_HUFU_H

#include "skf.h"

#define SAR_HUFU_PIN_CHANGE_FIRST 0x0A0000F1
#define SAR_HUFU_PIN_SAME 0x0A0000F2 /* the new PIN is the old one */

#ifdef __cplusplus
extern "C" {
#endif

/* Decrypts with the container's encryption key. Needs the PIN. */
ULONG DEVAPI SKF_ECCPrvKeyDecrypt(HCONTAINER hContainer, ECCCIPHERBLOB *pCipherText, BYTE *pbPlainText, ULONG *pulPlainTextLen);

#ifdef __cplusplus
}
#endif

#endif
