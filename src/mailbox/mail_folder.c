/* Mails as files. */
#include "mail_folder.h"

#include "file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NUMBER_MAX 999999
#define NAME_SIZE 32

static void mail_name(char name[NAME_SIZE], int64_t number)
{
	snprintf(name, NAME_SIZE, "%06lld.eml", (long long)number);
}

int mail_folder_last(int dir, int64_t *last, struct err *err)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	*last = 0;
	if (d == NULL) {
		if (fd >= 0)
			close(fd);
		return err_set_errno(err, HF_FILE, "mailbox");
	}
	while ((entry = readdir(d)) != NULL) {
		char *end;
		long long number = strtoll(entry->d_name, &end, 10);
		if (strcmp(end, ".eml") == 0 && number > *last)
			*last = number;
	}
	closedir(d);
	return 0;
}

int mail_folder_add(int dir, struct bytes mail, int64_t number, struct err *err)
{
	char name[NAME_SIZE];

	if (number > NUMBER_MAX)
		return err_set(err, HF_LIMIT, "the mailbox is full");
	mail_name(name, number);
	return file_create(dir, name, mail, 0600, err);
}

int mail_folder_read(int dir, int64_t number, struct buf *mail, struct err *err)
{
	char name[NAME_SIZE];

	if (number < 1 || number > NUMBER_MAX)
		return err_set(err, HF_NOT_FOUND, "no mail %lld", (long long)number);
	mail_name(name, number);
	return file_read(mail, dir, name, err);
}
