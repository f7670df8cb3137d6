/* The service that the fuzz targets of serve ask: over an index of constructed people, made once, in memory's folder. */
#ifndef SERVE_MADE_H
#define SERVE_MADE_H

#include "embargo/json.h"
#include "embargo/serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline em_service *serve_made(void)
{
        static em_service *service;
        static const char table[] = "name,alias,type,id,born,country,passport,imo,wallet\n"
                                    "Kang Mun Sik,Kang Moon-sik;강문식,Person,P-001,1961-04-12,kp,654321987,,\n"
                                    "Ivan Drozdov,Иван Дроздов,Person,P-002,1975,ru,,,\n"
                                    "Blue Heron Trading Company,,Company,C-001,,cn,,,\n"
                                    "Sea Lantern,,Vessel,V-001,,kp,,9126819,\n"
                                    "Ledger,,CryptoWallet,W-001,,,,,0x52908400098527886e0f7030069857d2e4169ee7\n";
        char           dir[] = "/tmp/embargo-fuzz-XXXXXX", path[64];
        em_list       *list = NULL;
        em_names_built built;
        em_service_opts opts = em_service_defaults;
        if (service)
                return service;
        em_assert(mkdtemp(dir));
        snprintf(path, sizeof path, "%s/names.idx", dir);
        em_assert(em_list_parse(em_str_c(table), EM_S("made.csv"), NULL, &list, NULL) == EM_OK);
        const em_list *const all[] = {list};
        em_assert(em_names_build(all, 1, em_str_c(path), NULL, &built, NULL) == EM_OK);
        em_list_free(list);
        opts.index = em_str_c(path);
        opts.origins = EM_S("http://127.0.0.1:3333");
        em_assert(em_service_new(&opts, &service, NULL) == EM_OK);
        unlink(path);
        rmdir(dir);
        return service;
}

/* Every reply is whole: a known status, and JSON where it says so. */
static inline void serve_whole(em_reply *reply)
{
        em_assert(reply->status >= 200 && reply->status < 600 && reply->status != 500);
        if (strcmp(reply->type, "application/json") == 0 && reply->status != 204) {
                em_arena    *arena = em_arena_new((size_t)256 << 20);
                em_json_doc *doc = em_json_reader();
                em_jnode    *root = NULL;
                em_error     err = {0};
                em_assert(arena && doc);
                em_status s = em_json_parse(doc, em_buf_view(&reply->body), arena, &root, &err);
                em_assert(s == EM_OK && root->kind == EM_J_OBJECT);
                em_json_reader_free(doc);
                em_arena_free(arena);
        }
        em_buf_free(&reply->body);
}

#endif
