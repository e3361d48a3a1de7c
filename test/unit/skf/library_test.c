/* The shared library as a host program sees it: handles, buffers, locks, threads, session keys, digests, envelopes. */
#include "card_link.h"
#include "skf_hufu.h"
#include "sm2.h"
#include "vector.h"
#include "virtual_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

#define NEW_PIN "cheval-7"

struct host {
	char slots[64];
	struct virtual_key key;
	DEVHANDLE device;
	HAPPLICATION application;
	HCONTAINER container;
	ECCPUBLICKEYBLOB public_key;
};

/* A key whose holder has set his PIN and which has a container with a signature key; each test has a copy. */
static int make_first(void **state)
{
	struct host *h = calloc(1, sizeof(*h));
	ULONG tries;

	slots_begin(h->slots);
	virtual_key_make(&h->key, h->slots, "one");
	virtual_key_plug(&h->key);
	assert_int_equal(SKF_ConnectDev("one", &h->device), SAR_OK);
	assert_int_equal(SKF_OpenApplication(h->device, "hufu", &h->application), SAR_OK);
	assert_int_equal(SKF_ChangePIN(h->application, USER_TYPE, h->key.pin, NEW_PIN, &tries), SAR_OK);
	assert_int_equal(SKF_VerifyPIN(h->application, USER_TYPE, NEW_PIN, &tries), SAR_OK);
	assert_int_equal(SKF_CreateContainer(h->application, "c", &h->container), SAR_OK);
	assert_int_equal(SKF_GenECCKeyPair(h->container, SGD_SM2_1, &h->public_key), SAR_OK);
	assert_int_equal(SKF_CloseContainer(h->container), SAR_OK);
	assert_int_equal(SKF_CloseApplication(h->application), SAR_OK);
	assert_int_equal(SKF_DisConnectDev(h->device), SAR_OK);
	virtual_key_pull(&h->key);
	*state = h;
	return 0;
}

static int end_first(void **state)
{
	struct host *h = *state;

	slots_end(h->slots);
	free(h);
	return 0;
}

static int set_up(void **state)
{
	const struct host *first = *state;
	struct host *h = calloc(1, sizeof(*h));
	ULONG tries;

	slots_begin(h->slots);
	virtual_key_copy(&h->key, &first->key, h->slots);
	virtual_key_plug(&h->key);
	h->public_key = first->public_key;
	assert_int_equal(SKF_ConnectDev("one", &h->device), SAR_OK);
	assert_int_equal(SKF_OpenApplication(h->device, "hufu", &h->application), SAR_OK);
	assert_int_equal(SKF_VerifyPIN(h->application, USER_TYPE, NEW_PIN, &tries), SAR_OK);
	assert_int_equal(SKF_OpenContainer(h->application, "c", &h->container), SAR_OK);
	*state = h;
	return 0;
}

static int tear_down(void **state)
{
	struct host *h = *state;

	assert_int_equal(SKF_CloseContainer(h->container), SAR_OK);
	assert_int_equal(SKF_CloseApplication(h->application), SAR_OK);
	assert_int_equal(SKF_DisConnectDev(h->device), SAR_OK);
	virtual_key_pull(&h->key);
	slots_end(h->slots);
	free(h);
	return 0;
}

static void wrong_handles_are_refused(void **state)
{
	struct host *h = *state;
	HAPPLICATION closed = NULL;
	DEVINFO info;
	ULONG size = 0, max, left;
	BOOL is_default;

	assert_int_equal(SKF_GetDevInfo(NULL, &info), SAR_INVALIDHANDLEERR);
	assert_int_equal(SKF_GetDevInfo(h->application, &info), SAR_INVALIDHANDLEERR);
	assert_int_equal(SKF_GetDevInfo((DEVHANDLE)&size, &info), SAR_INVALIDHANDLEERR);
	assert_int_equal(SKF_OpenApplication(h->device, "hufu", &closed), SAR_OK);
	assert_int_equal(SKF_CloseApplication(closed), SAR_OK);
	assert_int_equal(SKF_CloseApplication(closed), SAR_INVALIDHANDLEERR);
	assert_int_equal(SKF_GetPINInfo(closed, USER_TYPE, &max, &left, &is_default), SAR_INVALIDHANDLEERR);
	assert_int_equal(SKF_GetPINInfo(h->application, ADMIN_TYPE, &max, &left, &is_default), SAR_USER_TYPE_INVALID);
	assert_int_equal(SKF_CloseHandle(h->container), SAR_INVALIDHANDLEERR);
	assert_int_equal(SKF_ConnectDev("two", &closed), SAR_DEVICE_REMOVED);
	assert_int_equal(SKF_ConnectDev("../one", &closed), SAR_INVALIDPARAMERR);
	assert_int_equal(SKF_OpenApplication(h->device, "other", &closed), SAR_APPLICATION_NOT_EXISTS);
	assert_int_equal(SKF_EnumContainer(h->application, NULL, NULL), SAR_INVALIDPARAMERR);
}

