/* Routes of the pages for doing: evidence in, notes. */
#include "serve/doing.h"

static const em_route_param about_params[] = {{"about", "string", "a finding's key, a record or a source"}, {0}};
static const em_route_param form_params[] = {{"about", "string", "a finding's key, a record or a source"},
                                             {"sort", "string", "reply, alternative, link, grade or sign-off"}, {0}};
static const em_route_param map_params[] = {{"map", "string", "read the file by this map of the regime"}, {0}};

enum { WRITES = EM_ROUTE_CASE | EM_ROUTE_WRITES };

const em_route em_routes_doing[] = {
        {"GET", "/add", EM_FAMILY_PAGE, em_doing_add_list, "a form for files, and what waits in the inbox", NULL, NULL, WRITES},
        {"POST", "/add", EM_FAMILY_PAGE, em_doing_add_upload, "files into the inbox; nothing is taken yet", "multipart/form-data: form, file...", NULL,
         WRITES | EM_ROUTE_UPLOAD},
        {"GET", "/add/{id}", EM_FAMILY_PAGE, em_doing_add_one, "what a file of the inbox would become, and the form for its custody", NULL, map_params, WRITES},
        {"POST", "/add/{id}/take", EM_FAMILY_PAGE, em_doing_add_take, "takes it into custody",
         "form=...&name=&publisher=&origin=&published=&obtained_on=&obtained_by=&method=&grade=&terms=&access=&covers_from=&covers_to=&map=", NULL, WRITES},
        {"POST", "/add/{id}/remove", EM_FAMILY_PAGE, em_doing_add_remove, "takes it out of the inbox", "form=...", NULL, WRITES},
        {"GET", "/notes", EM_FAMILY_PAGE, em_doing_notes, "what people said: replies, alternatives, links, grades, sign-offs", NULL, about_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT},
        {"POST", "/notes", EM_FAMILY_PAGE, em_doing_note_write, "writes a note",
         "form=...&sort=&about=&text=&party=&said_on=&grade=&relation=&other=&certainty=&withheld=", NULL, WRITES},
        {"GET", "/notes/new", EM_FAMILY_PAGE, em_doing_note_form, "a form for a note", NULL, form_params, WRITES},
        {0},
};
