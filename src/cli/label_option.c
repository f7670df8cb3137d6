/* --labels and --stops: files and folders of labels, as any command takes them. */
#include "cli/label_option.h"

#include <stdlib.h>

enum { SHOWN_REJECTS = 3 };

typedef struct paths { em_str *at; size_t count, cap; em_arena *arena; } paths;

static em_status add(paths *to, em_str path, em_error *err)
{
        if (to->count == to->cap) {
                size_t  cap = to->cap ? 2 * to->cap : 16;
                em_str *at = EM_NEW_N(to->arena, em_str, cap);
                if (!at)
                        return em_fail(err, EM_NOMEM, "there are too many files of labels");
                if (to->count)
                        memcpy(at, to->at, to->count * sizeof *at);
                to->at = at;
                to->cap = cap;
        }
        to->at[to->count++] = path;
        return EM_OK;
}

/* A folder of labels has its README too. */
static bool is_readable_kind(em_str name)
{
        static const char *const ends[] = {".csv", ".tsv", ".txt", ".yaml", ".yml"};
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
                if (em_str_ends(name, em_str_c(ends[i])))
                        return true;
        return false;
}

static em_status add_folder(paths *to, em_str folder, em_error *err)
{
        em_str *name = NULL;
        size_t  n = 0, before = to->count;
        EM_TRY(em_dir_list(folder, to->arena, &name, &n, err));
        for (size_t i = 0; i < n; i++) {
                em_str path = {0};
                EM_TRY(em_path_join(folder, name[i], to->arena, &path, err));
                if (is_readable_kind(name[i]) && !em_path_is_dir(path))
                        EM_TRY(add(to, path, err));
        }
        if (to->count == before)
                return em_fail_at(err, EM_MISSING, folder, 0, 0,
                                  "no file of labels is in this folder (.csv .tsv .txt .yaml .yml)");
        return EM_OK;
}

static void tell_rejects(em_cli *cli, const em_labels *labels)
{
        const em_label_reject *list = NULL;
        size_t n = em_labels_rejects(labels, &list);
        for (size_t i = 0; i < n && i < SHOWN_REJECTS; i++)
                em_cli_say(cli, "%.*s:%llu: no label: %.*s", EM_ARG(em_cli_safe(cli, list[i].file)),
                           (unsigned long long)list[i].line, EM_ARG(em_cli_safe(cli, list[i].reason)));
        if (n > SHOWN_REJECTS)
                em_cli_say(cli, "and %.*s more; embargo labels FILE... lists them",
                           EM_ARG(em_cli_count(cli, n - SHOWN_REJECTS)));
}

em_status em_cli_labels_of(em_cli *cli, const em_str *path, size_t n, em_labels **ret_labels, em_error *err)
{
        paths          all = {.arena = cli->arena};
        em_labels_opts opts = {.stops = em_cli_value(cli, "stops")};
        for (size_t i = 0; i < n; i++) {
                if (em_path_is_dir(path[i]))
                        EM_TRY(add_folder(&all, path[i], err));
                else
                        EM_TRY(add(&all, path[i], err));
        }
        return em_labels_read(all.at, all.count, &opts, ret_labels, err);
}

em_status em_cli_labels(em_cli *cli, em_labels **ret_labels, em_error *err)
{
        paths  given = {.arena = cli->arena};
        em_str path = {0};
        for (size_t i = 0; em_option_nth(cli->parsed, "labels", i, &path); i++)
                EM_TRY(add(&given, path, err));
        if (!given.count && em_cli_given(cli, "stops"))
                return em_fail(err, EM_USAGE, "--stops is for --labels");
        *ret_labels = NULL;
        if (!given.count)
                return EM_OK;
        EM_TRY(em_cli_labels_of(cli, given.at, given.count, ret_labels, err));
        tell_rejects(cli, *ret_labels);
        return EM_OK;
}

/* ---- one label, shown ------------------------------------------------------------------- */

em_str em_cli_label_text(em_cli *cli, const em_label *l)
{
        em_str text = l->label;
        const struct { const char *before; em_str said; const char *after; } add[] = {
                {" (", l->category, ")"}, {"; actor: ", l->actor, ""}, {"; abuse: ", l->abuse, ""},
                {"; source: ", l->source.n ? l->source : l->file, ""}, {"; confidence: ", l->confidence, ""},
                {"; ", l->date, ""},
        };
        for (size_t i = 0; i < sizeof add / sizeof *add; i++)
                if (add[i].said.n)
                        text = em_cli_text(cli, "%.*s%s%.*s%s", EM_ARG(text), add[i].before, EM_ARG(add[i].said),
                                           add[i].after);
        return em_cli_safe(cli, text);
}

void em_cli_label_json(em_json *j, const em_label *l)
{
        em_json_open(j, '{');
        em_json_kstr(j, "label", l->label);
        em_json_kstr(j, "category", l->category);
        em_json_kstr(j, "actor", l->actor);
        em_json_kstr(j, "abuse", l->abuse);
        em_json_kstr(j, "source", l->source);
        em_json_kstr(j, "confidence", l->confidence);
        em_json_kstr(j, "date", l->date);
        em_json_kstr(j, "currency", l->currency);
        em_json_kstr(j, "file", l->file);
        em_json_kint(j, "line", (int64_t)l->line);
        em_json_kstr(j, "stop", em_str_c(em_label_stop_name(l->stop)));
        em_json_kbool(j, "ends_a_trace", l->stop != EM_LABEL_GOES_ON);
        em_json_close(j, '}');
}
