/* Any bytes are a name: they are prepared, asked of a small index and compared with all of it.  The index finds nothing
 * better than comparing everything does, and the reasons add up to the score.
 */
#include "embargo/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char list[] = "name,alias,schema,id\n\"RI, Son Gwon\",Lee Seon-gwon,Person,P1\n리선권,,Person,P2\n"
                           "Osama bin Laden,أسامة بن لادن,Person,P3\nВладимир Путин,V. Putin,Person,P4\n毛泽东,,Person,P5\n"
                           "CHONG CHON GANG,Chongchongang,Vessel,V1\nEMMA LLC,ООО Эмма,Company,C1\n11420 CORP.,,Company,C2\n"
                           "Al-Qa'ida/Islamic Army,,Organization,O1\nGeneral Trading 7,,Company,C3\n";

static em_names *made(void)
{
        char      path[64];
        em_list  *l = NULL;
        em_names *x = NULL;
        snprintf(path, sizeof path, "/tmp/embargo-fuzz-query-%d.idx", (int)getpid());
        if (em_list_parse((em_str){list, sizeof list - 1}, EM_S("l.csv"), NULL, &l, NULL) != EM_OK
            || em_names_build((const em_list *const *)&l, 1, em_str_c(path), NULL, NULL, NULL) != EM_OK
            || em_names_open(em_str_c(path), &x, NULL) != EM_OK)
                abort();
        em_list_free(l);
        unlink(path);
        return x;
}

static double best(const em_found *f)
{
        for (size_t i = 0; i < f->matches; i++) {
                double sum = 0;
                for (size_t r = 0; r < f->match[i].names.rows; r++)
                        sum += f->match[i].names.row[r].points;
                for (size_t r = 0; r < f->match[i].qualifiers; r++)
                        sum += f->match[i].qualifier[r].points;
                em_assert(sum - f->match[i].score < 1e-6 && f->match[i].score - sum < 1e-6);
                em_assert(f->match[i].score >= 0 && f->match[i].score <= 1);
        }
        return f->matches ? f->match[0].score : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static em_names *x;     /* made once: every input asks the same index */
        em_arena        *arena = em_arena_new(1 << 28);
        em_search_opts   o = em_search_defaults;
        em_found         some, all;
        em_str           folded;
        char             key[64];
        if (!x)
                x = made();
        if (!size || !arena)
                return em_arena_free(arena) != NULL;
        em_str   name = {(const char *)data + 1, size - 1};
        em_query q = {.name = &name, .names = 1, .schema = (em_schema)(data[0] % EM_SCHEMA_SCHEMAS)};
        o.least = .4;
        em_assert(em_names_search(x, &q, &o, arena, &some, NULL) == EM_OK);
        o.exhaustive = true;
        em_assert(em_names_search(x, &q, &o, arena, &all, NULL) == EM_OK);
        em_assert(best(&some) <= best(&all));
        em_assert(em_name_fold(name, arena, &folded, NULL) == EM_OK);
        (void)em_name_korean_key(folded, key, sizeof key);
        em_arena_free(arena);
        return 0;
}
