/* An index of constructed people, made in a scratch folder, and the service over it. */
#ifndef SERVE_WORLD_H
#define SERVE_WORLD_H

#include "serve/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char serve_table[] =
        "name,alias,type,id,born,country,gender,passport,imo,wallet\n"
        "Kang Mun Sik,Kang Moon-sik,Person,P-001,1961-04-12,kp,male,654321987,,\n"
        "Ivan Drozdov,,Person,P-002,1975,ru,male,,,\n"
        "Blue Heron Trading Company,,Company,C-001,,cn,,,,\n"
        "Sea Lantern,,Vessel,V-001,,kp,,,9126819,\n";

/* The service over names.idx in dir (a template for mkdtemp), or NULL. */
static inline em_service *serve_world(char *dir, const char *token)
{
        char            path[256];
        em_error        err = {0};
        em_list        *list = NULL;
        em_names_built  built;
        em_service     *service = NULL;
        em_service_opts opts = em_service_defaults;
        if (!mkdtemp(dir))
                return NULL;
        snprintf(path, sizeof path, "%s/names.idx", dir);
        opts.index = em_str_c(path);
        opts.token = em_str_c(token);
        opts.origins = EM_S("http://127.0.0.1:3333");
        if (em_list_parse(em_str_c(serve_table), EM_S("made.csv"), NULL, &list, &err) == EM_OK) {
                const em_list *const all[] = {list};
                if (em_names_build(all, 1, em_str_c(path), NULL, &built, &err) != EM_OK || em_service_new(&opts, &service, &err) != EM_OK)
                        fprintf(stderr, "%s\n", err.text);
        }
        em_list_free(list);
        return service;
}

static inline void serve_world_end(const char *dir, em_service *service)
{
        char path[256];
        em_service_free(service);
        snprintf(path, sizeof path, "%s/names.idx", dir);
        unlink(path);
        rmdir(dir);
}

#endif
