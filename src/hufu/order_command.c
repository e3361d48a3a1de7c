/* hufu order: takes signed orders to the signer at its own host, without the portal. FILE holds the text, FILE.sig the DER signature,
 * FILE.csr the request, if there is one; the receipt goes to FILE.receipt and FILE.receipt.sig. */
#include "command.h"
#include "csr.h"
#include "file.h"
#include "order.h"
#include "pool.h"
#include "signer_line.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

#define POOL_MAX (8u << 20)
#define SIGNATURE_FILE_MAX 80u

/* FILE with another ending. */
static int beside(char out[PATH_MAX], const char *file, const char *ending, struct err *err)
{
	if (snprintf(out, PATH_MAX, "%s%s", file, ending) >= PATH_MAX)
		return err_set(err, HF_FILE, "%s: the path is too long", file);
	return 0;
}

static int read_beside(struct buf *out, const char *file, const char *ending, bool may_lack, struct err *err)
{
	char path[PATH_MAX];

	if (beside(path, file, ending, err) < 0)
		return -1;
	if (file_read(out, AT_FDCWD, path, err) == 0 || (may_lack && err->code == HF_NOT_FOUND))
		return 0;
	return -1;
}

static int write_beside(const char *file, const char *ending, struct bytes content, struct err *err)
{
	char path[PATH_MAX];

	return beside(path, file, ending, err) < 0 ? -1 : file_replace(AT_FDCWD, path, content, 0644, err);
}

static int keep_answer(const char *file, const struct deed_reply *reply, struct err *err)
{
	if (write_beside(file, ".receipt", reply->receipt, err) < 0 ||
	    write_beside(file, ".receipt.sig", reply->receipt_signature, err) < 0)
		return -1;
	if (reply->sign_cert.size == 0)
		return 0;
	if (write_beside(file, ".sign.der", reply->sign_cert, err) < 0 || write_beside(file, ".encryption.der", reply->enc_cert, err) < 0)
		return -1;
	return write_beside(file, ".envelope.der", reply->envelope, err);
}

/* Asks with what stands in the buffers, and keeps the answer beside the file. */
static int ask_deed(struct call *line, const char *file, const struct deed_request *asked, struct pool *pool, struct err *err)
{
	struct deed_reply reply;
	struct buf body, answer;
	int result = -1;

	buf_init(&body, FRAME_BODY_MAX);
	buf_init(&answer, FRAME_BODY_MAX);
	if (body_encode(&deed_request_body, asked, &body, err) < 0)
		goto out;
	if (call_ask(line, SIGNER_DEED, buf_get(&body), &answer, SIGNER_LINE_TIMEOUT_MS, err) < 0)
		goto out;
	if (body_decode(&deed_reply_body, buf_get(&answer), pool, &reply, err) < 0)
		goto out;
	if (keep_answer(file, &reply, err) < 0)
		goto out;
	(void)printf("%s: done, record %lld of the journal\n", file, (long long)reply.number);
	result = 0;
out:
	buf_free(&body);
	buf_free(&answer);
	return result;
}

static int submit(struct call *line, const char *file, struct err *err)
{
	struct pool *pool = pool_new(POOL_MAX);
	struct buf text, signature, csr;
	int result = -1;

	buf_init(&text, ORDER_TEXT_MAX);
	buf_init(&signature, SIGNATURE_FILE_MAX);
	buf_init(&csr, CSR_DER_MAX);
	if (pool == NULL)
		err_set(err, HF_MEMORY, "order");
	else if (read_beside(&text, file, "", false, err) == 0 && read_beside(&signature, file, ".sig", false, err) == 0 &&
	         read_beside(&csr, file, ".csr", true, err) == 0)
		result = ask_deed(line, file, &(struct deed_request){buf_get(&text), buf_get(&signature), buf_get(&csr)}, pool, err);
	buf_free(&text);
	buf_free(&signature);
	buf_free(&csr);
	pool_free(&pool);
	return result < 0 ? err_wrap(err, "%s", file) : 0;
}

int order_command(int argc, char **argv, struct err *err)
{
	struct call *line = NULL;
	int result;

	if (argc < 3)
		return err_set(err, HF_USAGE, "which instance, and which orders?");
	result = signer_line_open(&line, argv[1], err);
	for (int i = 2; i < argc && result == 0; i++)
		result = submit(line, argv[i], err);
	call_free(&line);
	return result;
}
