/* Any bytes are a list of the format own-csv: parties and rejects whose places lie in the file, never more than the file
 * has room for; the same bytes give the same again.
 */
#include "list_any.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const char *const formats[] = {"own-csv"};
        em_list  *l = NULL;
        em_schema schema;
        list_any(formats[0], data, size);
        /* And whatever format it looks like. */
        if (em_list_parse((em_str){(const char *)data, size}, EM_S("fuzz"), &(em_list_opts){.date = EM_DAY_NONE, .max = 1000}, &l, NULL) == EM_OK)
                em_list_free(l);
        em_assert(!em_schema_parse((em_str){(const char *)data, size}, &schema) || em_schema_name(schema)[0]);
        return 0;
}
