/* Choosing a language by what the request says. */
#include "language.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool language_of(const char *name, enum language *language)
{
	if (name == NULL)
		return false;
	if (strcmp(name, "zh") == 0)
		*language = LANGUAGE_ZH;
	else if (strcmp(name, "en") == 0)
		*language = LANGUAGE_EN;
	else
		return false;
	return true;
}

/* Thousandths of the weight of one range "en-GB;q=0.8"; 1000 without q, 0 when it cannot be read. */
static int weight_of(const char *range, size_t size)
{
	const char *q = memmem(range, size, "q=", 2);
	int weight = 0, scale = 1000;

	if (q == NULL)
		return 1000;
	for (q += 2; q < range + size && scale > 0; q++) {
		if (*q == '.')
			continue;
		if (*q < '0' || *q > '9')
			break;
		weight += (*q - '0') * scale;
		scale /= 10;
	}
	return weight > 1000 ? 1000 : weight;
}

static bool range_is(const char *range, size_t size, const char *primary)
{
	return size >= 2 && strncasecmp(range, primary, 2) == 0 && (size == 2 || range[2] == '-' || range[2] == ';' || range[2] == ' ');
}

enum language language_choose(const char *query, const char *cookie, const char *accept)
{
	enum language language;
	int zh = 0, en = 0;

	if (language_of(query, &language) || language_of(cookie, &language))
		return language;
	while (accept != NULL && *accept != '\0') {
		size_t size;
		int weight;

		accept += strspn(accept, " \t,");
		size = strcspn(accept, ",");
		weight = weight_of(accept, size);
		if (range_is(accept, size, "zh") && weight > zh)
			zh = weight;
		if (range_is(accept, size, "en") && weight > en)
			en = weight;
		accept += size;
	}
	return en > zh ? LANGUAGE_EN : LANGUAGE_ZH;
}
