/* Plays the kept inputs of one target, and every beginning of the small ones, from memory that ends where the input ends.
 * usage: replay DIRECTORY */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define INPUT_MAX (1u << 20)
#define PREFIXES_UP_TO 2048

static void play(const uint8_t *input, size_t size)
{
	uint8_t *exact = malloc(size ? size : 1);

	FUZZ_PROMISE(exact != NULL);
	if (size)
		memcpy(exact, input, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

static int play_file(const char *folder, const char *name)
{
	static uint8_t input[INPUT_MAX];
	char path[4096];
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	if (!file) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	size = fread(input, 1, sizeof(input), file);
	fclose(file);
	printf("# %s, %zu bytes\n", name, size);
	fflush(stdout);
	play(input, size);
	for (size_t n = 0; size <= PREFIXES_UP_TO && n < size; n++)
		play(input, n);
	return 0;
}

int main(int argc, char **argv)
{
	int played = 0, failed = 0;
	DIR *folder;

	if (argc != 2 || !(folder = opendir(argv[1]))) {
		fprintf(stderr, "usage: replay DIRECTORY\n");
		return 2;
	}
	for (struct dirent *e; (e = readdir(folder));) {
		if (e->d_name[0] == '.')
			continue;
		failed |= play_file(argv[1], e->d_name);
		played++;
	}
	closedir(folder);
	printf("%s - %d inputs played\n1..1\n", failed || !played ? "not ok 1" : "ok 1", played);
	return failed || !played;
}