static void lists_and_information(void **state)
{
	struct host *h = *state;
	char names[64];
	DEVINFO info;
	ULONG size = 0, what;

	assert_int_equal(SKF_EnumDev(TRUE, NULL, &size), SAR_OK);
	assert_int_equal(size, 5);
	size = 4;
	assert_int_equal(SKF_EnumDev(TRUE, names, &size), SAR_BUFFER_TOO_SMALL);
	assert_int_equal(SKF_EnumDev(TRUE, names, &size), SAR_OK);
	assert_memory_equal(names, "one\0", 5);
	size = sizeof(names);
	assert_int_equal(SKF_EnumApplication(h->device, names, &size), SAR_OK);
	assert_int_equal(size, 6);
	size = sizeof(names);
	assert_int_equal(SKF_EnumContainer(h->application, names, &size), SAR_OK);
	assert_memory_equal(names, "c\0", 3);
	assert_int_equal(SKF_GetContainerType(h->container, &what), SAR_OK);
	assert_int_equal(what, CONTAINER_ECC);
	assert_int_equal(SKF_GetDevState("one", &what), SAR_OK);
	assert_int_equal(what, DEV_PRESENT_STATE);
	assert_int_equal(SKF_GetDevState("two", &what), SAR_OK);
	assert_int_equal(what, DEV_ABSENT_STATE);
	assert_int_equal(SKF_SetLabel(h->device, "新名"), SAR_OK);
	assert_int_equal(SKF_GetDevInfo(h->device, &info), SAR_OK);
	assert_string_equal(info.Label, "新名");
	assert_string_equal(info.SerialNumber, h->key.serial);
	assert_true(info.FreeSpace < info.TotalSpace);
	assert_int_equal(SKF_ExportCertificate(h->container, TRUE, NULL, &size), SAR_CERTNOTFOUNTERR);
}

static void random_is_of_any_size(void **state)
{
	struct host *h = *state;
	uint8_t a[700] = {0}, b[700] = {0};

	assert_int_equal(SKF_GenRandom(h->device, a, sizeof(a)), SAR_OK);
	assert_int_equal(SKF_GenRandom(h->device, b, sizeof(b)), SAR_OK);
	assert_memory_not_equal(a, b, 32);
	assert_memory_not_equal(a + 600, b + 600, 32);
}

static void both_families_name_the_signature_algorithm(void **state)
{
	struct host *h = *state;
	ECCPUBLICKEYBLOB blob;
	HCONTAINER c;

	assert_int_equal(SKF_CreateContainer(h->application, "draft", &c), SAR_OK);
	assert_int_equal(SKF_GenECCKeyPair(c, SGD_SM2_3, &blob), SAR_NOTSUPPORTYETERR);
	assert_int_equal(SKF_GenECCKeyPair(c, SGD_SM2_1_DRAFT, &blob), SAR_OK);
	assert_int_equal(SKF_GenECCKeyPair(c, SGD_SM2_1, &blob), SAR_FILE_ALREADY_EXIST);
	assert_int_equal(SKF_CloseContainer(c), SAR_OK);
	assert_int_equal(SKF_DeleteContainer(h->application, "draft"), SAR_OK);
	assert_int_equal(SKF_DeleteContainer(h->application, "draft"), SAR_FILE_NOT_EXIST);
	assert_int_equal(SKF_OpenContainer(h->application, "draft", &c), SAR_FILE_NOT_EXIST);
	assert_int_equal(SKF_CreateContainer(h->application, "c", &c), SAR_FILE_ALREADY_EXIST);
}

