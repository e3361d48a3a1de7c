/* fsync: how many times a second an appended record of a few KiB can be made durable in a folder, by one process alone.
 *
 * usage: fsync FOLDER SECONDS */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define RECORD_SIZE 4096

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	static const char record[RECORD_SIZE];
	double from, until, seconds = argc == 3 ? atof(argv[2]) : 0;
	char path[4096];
	long count = 0;
	int fd;

	if (seconds <= 0) {
		(void)fprintf(stderr, "usage: fsync FOLDER SECONDS\n");
		return EXIT_FAILURE;
	}
	(void)snprintf(path, sizeof(path), "%s/fsync-XXXXXX", argv[1]);
	fd = mkstemp(path);
	if (fd < 0 || unlink(path) != 0) {
		perror(path);
		return EXIT_FAILURE;
	}
	from = now();
	do {
		if (write(fd, record, sizeof(record)) != (ssize_t)sizeof(record) || fdatasync(fd) != 0) {
			perror("fdatasync");
			return EXIT_FAILURE;
		}
		count++;
		until = now();
	} while (until - from < seconds);
	(void)printf("{\"count\":%ld,\"us\":%.0f}\n", count, (until - from) * 1e6);
	return EXIT_SUCCESS;
}
