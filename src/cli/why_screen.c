/* Below a match: what was asked and where it stands in the evidence, the reasons, and the bytes of the list's entry.
 *
 * A match was computed, so its chain goes on in two directions: to the rows that name the party, and to the entry of the
 * list that it may be.  Both end in bytes that the case holds.
 */
#include "cli/screen_case.h"
#include "cli/why.h"

enum { NAMED_SHOWN = 4, REASONS_SHOWN = 24, FURTHER_MOST = 48, BYTES_SHOWN = 1200 };

static void add(em_why *w, const char *name, em_str text)
{
        if (text.n && w->furthers < FURTHER_MOST)
                w->further[w->furthers++] = (em_why_further){name, text};
}

static em_str cell(const em_why_record *r, const char *column)
{
        for (size_t i = 0; i < r->head.count && i < r->cells.count; i++)
                if (em_str_eq(r->head.field[i], em_str_c(column)))
                        return r->cells.field[i];
        return EM_S("");
}

static uint64_t number(em_str text)
{
        int64_t n = 0;
        return em_str_int(text, &n) && n > 0 ? (uint64_t)n : 0;
}

/* The row of each record that names the party, as it stands in its source. */
static em_status add_evidence(em_why *w, const em_why_record *r, em_error *err)
{
        em_str rest = cell(r, "named_in"), id = {0};
        size_t shown = 0, all = (size_t)number(cell(r, "records"));
        for (; shown < NAMED_SHOWN && em_str_word(&rest, &id); shown++) {
                em_held held = {0};
                em_str  head = {0}, row = {0};
                EM_TRY(em_case_record_find(w->c, id, w->cli->arena, &held, err));
                EM_TRY(em_case_excerpt(w->c, &held, w->cli->arena, &head, &row, err));
                add(w, "named in", em_cli_text(w->cli, "%.*s  %.*s", EM_ARG(id), EM_ARG(em_cli_safe(w->cli, em_str_sub(row, 0, BYTES_SHOWN)))));
        }
        if (all > shown)
                add(w, "named in", em_cli_text(w->cli, "and %zu more", all - shown));
        return EM_OK;
}

static void add_reasons(em_why *w, const em_why_record *r)
{
        em_str rest = cell(r, "reasons");
        for (size_t i = 0; i < REASONS_SHOWN && rest.n; i++) {
                ptrdiff_t at = em_str_find(rest, EM_S("; "));
                size_t    n = at < 0 ? rest.n : (size_t)at;
                add(w, "because", em_cli_safe(w->cli, em_str_sub(rest, 0, n)));
                rest = em_str_sub(rest, at < 0 ? n : n + 2, rest.n);
        }
        add(w, "score", em_cli_text(w->cli, "%.*s, %.*s; of labelled pairs with this score %.*s were the same",
                                    EM_ARG(cell(r, "score")), EM_ARG(cell(r, "band")), EM_ARG(cell(r, "probability"))));
        add(w, "against", em_cli_safe(w->cli, cell(r, "against")));
        if (cell(r, "runner_up").n)
                add(w, "next best", em_cli_text(w->cli, "%.*s, %.*s", EM_ARG(em_cli_safe(w->cli, cell(r, "runner_up"))),
                                                EM_ARG(cell(r, "runner_up_score"))));
}

/* The entry's own bytes, out of the list that the case holds. */
static em_status add_entry(em_why *w, const em_why_record *r, em_error *err)
{
        em_str     hash = cell(r, "list_sha256"), path = {0};
        uint64_t   at = number(cell(r, "offset")), n = number(cell(r, "length"));
        em_mapping map = {0};
        add(w, "may match", em_cli_text(w->cli, "%.*s (%.*s) of entry %.*s, list %.*s%s%.*s", EM_ARG(em_cli_safe(w->cli, cell(r, "listed_name"))),
                                        EM_ARG(cell(r, "name_kind")), EM_ARG(em_cli_safe(w->cli, cell(r, "entry"))),
                                        EM_ARG(em_cli_safe(w->cli, cell(r, "dataset"))), cell(r, "list_date").n ? " of " : "",
                                        EM_ARG(cell(r, "list_date"))));
        EM_TRY(em_path_join(em_case_dir(w->c), em_cli_text(w->cli, "sources/%.*s/%.*s", EM_ARG(em_str_sub(hash, 0, 2)), EM_ARG(hash)),
                            w->cli->arena, &path, err));
        if (hash.n != 64 || !em_path_exists(path)) {
                add(w, "list", EM_S("the case no longer holds it: embargo verify"));
                return EM_OK;
        }
        add(w, "list", em_cli_text(w->cli, "source %.*s, line %.*s%s", EM_ARG(em_str_sub(hash, 0, 8)), EM_ARG(cell(r, "line")),
                                   n ? em_cli_text(w->cli, ", %llu bytes from byte %llu", (unsigned long long)n, (unsigned long long)at).p
                                     : ", in several places"));
        EM_TRY(em_mapping_open(path, &map, err));
        if (n && at < map.n)
                add(w, "entry", em_cli_safe(w->cli, em_str_sub((em_str){map.p, map.n}, (size_t)at, n < BYTES_SHOWN ? (size_t)n : BYTES_SHOWN)));
        em_mapping_close(&map);
        return EM_OK;
}

em_status em_why_screen(em_why *w, const em_why_record *r, em_error *err)
{
        const em_record *rec = &r->held.record;
        em_screen_asked  a = {0};
        if (!em_str_eq(rec->kind, EM_S("screen")))
                return EM_OK;
        w->further = EM_NEW_N(w->cli->arena, em_why_further, FURTHER_MOST);
        if (!w->further)
                return em_fail(err, EM_NOMEM, "out of memory");
        em_str    run = em_str_sub(em_str_c(r->held.name), 0, 8);
        em_status s = em_screen_asked_load(w->cli, w->c, run, &a, err);
        if (s == EM_FORMAT) {           /* a table of another's making, read by the same map */
                *err = (em_error){0};
                return EM_OK;
        }
        EM_TRY(s);
        add(w, "run", em_cli_text(w->cli, "%.*s, by %.*s, of %.*s, from %.2f on", EM_ARG(run), EM_ARG(a.program),
                                  EM_ARG(em_cli_many(w->cli, a.lists, "list file", "list files")), a.opts.least));
        if (em_str_eq(rec->klass, EM_S("match"))) {
                em_str given = cell(r, "given");
                add(w, "asked", em_cli_safe(w->cli, em_cli_text(w->cli, "%.*s%s%.*s", EM_ARG(cell(r, "asked")), given.n ? ", " : "", EM_ARG(given))));
                EM_TRY(add_evidence(w, r, err));
                add_reasons(w, r);
                EM_TRY(add_entry(w, r, err));
        }
        add(w, "check", em_str_c(em_cli_next(w->cli, "verify")));
        return EM_OK;
}
