/* Reading and writing HTTP dates. */
#include "http_date.h"

#include "clock.h"

#include <stdio.h>
#include <string.h>

static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"}; /* 1970-01-01 was a Thursday */
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void http_date_write(char out[static HTTP_DATE_SIZE], int64_t seconds)
{
	struct civil c = clock_civil(seconds, 0);
	int64_t day = (clock_day(seconds, 0) % 7 + 7) % 7;

	snprintf(out, HTTP_DATE_SIZE, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[day], c.day % 100, months[c.month - 1], c.year % 10000,
	         c.hour % 100, c.minute % 100, c.second % 100);
}

bool http_date_read(const char *text, int64_t *seconds)
{
	char month[4], again[HTTP_DATE_SIZE];
	struct civil c = {0};

	if (strlen(text) != HTTP_DATE_SIZE - 1 ||
	    sscanf(text, "%*3s, %2d %3s %4d %2d:%2d:%2d GMT", &c.day, month, &c.year, &c.hour, &c.minute, &c.second) != 6)
		return false;
	while (c.month < 12 && strcmp(month, months[c.month]) != 0)
		c.month++;
	if (c.month++ == 12 || c.year < 1970 || c.day < 1 || c.day > 31 || c.hour < 0 || c.hour > 23 || c.minute < 0 || c.second < 0)
		return false;
	*seconds = clock_seconds(c, 0);
	http_date_write(again, *seconds);
	return strcmp(again, text) == 0;
}
