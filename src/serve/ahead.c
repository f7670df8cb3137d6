/* Pages that are made before somebody asks.
 *
 * A page is made once for each state of the case and kept (kept.c), and so whoever comes first pays for all.  The dear ones are
 * therefore asked for by a thread of our own as soon as the case has been read, through the same dispatcher as any request:
 * what it makes is what a visitor would have got, and a visitor who comes meanwhile waits for the same page instead of making it twice.
 */
#include "serve/desk.h"
#include "serve/report_page.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct em_ahead {
        em_service *service;
        em_desk    *desk;
        em_made_fn *made; void *ctx;
        pthread_t   thread;
};

static double now_ms(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static void make(em_ahead *h, em_str target)
{
        double   from = now_ms();
        unsigned status = em_service_ahead(h->service, target);
        if (status && h->made)
                h->made(h->ctx, target, status, now_ms() - from);
}

/* Ways through a long list are for whoever takes them: pages as they are without parameters. */
static bool ask_routes(em_ahead *h, uint64_t stamp)
{
        const em_route *r;
        for (size_t i = 0; (r = em_route_at(i)) != NULL; i++) {
                if (!(r->flags & EM_ROUTE_AHEAD))
                        continue;
                if (!em_desk_calm(h->desk, stamp))
                        return false;
                make(h, em_str_c(r->path));
        }
        return true;
}

/* The addresses that /reports links to. */
static void ask_reports(em_ahead *h, uint64_t stamp, em_arena *arena)
{
        em_str *name = NULL;
        size_t  names = 0;
        if (em_report_templates(em_desk_regime_dir(h->desk), arena, &name, &names, NULL) != EM_OK)
                return;
        for (size_t i = 0; i < names && em_desk_calm(h->desk, stamp); i++) {
                em_buf target = em_buf_make(1 << 12);
                em_buf_c(&target, "/report?template=");
                em_html_url(em_html_make(&target), name[i]);
                if (name[i].n && em_buf_status(&target, NULL) == EM_OK)
                        make(h, em_buf_view(&target));
                em_buf_free(&target);
        }
}

static void *run(void *arg)
{
        em_ahead *h = arg;
        em_arena *arena = em_arena_new(1 << 20);
        uint64_t  stamp = 0;
        while (arena && em_desk_await(h->desk, &stamp)) {
                double from = now_ms();
                if (ask_routes(h, stamp))
                        ask_reports(h, stamp, arena);
                if (h->made && em_desk_calm(h->desk, stamp))
                        h->made(h->ctx, (em_str){0}, 0, now_ms() - from);
                em_arena_reset(arena);
        }
        em_arena_free(arena);
        return NULL;
}

em_ahead *em_ahead_begin(em_service *service, em_desk *desk, em_made_fn *made, void *ctx)
{
        em_ahead *h = calloc(1, sizeof *h);
        if (!h)
                return NULL;
        *h = (em_ahead){.service = service, .desk = desk, .made = made, .ctx = ctx};
        if (pthread_create(&h->thread, NULL, run, h) == 0)
                return h;
        free(h);
        return NULL;
}

em_ahead *em_ahead_end(em_ahead *h)
{
        if (h) {
                em_desk_hush(h->desk);
                (void)pthread_join(h->thread, NULL);
                free(h);
        }
        return NULL;
}