/* e of GB/T 32918.5, from its public key, ID and message. */
static void digest_begins_with_z(void **state)
{
	struct host *h = *state;
	struct buf point = vector("09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
	                          "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13");
	ECCPUBLICKEYBLOB key = {.BitLen = 256};
	uint8_t value[32];
	ULONG size = sizeof(value);
	HANDLE hash;

	memcpy(key.XCoordinate + 32, point.data, 32);
	memcpy(key.YCoordinate + 32, point.data + 32, 32);
	assert_int_equal(SKF_DigestInit(h->device, SGD_SM3, &key, (BYTE *)"1234567812345678", 16, &hash), SAR_OK);
	assert_int_equal(SKF_DigestUpdate(hash, (BYTE *)"message ", 8), SAR_OK);
	assert_int_equal(SKF_DigestUpdate(hash, (BYTE *)"digest", 6), SAR_OK);
	size = 31;
	assert_int_equal(SKF_DigestFinal(hash, value, &size), SAR_BUFFER_TOO_SMALL);
	assert_int_equal(SKF_DigestFinal(hash, value, &size), SAR_OK);
	assert_vector(BYTES_ARRAY(value), "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640");
	assert_int_equal(SKF_DigestFinal(hash, value, &size), SAR_NOTINITIALIZEERR);
	assert_int_equal(SKF_CloseHandle(hash), SAR_OK);
	assert_int_equal(SKF_DigestInit(h->device, SGD_SM3, NULL, NULL, 0, &hash), SAR_OK);
	assert_int_equal(SKF_Digest(hash, (BYTE *)"abc", 3, value, &size), SAR_OK);
	assert_vector(BYTES_ARRAY(value), "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0");
	assert_int_equal(SKF_CloseHandle(hash), SAR_OK);
	assert_int_equal(SKF_DigestInit(h->device, SGD_SHA256, NULL, NULL, 0, &hash), SAR_NOTSUPPORTYETERR);
	assert_int_equal(SKF_DigestInit(h->device, SGD_SM3, NULL, (BYTE *)"id", 2, &hash), SAR_INVALIDPARAMERR);
	buf_free(&point);
}

static void signs_and_verifies(void **state)
{
	struct host *h = *state;
	uint8_t e[32] = {1, 2, 3};
	ECCSIGNATUREBLOB signature;

	assert_int_equal(SKF_ECCSignData(h->container, e, 31, &signature), SAR_INDATALENERR);
	assert_int_equal(SKF_ECCSignData(h->container, e, 32, &signature), SAR_OK);
	assert_int_equal(SKF_ECCVerify(h->device, &h->public_key, e, 32, &signature), SAR_OK);
	e[31] ^= 1;
	assert_int_equal(SKF_ExtECCVerify(h->device, &h->public_key, e, 32, &signature), SAR_FAIL);
	h->public_key.YCoordinate[63] ^= 1;
	assert_int_equal(SKF_ECCVerify(h->device, &h->public_key, e, 32, &signature), SAR_INDATAERR);
}

/* SM4 in ECB and CBC, GB/T 32907 */
static void session_keys_encrypt_by_the_vectors(void **state)
{
	struct host *h = *state;
	struct buf key = vector("0123456789ABCDEFFEDCBA9876543210"), iv = vector("000102030405060708090A0B0C0D0E0F"),
	           plain = vector("AAAAAAAABBBBBBBBCCCCCCCCDDDDDDDDEEEEEEEEFFFFFFFFAAAAAAAABBBBBBBB");
	BLOCKCIPHERPARAM parameters = {.IVLen = 16};
	uint8_t out[32], back[32];
	ULONG size = sizeof(out);
	HANDLE handle;

	memcpy(parameters.IV, iv.data, 16);
	assert_int_equal(SKF_SetSymmKey(h->device, key.data, SGD_SM4_CFB, &handle), SAR_NOTSUPPORTYETERR);
	assert_int_equal(SKF_SetSymmKey(h->device, key.data, SGD_SM4_CBC, &handle), SAR_OK);
	assert_int_equal(SKF_Encrypt(handle, plain.data, 32, out, &size), SAR_NOTINITIALIZEERR);
	assert_int_equal(SKF_EncryptInit(handle, parameters), SAR_OK);
	assert_int_equal(SKF_Encrypt(handle, plain.data, 31, out, &size), SAR_INDATALENERR);
	size = 31;
	assert_int_equal(SKF_Encrypt(handle, plain.data, 32, out, &size), SAR_BUFFER_TOO_SMALL);
	assert_int_equal(SKF_Encrypt(handle, plain.data, 32, out, &size), SAR_OK);
	assert_vector(BYTES_ARRAY(out), "78EBB11CC40B0A48312AAEB2040244CB4CB7016951909226979B0D15DC6A8F6D");
	assert_int_equal(SKF_DecryptInit(handle, parameters), SAR_OK);
	assert_int_equal(SKF_Decrypt(handle, out, 32, back, &size), SAR_OK);
	assert_memory_equal(back, plain.data, 32);
	assert_int_equal(SKF_CloseHandle(handle), SAR_OK);
	assert_int_equal(SKF_SetSymmKey(h->device, key.data, SGD_SM4_ECB, &handle), SAR_OK);
	assert_int_equal(SKF_EncryptInit(handle, parameters), SAR_OK);
	size = 16;
	assert_int_equal(SKF_Encrypt(handle, key.data, 16, out, &size), SAR_OK);
	assert_vector((struct bytes){out, 16}, "681EDF34D206965E86B3E94F536E4246");
	assert_int_equal(SKF_CloseHandle(handle), SAR_OK);
	buf_free(&key);
	buf_free(&iv);
	buf_free(&plain);
}

