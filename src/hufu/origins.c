/* Writes the signed list of origins; hufu origins signs it afresh. */
#include "origins.h"

#include "clock.h"
#include "command.h"
#include "file.h"
#include "instance.h"
#include "origin_list.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static int compare_rows(const void *a, const void *b)
{
	return bytes_compare(((const struct origin_row *)a)->origin, ((const struct origin_row *)b)->origin);
}

static int split(const char *origins, struct origin_row rows[ORIGIN_LIST_MAX], size_t *count, struct err *err)
{
	for (*count = 0; *origins != '\0'; origins += strspn(origins, " ")) {
		size_t n = strcspn(origins, " ");

		if (*count == ORIGIN_LIST_MAX)
			return err_set(err, HF_SETTING, "more than %d origins", ORIGIN_LIST_MAX);
		rows[*count].origin = (struct bytes){(const uint8_t *)origins, n};
		rows[*count].classes = ORIGIN_ENROL | ORIGIN_LOGIN | ORIGIN_ORDER;
		if (!origin_is_valid(rows[(*count)++].origin))
			return err_set(err, HF_SETTING, "portal.origins: %.*s is no origin", (int)n, origins);
		origins += n;
	}
	qsort(rows, *count, sizeof(rows[0]), compare_rows);
	return 0;
}

int origins_write(int dir, const char *origins, const uint8_t ca[20], int64_t version, int64_t now, const struct sm2_private *release,
                  struct err *err)
{
	struct origin_row rows[ORIGIN_LIST_MAX];
	struct origin_list list = {.origins.items = rows, .until = now + ORIGINS_LIFE, .v = 1, .version = version};
	struct buf text, signature;
	int result = -1;

	memcpy(list.ca, ca, sizeof(list.ca));
	buf_init(&text, ORIGIN_LIST_TEXT_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	if (split(origins, rows, &list.origins.count, err) == 0 && origin_list_write(&list, &text, err) == 0 &&
	    signed_text_sign(SIGNED_ORIGINS, release, buf_get(&text), &signature, err) == 0 &&
	    file_replace(dir, "release/origins", buf_get(&text), 0644, err) == 0)
		result = file_replace(dir, "release/origins.sig", buf_get(&signature), 0644, err);
	buf_free(&text);
	buf_free(&signature);
	return result;
}

int origins_command(int argc, char **argv, struct err *err)
{
	struct instance instance = {0};
	struct sm2_private *release = NULL;
	int64_t now = clock_now();
	uint8_t ca[SM2_KEY_ID_SIZE];
	int result = -1;

	if (argc != 2)
		return err_set(err, HF_USAGE, "which instance?");
	if (instance_open(&instance, argv[1], err) == 0 &&
	    instance_key(&instance, "release/release.key.sealed", "release", &release, err) == 0 && instance_ca_id(&instance, ca, err) == 0)
		result = origins_write(instance.dir, settings_text(instance.settings, "portal", "origins"), ca, now, now, release, err);
	sm2_private_free(&release);
	instance_close(&instance);
	return result;
}
