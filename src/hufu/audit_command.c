/* hufu audit: exports the audit chain of an instance, and verifies an export or an instance against saved CRLs. */
#include "audit_chain.h"
#include "cert_file.h"
#include "command.h"
#include "crl.h"
#include "file.h"
#include "pem.h"
#include "store.h"
#include "text_code.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define POOL_MAX (1u << 20)
#define CRLS_MAX 64

/* What a saved CRL says of the chain. */
struct anchor {
	const char *file;
	int64_t count;
	uint8_t head[AUDIT_CHAIN_SIZE];
	bool met;
};

struct verification {
	const char *issuing; /* NULL: no CRLs */
	char **chain;        /* one export in one file or several, or the folder of an instance */
	int chains;
	struct anchor anchors[CRLS_MAX];
	size_t count;
	struct audit_walk walk;
};

static int store_of(struct store **store, const char *directory, struct err *err)
{
	struct store_settings settings = {.role = STORE_AUDIT, .readers = 1};
	char path[4096];

	if (snprintf(path, sizeof(path), "%s/portal/store/store.db", directory) >= (int)sizeof(path))
		return err_set(err, HF_FILE, "%s: the name is too long", directory);
	settings.path = path;
	return store_open(store, &settings, err);
}

static int print_line(void *ctx, struct bytes line, struct err *err)
{
	if (fwrite(line.data, 1, line.size, stdout) != line.size || putchar('\n') == EOF)
		return err_set_errno(err, HF_FILE, "standard output");
	return 0;
}

static int export(const char *directory, struct err *err)
{
	struct store *store = NULL;
	int result = store_of(&store, directory, err);

	if (result == 0)
		result = audit_export_store(store, 1, print_line, NULL, err);
	if (result == 0 && fflush(stdout) != 0)
		result = err_set_errno(err, HF_FILE, "standard output");
	store_free(&store);
	return result;
}

/* DER, or PEM. */
static int read_crl(struct crl **crl, const char *file, struct err *err)
{
	struct buf content, der;
	int result;

	buf_init(&content, CRL_DER_MAX);
	buf_init(&der, CRL_DER_MAX);
	result = file_read(&content, AT_FDCWD, file, err);
	if (result == 0) {
		struct bytes text = buf_get(&content);
		bool pem = text.size > 0 && text.data[0] == '-';
		if (pem)
			result = pem_read(&text, PEM_CRL, &der, err);
		if (result == 0)
			result = crl_parse(crl, pem ? buf_get(&der) : text, err);
	}
	buf_free(&der);
	buf_free(&content);
	return result;
}

static int read_anchor(struct anchor *anchor, const struct cert *issuing, struct err *err)
{
	struct crl *crl = NULL;
	int result = read_crl(&crl, anchor->file, err);

	if (result == 0)
		result = crl_verify(crl, issuing, err);
	if (result == 0 && !crl->has_anchor)
		result = err_set(err, HF_CRL_FORMAT, "no anchor in it");
	if (result == 0) {
		anchor->count = crl->anchor.audit_count;
		memcpy(anchor->head, crl->anchor.audit_head, sizeof(anchor->head));
	}
	crl_free(&crl);
	return result == 0 ? 0 : err_wrap(err, "%s", anchor->file);
}

static int read_anchors(struct verification *v, struct err *err)
{
	struct cert *issuing = NULL;
	int result = v->count == 0 ? 0 : cert_file_read(&issuing, AT_FDCWD, v->issuing, err);

	for (size_t i = 0; result == 0 && i < v->count; i++)
		result = read_anchor(&v->anchors[i], issuing, err);
	cert_free(&issuing);
	return result;
}

/* After each entry, and once before the first: whether a CRL speaks of this place in the chain. */
static int meet_anchors(struct verification *v, struct err *err)
{
	for (size_t i = 0; i < v->count; i++) {
		struct anchor *a = &v->anchors[i];
		if (a->count != v->walk.count)
			continue;
		if (memcmp(a->head, v->walk.head, sizeof(a->head)) != 0 && a->count > 0)
			return err_set(err, HF_AUDIT_BROKEN, "%s: entry %lld was another one", a->file, (long long)a->count);
		a->met = true;
	}
	return 0;
}