/* An ENVELOPEDKEYBLOB for the container, by way of the library's own encryption and ECB. */
static void make_blob(struct host *h, uint8_t blob[388], struct sm2_private **key)
{
	ENVELOPEDKEYBLOB *b = (ENVELOPEDKEYBLOB *)blob;
	uint8_t session[16] = {7}, point[SM2_POINT_SIZE];
	BLOCKCIPHERPARAM none = {0};
	struct secret scalar;
	ULONG size = 32;
	HANDLE handle;

	memset(blob, 0, 388);
	assert_int_equal(sm2_private_generate(key, NULL), 0);
	assert_int_equal(sm2_private_scalar(*key, &scalar, NULL), 0);
	sm2_public_point(sm2_private_public(*key), point);
	b->Version = 1;
	b->ulSymmAlgID = SGD_SM4_ECB;
	b->ulBits = 256;
	b->PubKey.BitLen = 256;
	memcpy(b->PubKey.XCoordinate + 32, point + 1, 32);
	memcpy(b->PubKey.YCoordinate + 32, point + 33, 32);
	assert_int_equal(
	    SKF_ExtECCEncrypt(h->device, &h->public_key, session, 16, (ECCCIPHERBLOB *)(blob + offsetof(ENVELOPEDKEYBLOB, ECCCipherBlob))),
	    SAR_OK);
	assert_int_equal(SKF_SetSymmKey(h->device, session, SGD_SM4_ECB, &handle), SAR_OK);
	assert_int_equal(SKF_EncryptInit(handle, none), SAR_OK);
	assert_int_equal(SKF_Encrypt(handle, scalar.data, 32, b->cbEncryptedPriKey + 32, &size), SAR_OK);
	assert_int_equal(SKF_CloseHandle(handle), SAR_OK);
	secret_free(&scalar);
}

static void decrypts_with(struct host *h, const struct sm2_public *key)
{
	uint8_t point[SM2_POINT_SIZE], cipher[sizeof(ECCCIPHERBLOB) + 4], plain[5];
	ECCPUBLICKEYBLOB blob = {.BitLen = 256}, found;
	ULONG size = sizeof(found);

	sm2_public_point(key, point);
	memcpy(blob.XCoordinate + 32, point + 1, 32);
	memcpy(blob.YCoordinate + 32, point + 33, 32);
	assert_int_equal(SKF_ExportPublicKey(h->container, FALSE, (BYTE *)&found, &size), SAR_OK);
	assert_memory_equal(&found, &blob, sizeof(blob));
	assert_int_equal(SKF_ExtECCEncrypt(h->device, &blob, (BYTE *)"nonce", 5, (ECCCIPHERBLOB *)cipher), SAR_OK);
	size = 4;
	assert_int_equal(SKF_ECCPrvKeyDecrypt(h->container, (ECCCIPHERBLOB *)cipher, plain, &size), SAR_BUFFER_TOO_SMALL);
	assert_int_equal(SKF_ECCPrvKeyDecrypt(h->container, (ECCCIPHERBLOB *)cipher, plain, &size), SAR_OK);
	assert_memory_equal(plain, "nonce", 5);
	cipher[sizeof(cipher) - 1] ^= 1;
	assert_int_equal(SKF_ECCPrvKeyDecrypt(h->container, (ECCCIPHERBLOB *)cipher, plain, &size), SAR_INDATAERR);
}

