/* The style sheet, the scripts and the icon: the same for every case, so they need no token and are kept by the browser. */
#include "serve/desk.h"

const em_asset *em_asset_find(em_str name)
{
        size_t n;
        const em_asset *a = em_assets(&n);
        for (size_t i = 0; i < n; i++)
                if (em_str_eq(name, em_str_c(a[i].name)))
                        return &a[i];
        return NULL;
}

static void tag(em_ask *ask)
{
        char hex[65];
        em_sha256_hex(em_sha256_of(em_buf_view(&ask->reply->body)), hex);
        ask->reply->tag[0] = '"';
        memcpy(ask->reply->tag + 1, hex, 32);
        ask->reply->tag[33] = '"';
        if (em_str_eq(ask->request->none_match, em_str_c(ask->reply->tag))) {
                em_buf_clear(&ask->reply->body);
                ask->reply->status = 304;
        }
}

static em_status answer_style(em_ask *ask, em_error *err)
{
        const em_asset *own = em_asset_find(EM_S("pages.css"));
        em_assert(own);
        ask->reply->type = own->type;
        em_report_style(&ask->reply->body);
        em_buf_add(&ask->reply->body, own->bytes, own->n);
        tag(ask);
        return em_buf_status(&ask->reply->body, err);
}

static em_status answer_file(em_ask *ask, em_error *err)
{
        const em_asset *a = em_asset_find(ask->part);
        if (!a)
                return em_fail(err, EM_MISSING, "the pages have no such file");
        ask->reply->type = a->type;
        em_buf_add(&ask->reply->body, a->bytes, a->n);
        tag(ask);
        return em_buf_status(&ask->reply->body, err);
}

const em_route em_routes_files[] = {
        {"GET", "/ui/style.css", EM_FAMILY_PAGE, answer_style, "the style sheet of all pages", NULL, NULL, EM_ROUTE_FREE | EM_ROUTE_KEPT},
        {"GET", "/ui/{file}", EM_FAMILY_PAGE, answer_file, "scripts and pictures of the pages", NULL, NULL, EM_ROUTE_FREE},
        {0},
};