static int walk_line(struct verification *v, struct bytes line, struct pool *pool, struct err *err)
{
	struct audit_entry entry;

	pool_reset(pool);
	if (audit_line_read(&entry, line, pool, err) != 0)
		return err_wrap(err, "line %lld", (long long)v->walk.count + 1);
	if (audit_walk_add(&v->walk, &entry, err) != 0)
		return -1;
	if (v->walk.broken != 0)
		return err_set(err, HF_AUDIT_BROKEN, "entry %lld does not follow", (long long)v->walk.broken);
	return meet_anchors(v, err);
}

static int walk_file(struct verification *v, const char *name, struct err *err)
{
	FILE *file = fopen(name, "re");
	struct pool *pool = pool_new(POOL_MAX);
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int result = 0;

	if (file == NULL || pool == NULL)
		result = err_set_errno(err, HF_FILE, "%s", name);
	while (result == 0 && (n = getline(&line, &room, file)) > 0) {
		size_t size = (size_t)n - (line[n - 1] == '\n');
		result = walk_line(v, (struct bytes){(const uint8_t *)line, size}, pool, err);
	}
	if (result == 0 && ferror(file))
		result = err_set_errno(err, HF_FILE, "%s", name);
	free(line);
	pool_free(&pool);
	if (file != NULL)
		fclose(file);
	return result;
}

struct store_walk {
	struct verification *v;
	struct pool *pool;
};

static int walk_stored(void *ctx, struct bytes line, struct err *err)
{
	struct store_walk *w = ctx;

	return walk_line(w->v, line, w->pool, err);
}

static int walk_instance(struct verification *v, struct err *err)
{
	struct store_walk w = {v, pool_new(POOL_MAX)};
	struct store *store = NULL;
	int result = w.pool != NULL ? store_of(&store, v->chain[0], err) : err_set(err, HF_MEMORY, "audit");

	if (result == 0)
		result = audit_export_store(store, 1, walk_stored, &w, err);
	store_free(&store);
	pool_free(&w.pool);
	return result;
}

static int tell(const struct verification *v, struct err *err)
{
	char head[2 * AUDIT_CHAIN_SIZE + 1];

	hex_write(head, v->walk.head, sizeof(v->walk.head));
	for (size_t i = 0; i < v->count; i++) {
		if (!v->anchors[i].met)
			return err_set(err, HF_AUDIT_BROKEN, "%s knows %lld entries, here are %lld", v->anchors[i].file,
			               (long long)v->anchors[i].count, (long long)v->walk.count);
	}
	(void)printf("%s: whole, %lld entries, head %s, %zu CRLs agree\n", v->chain[0], (long long)v->walk.count, head, v->count);
	return 0;
}

static int walk_chain(struct verification *v, struct err *err)
{
	struct stat st;

	if (v->chains == 1 && stat(v->chain[0], &st) == 0 && S_ISDIR(st.st_mode))
		return walk_instance(v, err);
	for (int i = 0; i < v->chains; i++)
		if (walk_file(v, v->chain[i], err) != 0)
			return -1;
	return 0;
}

static int verify(struct verification *v, struct err *err)
{
	if (read_anchors(v, err) != 0 || meet_anchors(v, err) != 0 || walk_chain(v, err) != 0)
		return -1;
	return tell(v, err);
}

/* EXPORT...|DIRECTORY [--issuing FILE CRL...] */
static int read_arguments(struct verification *v, int argc, char **argv, struct err *err)
{
	int at = 2;

	v->chain = argv + at;
	while (at < argc && strcmp(argv[at], "--issuing") != 0)
		at++;
	v->chains = at - 2;
	if (v->chains == 0 || at + 1 == argc || argc - at - 2 > CRLS_MAX)
		return err_set(err, HF_USAGE, "verify what?");
	if (at < argc)
		v->issuing = argv[at + 1];
	for (at += 2; at < argc; at++)
		v->anchors[v->count++].file = argv[at];
	return 0;
}

int audit_command(int argc, char **argv, struct err *err)
{
	struct verification v = {.issuing = NULL};

	if (argc == 3 && strcmp(argv[1], "export") == 0)
		return export(argv[2], err);
	if (argc < 3 || strcmp(argv[1], "verify") != 0)
		return err_set(err, HF_USAGE, "export or verify?");
	if (read_arguments(&v, argc, argv, err) != 0)
		return -1;
	return verify(&v, err);
}