/* All bytes of the blob but the left half of the encrypted key, which layouts fill differently. */
static void changed_envelope_is_refused(void **state)
{
	struct host *h = *state;
	struct sm2_private *key = NULL;
	uint8_t blob[388];

	make_blob(h, blob, &key);
	for (size_t i = 0; i < sizeof(blob); i += 3) {
		if (i >= offsetof(ENVELOPEDKEYBLOB, cbEncryptedPriKey) && i < offsetof(ENVELOPEDKEYBLOB, cbEncryptedPriKey) + 32)
			continue;
		blob[i] ^= 0x04;
		assert_int_not_equal(SKF_ImportECCKeyPair(h->container, (ENVELOPEDKEYBLOB *)blob), SAR_OK);
		blob[i] ^= 0x04;
	}
	assert_int_equal(SKF_ImportECCKeyPair(h->container, (ENVELOPEDKEYBLOB *)blob), SAR_OK);
	decrypts_with(h, sm2_private_public(key));
	sm2_private_free(&key);
}

static void left_aligned_envelope_is_taken(void **state)
{
	struct host *h = *state;
	struct sm2_private *key = NULL;
	uint8_t blob[388];

	make_blob(h, blob, &key);
	memcpy(blob + 12, blob + 44, 32);
	memset(blob + 44, 0, 32);
	assert_int_equal(SKF_ImportECCKeyPair(h->container, (ENVELOPEDKEYBLOB *)blob), SAR_OK);
	decrypts_with(h, sm2_private_public(key));
	sm2_private_free(&key);
}

/* Another program's way to the card. */
static int other_program(const struct host *h, struct err *err)
{
	struct card_link *link = NULL;
	int result = card_link_open(&link, h->slots, "one", 100, err);

	card_link_close(&link);
	return result;
}

static void card_is_held_only_while_verified_or_locked(void **state)
{
	struct host *h = *state;
	struct err err;

	assert_int_equal(other_program(h, &err), -1);
	assert_int_equal(err.code, HF_KEY_BUSY);
	assert_int_equal(SKF_ClearSecureState(h->application), SAR_OK);
	assert_int_equal(other_program(h, &err), 0);
	assert_int_equal(SKF_LockDev(h->device, 0), SAR_OK);
	assert_int_equal(SKF_LockDev(h->device, 0), SAR_OK);
	assert_int_equal(SKF_UnlockDev(h->device), SAR_OK);
	assert_int_equal(other_program(h, &err), -1);
	assert_int_equal(SKF_UnlockDev(h->device), SAR_OK);
	assert_int_equal(SKF_UnlockDev(h->device), SAR_FAIL);
	assert_int_equal(other_program(h, &err), 0);
}

static void lock_of_another_handle_is_waited_for(void **state)
{
	struct host *h = *state;
	DEVHANDLE second;

	assert_int_equal(SKF_ConnectDev("one", &second), SAR_OK);
	assert_int_equal(SKF_LockDev(second, 0), SAR_OK);
	assert_int_equal(SKF_LockDev(h->device, 50), SAR_TIMEOUTERR);
	assert_int_equal(SKF_DisConnectDev(second), SAR_OK);
	assert_int_equal(SKF_LockDev(h->device, 50), SAR_OK);
	assert_int_equal(SKF_UnlockDev(h->device), SAR_OK);
}

static void pulling_out_ends_the_verification(void **state)
{
	struct host *h = *state;
	uint8_t e[32] = {1};
	ECCSIGNATUREBLOB signature;
	ULONG tries;

	virtual_key_kill(&h->key);
	assert_int_equal(SKF_ECCSignData(h->container, e, 32, &signature), SAR_DEVICE_REMOVED);
	virtual_key_plug(&h->key);
	assert_int_equal(SKF_ECCSignData(h->container, e, 32, &signature), SAR_USER_NOT_LOGGED_IN);
	assert_int_equal(SKF_VerifyPIN(h->application, USER_TYPE, NEW_PIN, &tries), SAR_OK);
	assert_int_equal(SKF_ECCSignData(h->container, e, 32, &signature), SAR_OK);
}

