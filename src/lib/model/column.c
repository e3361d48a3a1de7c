/* Choices by name. */
#include "column.h"

int choice_index(const char *const *choices, struct bytes text)
{
	for (int i = 0; choices[i] != NULL; i++) {
		if (bytes_is_text(text, choices[i]))
			return i;
	}
	return -1;
}
