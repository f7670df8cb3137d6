/* A small index of names changed at the places that the input names, its checksums set right again: it is refused, or
 * it answers every question without leaving its sections.
 *
 * An index has tables of fixed size that make it half a megabyte, so whole files would be poor inputs.  An input is
 * groups of six bytes: section, place in it (four), value.
 */
#include "names/names_inside.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char list[] = "name,alias,schema,id,born,imo\n\"RI, Son Gwon\",Lee Seon-gwon,Person,P1,1958,\n"
                           "리선권,,Person,P2,,\nCHONG CHON GANG,Chongchongang,Vessel,V1,1977,7937317\nEMMA LLC,,Company,C1,,\n";

static void path_of(char path[64])
{
        snprintf(path, 64, "/tmp/embargo-fuzz-names-%d.idx", (int)getpid());
}

static em_str made(em_arena *arena)
{
        char     path[64];
        em_list *l = NULL;
        em_str   bytes = {0};
        path_of(path);
        if (em_list_parse((em_str){list, sizeof list - 1}, EM_S("l.csv"), NULL, &l, NULL) != EM_OK
            || em_names_build((const em_list *const *)&l, 1, em_str_c(path), NULL, NULL, NULL) != EM_OK
            || em_file_read(em_str_c(path), 1 << 26, arena, &bytes, NULL) != EM_OK)
                abort();
        em_list_free(l);
        return bytes;
}

static void ask(const em_names *x)
{
        static const char *const names[] = {"Ri Son Gwon", "리선권", "Chongchon gang", "Ema LLC", "zzyzx qwv"};
        em_arena   *arena = em_arena_new(1 << 28);
        em_party_id imo = {.type = EM_S("imo"), .value = EM_S("7937317")};
        em_error    err = {0};
        for (size_t i = 0; arena && i < sizeof names / sizeof *names; i++)
                for (int all = 0; all < 2; all++) {
                        em_search_opts o = em_search_defaults;
                        em_str         name = em_str_c(names[i]);
                        em_query       q = {.name = &name, .names = 1, .number = &imo, .numbers = i & 1};
                        em_found       f;
                        o.exhaustive = all;
                        o.least = .3;
                        em_arena_reset(arena);
                        (void)!em_names_search(x, &q, &o, arena, &f, &err);
                }
        uint32_t party = 0;
        (void)!em_names_find(x, EM_S(""), EM_S("V1"), &party, &err);
        em_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        char       path[64];
        em_arena  *arena = em_arena_new(1 << 26);
        em_str     bytes = arena ? made(arena) : (em_str){0};
        char      *copy = malloc(bytes.n + 1);
        em_nx_head head;
        em_names  *x = NULL;
        if (!copy || bytes.n < sizeof head)
                abort();
        memcpy(copy, bytes.p, bytes.n);
        memcpy(&head, copy, sizeof head);
        for (; size >= 6; data += 6, size -= 6) {
                const em_nx_place *p = &head.place[data[0] % NX_SECTIONS];
                uint32_t           at = 0;
                memcpy(&at, data + 1, 4);
                if (p->length)
                        copy[p->at + at % p->length] = (char)data[5];
        }
        for (int s = 0; s < NX_SECTIONS; s++)
                head.place[s].check = em_nx_check(copy + head.place[s].at, (size_t)head.place[s].length);
        head.check = em_nx_check(&head, offsetof(em_nx_head, check));
        memcpy(copy, &head, sizeof head);
        path_of(path);
        int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
        if (fd < 0 || write(fd, copy, bytes.n) != (ssize_t)bytes.n)
                abort();
        close(fd);
        if (em_names_open(em_str_c(path), &x, NULL) == EM_OK)
                ask(x);
        em_names_close(x);
        unlink(path);
        free(copy);
        em_arena_free(arena);
        return 0;
}
