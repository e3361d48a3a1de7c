/* The table of object identifiers. */
#include "oid.h"

static const struct bytes contents[] = {
#define X(name, content) BYTES_LITERAL(content),
    OIDS(X)
#undef X
};

struct bytes oid_get(enum oid oid)
{
	return oid < OID_OTHER ? contents[oid] : BYTES_NONE;
}

enum oid oid_find(struct bytes content)
{
	for (unsigned i = 0; i < OID_OTHER; i++) {
		if (bytes_equal(content, contents[i]))
			return (enum oid)i;
	}
	return OID_OTHER;
}
