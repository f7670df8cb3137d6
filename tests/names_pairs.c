/* Scores pairs of names: lines of schema, name and name, parted by tabs; a score for each on stdout.  In place of a schema,
 * "ofac-site" asks for that site's score. */
#include "embargo/name.h"

#include <stdio.h>

static double score(em_str schema, em_str x, em_str y, em_arena *arena)
{
        em_schema s = EM_SCHEMA_THING;
        em_name   a, b;
        (void)em_schema_parse(schema, &s);
        em_arena_reset(arena);
        if (em_str_eq(schema, EM_S("ofac-site")))
                return em_name_like_ofac_site(x, y, arena);
        if (em_name_prepare(x, s, arena, &a, NULL) != EM_OK || em_name_prepare(y, s, arena, &b, NULL) != EM_OK)
                return -1;
        return em_name_score(&a, &b, &em_name_weights_default);
}

int main(void)
{
        char      line[16384];
        em_arena *arena = em_arena_new(1 << 26);
        while (arena && fgets(line, sizeof line, stdin)) {
                em_cut a = em_str_cut(em_str_trim(em_str_c(line)), '\t'), b = em_str_cut(a.tail, '\t');
                printf("%.6f\n", score(a.head, b.head, b.tail, arena));
        }
        em_arena_free(arena);
        return 0;
}
