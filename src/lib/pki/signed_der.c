/* Reading and writing the shape of signed objects. */
#include "signed_der.h"

#include "oid.h"

#include <stdlib.h>
#include <string.h>

int signed_der_read(struct signed_der *s, struct bytes der)
{
	struct bytes fields;

	if (der_read(&der, DER_SEQUENCE, &fields) != 0 || der.size != 0 || der_read_element(&fields, DER_SEQUENCE, &s->tbs) != 0 ||
	    der_read_element(&fields, DER_SEQUENCE, &s->algorithm) != 0 || der_read_bits(&fields, &s->signature) != 0)
		return -1;
	s->rest = fields;
	return 0;
}

void *signed_der_keep(size_t struct_size, struct bytes der, struct bytes *kept)
{
	uint8_t *block = calloc(1, struct_size + der.size);

	if (block == NULL)
		return NULL;
	*kept = (struct bytes){memcpy(block + struct_size, der.data, der.size), der.size};
	return block;
}

int signed_der_write(struct bytes tbs, struct bytes signature, struct bytes rest, struct buf *out, struct err *err)
{
	struct der_writer w;

	der_start(&w, out);
	der_open(&w, DER_SEQUENCE);
	der_put_element(&w, tbs);
	signature_algorithm_write(&w);
	der_put_bits(&w, signature);
	der_put_element(&w, rest);
	der_close(&w);
	return der_finish(&w, err);
}

void signature_algorithm_write(struct der_writer *w)
{
	der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, oid_get(OID_SM2_WITH_SM3));
	der_close(w);
}

bool signature_algorithm_is_known(struct bytes element)
{
	struct bytes fields, oid, none;

	if (der_read(&element, DER_SEQUENCE, &fields) != 0 || der_read_oid(&fields, &oid) != 0)
		return false;
	if (fields.size != 0 && (der_read(&fields, DER_NULL, &none) != 0 || none.size != 0 || fields.size != 0))
		return false;
	return oid_find(oid) == OID_SM2_WITH_SM3;
}