static void another_key_in_the_slot_is_none_of_the_handles(void **state)
{
	struct host *h = *state;
	struct virtual_key other;
	DEVHANDLE fresh;
	DEVINFO info;
	ULONG tries;

	virtual_key_pull(&h->key);
	virtual_key_make(&other, h->slots, "two");
	memcpy(other.slot, h->key.slot, sizeof(other.slot));
	virtual_key_plug(&other);
	assert_int_equal(SKF_VerifyPIN(h->application, USER_TYPE, NEW_PIN, &tries), SAR_DEVICE_REMOVED);
	assert_int_equal(SKF_ConnectDev("one", &fresh), SAR_OK);
	assert_int_equal(SKF_GetDevInfo(fresh, &info), SAR_OK);
	assert_memory_equal(info.SerialNumber, other.serial, strlen(other.serial));
	assert_int_equal(SKF_GetDevInfo(h->device, &info), SAR_DEVICE_REMOVED);
	assert_int_equal(SKF_DisConnectDev(fresh), SAR_OK);
	virtual_key_pull(&other);
	virtual_key_plug(&h->key);
}

/* Holds the card as another program does, longer than a call waits for it. */
static void *hold_a_while(void *argument)
{
	struct card_link **link = argument;

	(void)poll(NULL, 0, 4500);
	card_link_close(link);
	return NULL;
}

static void a_lock_waits_for_another_program_as_long_as_told(void **state)
{
	struct host *h = *state;
	struct card_link *link;
	struct err err;
	pthread_t thread;
	DEVINFO info;

	assert_int_equal(SKF_ClearSecureState(h->application), SAR_OK);
	assert_int_equal(card_link_open(&link, h->slots, "one", 5000, &err), 0);
	assert_int_equal(SKF_LockDev(h->device, 100), SAR_TIMEOUTERR);
	assert_int_equal(SKF_GetDevInfo(h->device, &info), SAR_TIMEOUTERR);
	assert_int_equal(pthread_create(&thread, NULL, hold_a_while, &link), 0);
	assert_int_equal(SKF_LockDev(h->device, 0xFFFFFFFF), SAR_OK);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(SKF_UnlockDev(h->device), SAR_OK);
}

static void *sign_many(void *argument)
{
	struct host *h = argument;
	uint8_t e[32] = {9};
	ECCSIGNATUREBLOB signature;

	for (int i = 0; i < 20; i++)
		if (SKF_ECCSignData(h->container, e, 32, &signature) != SAR_OK ||
		    SKF_ECCVerify(h->device, &h->public_key, e, 32, &signature) != SAR_OK)
			return argument;
	return NULL;
}

static void threads_share_a_device(void **state)
{
	struct host *h = *state;
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, sign_many, h), 0);
	for (int i = 0; i < 4; i++) {
		void *failed = h;

		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
}

static void what_is_not_built_says_so(void **state)
{
	struct host *h = *state;
	ULONG size = 0;

	assert_int_equal(SKF_Transmit(h->device, NULL, 0, NULL, &size), SAR_NOTSUPPORTYETERR);
	assert_int_equal(SKF_UnblockPIN(h->application, "a", "b", &size), SAR_NOTSUPPORTYETERR);
	assert_int_equal(SKF_CreateFile(h->application, "f", 1, 0, 0), SAR_NOTSUPPORTYETERR);
	assert_int_equal(SKF_GenRSAKeyPair(h->container, 2048, NULL), SAR_NOTSUPPORTYETERR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(wrong_handles_are_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(lists_and_information, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(random_is_of_any_size, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(both_families_name_the_signature_algorithm, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(digest_begins_with_z, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(signs_and_verifies, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(session_keys_encrypt_by_the_vectors, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(changed_envelope_is_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(left_aligned_envelope_is_taken, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(card_is_held_only_while_verified_or_locked, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(lock_of_another_handle_is_waited_for, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(pulling_out_ends_the_verification, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(another_key_in_the_slot_is_none_of_the_handles, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_lock_waits_for_another_program_as_long_as_told, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(threads_share_a_device, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_is_not_built_says_so, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, make_first, end_first);
}
