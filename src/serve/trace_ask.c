/* The query of a page about a chain, and the command that it stands for.
 *
 * Paths are made here only, out of the case's folder, the name of a folder in its index/ and the hash of a source: a request
 * chooses among them and cannot name another.
 */
#include "serve/trace_ask.h"
#include "embargo/moves.h"

#include <stdio.h>

/* ---- what there is to choose from --------------------------------------------------------------- */

static bool safe_name(em_str s)
{
        bool fit = s.n > 0 && s.n <= 80 && s.p[0] != '.' && s.p[0] != '-';
        for (size_t i = 0; i < s.n; i++)
                fit = fit && ((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= '0' && s.p[i] <= '9')
                              || strchr("._-", s.p[i]));
        return fit;
}

/* CASE/index/NAME, and what stands in it. */
static em_str in_index(const em_ask *ask, em_str name, const char *tail)
{
        return em_grid_text(ask->arena, "%.*s/index/%.*s%s", EM_ARG(em_desk_dir(ask->desk)), EM_ARG(name), tail);
}

static void add_index(em_ta *ta, em_str name)
{
        em_str dir = in_index(ta->ask, name, ""), mark = in_index(ta->ask, name, "/tx_find");
        bool   accounts = em_moves_is(dir);
        if (ta->indexes < EM_TA_INDEXES && safe_name(name) && (accounts || em_path_exists(mark)))
                ta->index[ta->indexes++] = (em_ta_index){name, accounts};
}

static em_status find_indexes(em_ta *ta, em_error *err)
{
        em_str *name = NULL, dir = in_index(ta->ask, EM_S(""), "");
        size_t  names = 0;
        if (!em_path_is_dir(dir))
                return EM_OK;
        EM_TRY(em_dir_list(dir, ta->ask->arena, &name, &names, err));
        for (size_t i = 0; i < names; i++)
                add_index(ta, name[i]);
        return EM_OK;
}

/* index=, else the case's own chain, else the first. */
static em_status choose_index(em_ta *ta, em_error *err)
{
        em_str asked = em_form_get(ta->ask->query, "index");
        char   shown[60];
        for (size_t i = 0; i < ta->indexes; i++)
                if (em_str_eq(ta->index[i].name, asked.n ? asked : EM_S("chain")))
                        ta->chosen = &ta->index[i];
        if (!ta->chosen && asked.n)
                return em_fail(err, EM_MISSING, "the case's folder index has no chain called \"%s\"", em_str_show(asked, shown, sizeof shown));
        if (!ta->chosen && ta->indexes)
                ta->chosen = &ta->index[0];
        return EM_OK;
}

static bool asked_for(em_form query, const char *field, em_str value)
{
        for (size_t i = 0; i < query.count; i++)
                if (em_str_eq(query.at[i].name, em_str_c(field)) && em_str_eq(query.at[i].value, value))
                        return true;
        return false;
}

static em_status find_labels(em_ta *ta, em_error *err)
{
        em_query_opts opts = em_query_defaults;
        em_rows       rows;
        em_case      *c;
        ta->labels_said = em_form_get(ta->ask->query, "labels").p != NULL;
        if (ta->ask->h.known.n && !em_day_parse(ta->ask->h.known, &opts.as_known))
                return em_fail(err, EM_USAGE, "known= is not a day such as 2022-03-01");
        EM_TRY(em_desk_case(ta->ask, &c, err));
        EM_TRY(em_case_query(c, EM_S("select source, sha256, name, taken from source where kind = 'label' order by sha256"), NULL, 0, &opts,
                             ta->ask->arena, &rows, err));
        for (size_t r = 0; r < rows.rows && ta->labels < EM_TA_LABELS; r++) {
                em_str source = em_rows_at(&rows, r, 0)->s;
                bool   on = !ta->labels_said || asked_for(ta->ask->query, "labels", source);
                ta->label[ta->labels++] = (em_ta_label){source, em_rows_at(&rows, r, 1)->s, em_rows_at(&rows, r, 2)->s,
                                                        em_rows_at(&rows, r, 3)->i, on};
        }
        return EM_OK;
}

/* ---- what is asked --------------------------------------------------------------------------------- */

bool em_ta_plain(em_str s)
{
        bool fit = s.n > 0 && s.n <= 300 && s.p[0] != '-';
        for (size_t i = 0; i < s.n; i++)
                fit = fit && ((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= '0' && s.p[i] <= '9')
                              || strchr(".:=@_-", s.p[i]));
        return fit;
}

static em_status refuse(const char *what, em_str word, const char *example, em_error *err)
{
        char shown[80];
        return em_fail(err, EM_USAGE, "%s: \"%s\" is not one such as %s", what, em_str_show(word, shown, sizeof shown), example);
}

/* Words parted by blanks, commas or line ends. */
static em_str next_word(em_str *text, const char *between)
{
        size_t from = 0, to;
        while (from < text->n && strchr(between, text->p[from]) && text->p[from])
                from++;
        for (to = from; to < text->n && !(text->p[to] && strchr(between, text->p[to]));)
                to++;
        em_str word = em_str_sub(*text, from, to - from);
        *text = em_str_sub(*text, to, text->n);
        return word;
}

static em_status add_starts(em_ta *ta, em_str text, em_error *err)
{
        for (em_str word = next_word(&text, " \t\r\n,;"); word.n; word = next_word(&text, " \t\r\n,;")) {
                if (!em_ta_plain(word) || em_str_eq(word, EM_S("check")) || em_str_eq(word, EM_S("look")))
                        return refuse("start", word, "TXID:0, TXID:0=12.5, a TXID or an address", err);
                if (ta->starts == EM_TA_STARTS)
                        return em_fail(err, EM_LIMIT, "start: at most %d; the command line takes any number", EM_TA_STARTS);
                ta->start[ta->starts++] = word;
        }
        return EM_OK;
}

static em_status add_policies(em_ta *ta, em_str text, em_error *err)
{
        for (em_str word = next_word(&text, " ,"); word.n; word = next_word(&text, " ,")) {
                if (!em_ta_plain(word))
                        return refuse("policy", word, "fifo", err);
                for (size_t i = 0; i < ta->policies; i++)
                        if (em_str_eq(ta->policy[i], word))
                                return em_fail(err, EM_USAGE, "policy: \"%.*s\" is named twice", EM_ARG(word));
                if (ta->policies == EM_TA_POLICIES)
                        return em_fail(err, EM_LIMIT, "policy: at most %d side by side", EM_TA_POLICIES);
                ta->policy[ta->policies++] = word;
        }
        return EM_OK;
}

em_status em_ta_read(em_ask *ask, em_ta *ret, em_error *err)
{
        *ret = (em_ta){.ask = ask};
        EM_TRY(find_indexes(ret, err));
        EM_TRY(choose_index(ret, err));
        EM_TRY(find_labels(ret, err));
        if (em_str_starts(ask->path, EM_S("/trace")) || em_form_get(ask->query, "prices").n || em_form_get(ask->query, "stops").n)
                EM_TRY(em_ta_tables(ret, err));
        for (size_t i = 0; i < ask->query.count; i++) {
                const em_form_item *f = &ask->query.at[i];
                if (em_str_eq(f->name, EM_S("start")))
                        EM_TRY(add_starts(ret, f->value, err));
                else if (em_str_eq(f->name, EM_S("policy")))
                        EM_TRY(add_policies(ret, f->value, err));
        }
        return EM_OK;
}

em_status em_ta_need_index(const em_ta *ta, em_error *err)
{
        if (ta->chosen)
                return EM_OK;
        return em_fail(err, EM_MISSING, "this case has no index of a chain; embargo --case %.*s index chain BLOCKS makes one, of raw blocks or "
                       "of an account chain's exported tables", EM_ARG(em_path_base(em_desk_dir(ta->ask->desk))));
}

em_status em_ta_value(const em_ta *ta, const char *field, em_str *ret_value, em_error *err)
{
        em_str value = em_str_trim(em_form_get(ta->ask->query, field));
        if (value.n && !em_ta_plain(value))
                return refuse(field, value, "a number, a day or a name", err);
        *ret_value = value;
        return EM_OK;
}

/* ---- words of a command ------------------------------------------------------------------------------- */

void em_ta_word(em_ta_words *w, em_str word)
{
        em_assert(w->n < EM_TA_WORDS);
        w->at[w->n++] = word;
}

em_status em_ta_option(const em_ta *ta, em_ta_words *w, const char *field, em_error *err)
{
        em_str value;
        EM_TRY(em_ta_value(ta, field, &value, err));
        if (value.n) {
                em_ta_word(w, em_grid_text(ta->ask->arena, "--%s", field));
                em_ta_word(w, value);
        }
        return EM_OK;
}

void em_ta_switch(const em_ta *ta, em_ta_words *w, const char *field)
{
        if (em_form_flag(ta->ask->query, field))
                em_ta_word(w, em_grid_text(ta->ask->arena, "--%s", field));
}

em_str em_ta_source_path(const em_ask *ask, em_str sha256)
{
        return em_grid_text(ask->arena, "%.*s/sources/%.2s/%.*s", EM_ARG(em_desk_dir(ask->desk)), sha256.p, EM_ARG(sha256));
}

/* A table of stops says which labels end a trace: without labels there is nothing for it to say. */
static void add_stops(const em_ta *ta, em_ta_words *w)
{
        for (size_t i = 0; i < ta->stops; i++)
                if (ta->stop[i].on) {
                        em_ta_word(w, EM_S("--stops"));
                        em_ta_word(w, em_ta_source_path(ta->ask, em_str_c(ta->stop[i].source->sha256)));
                }
}

em_status em_ta_chain(const em_ta *ta, em_ta_words *w, em_error *err)
{
        size_t labels = 0;
        EM_TRY(em_ta_need_index(ta, err));
        em_ta_word(w, EM_S("--chain"));
        em_ta_word(w, in_index(ta->ask, ta->chosen->name, ""));
        for (size_t i = 0; i < ta->labels; i++) {
                if (!ta->label[i].on)
                        continue;
                em_ta_word(w, EM_S("--labels"));
                em_ta_word(w, em_ta_source_path(ta->ask, ta->label[i].sha256));
                labels++;
        }
        if (labels)
                add_stops(ta, w);
        return EM_OK;
}

/* --prices of what was chosen, and --currency. */
static em_status add_prices(const em_ta *ta, em_ta_words *w, em_error *err)
{
        em_str currency;
        if (!em_ta_priced(ta))
                return EM_OK;
        EM_TRY(em_ta_value(ta, "currency", &currency, err));
        if (!currency.n)
                return em_fail(err, EM_USAGE, "currency= is missing: the money that the prices are in, such as USD");
        for (size_t i = 0; i < ta->prices; i++)
                if (ta->price[i].on) {
                        em_ta_word(w, EM_S("--prices"));
                        em_ta_word(w, em_ta_source_path(ta->ask, em_str_c(ta->price[i].source->sha256)));
                }
        em_ta_word(w, EM_S("--currency"));
        em_ta_word(w, currency);
        return EM_OK;
}

static em_str joined(const em_ta *ta)
{
        em_str all = EM_S("");
        for (size_t i = 0; i < ta->policies; i++)
                all = em_grid_text(ta->ask->arena, "%.*s%s%.*s", EM_ARG(all), i ? "," : "", EM_ARG(ta->policy[i]));
        return all;
}

em_status em_ta_trace(const em_ta *ta, em_str policy, em_ta_words *w, em_error *err)
{
        static const char *const options[] = {"fee", "hops", "min", "until", "as-of"};
        static const char *const switches[] = {"through-labels", "through-mixers", "contracts", "no-swaps", "through-decoys"};
        em_str rules = policy.n ? policy : joined(ta);
        EM_TRY(em_ta_need_index(ta, err));
        if (!ta->starts)
                return em_fail(err, EM_USAGE, "start= is missing: what the trace begins at");
        em_ta_word(w, EM_S("trace"));
        for (size_t i = 0; i < ta->starts; i++)
                em_ta_word(w, ta->start[i]);
        EM_TRY(em_ta_chain(ta, w, err));
        if (rules.n) {
                em_ta_word(w, EM_S("--policy"));
                em_ta_word(w, rules);
        }
        for (size_t i = 0; i < EM_COUNT(options); i++)
                if (!(ta->chosen->accounts && strcmp(options[i], "as-of") == 0))
                        EM_TRY(em_ta_option(ta, w, options[i], err));
        for (size_t i = 0; i < EM_COUNT(switches); i++)
                if (i < 2 || ta->chosen->accounts)
                        em_ta_switch(ta, w, switches[i]);
        return add_prices(ta, w, err);
}

em_status em_ta_line(const em_ta *ta, const em_ta_words *w, em_str *ret_line, em_error *err)
{
        em_ta_words own = {.n = 0};
        em_str      dir = em_desk_dir(ta->ask->desk), base = em_path_base(dir);
        for (size_t i = 0; i < w->n; i++) {
                em_str word = w->at[i];
                bool   below = em_str_starts(word, dir) && word.n > dir.n && word.p[dir.n] == '/';
                em_str tail = below ? em_str_sub(word, dir.n, word.n) : word;
                if (em_str_eq(word, EM_S("--chain")) && i + 1 < w->n && em_str_ends(w->at[i + 1], EM_S("/index/chain"))) {
                        i++;            /* the command's own default */
                        continue;
                }
                em_ta_word(&own, below ? em_grid_text(ta->ask->arena, "%.*s%.*s", EM_ARG(base), EM_ARG(tail)) : word);
        }
        return em_desk_line(ta->ask, own.at, own.n, ret_line, err);
}

/* ---- addresses -------------------------------------------------------------------------------------------- */

static em_str kept(const em_ask *ask, em_buf *out)
{
        em_str text = EM_S("");
        if (em_buf_status(out, NULL) == EM_OK && em_str_copy(em_buf_view(out), ask->arena, &text, NULL) != EM_OK)
                text = EM_S("");
        em_buf_free(out);
        return text;
}

em_str em_ta_escaped(const em_ask *ask, em_str value)
{
        em_buf out = em_buf_make(1 << 20);
        em_html_url(em_html_make(&out), value);
        return kept(ask, &out);
}

static bool left_out(const char *const *but, em_str name)
{
        for (; but && *but; but++)
                if (em_str_eq(name, em_str_c(*but)))
                        return true;
        return em_str_eq(name, EM_S("token"));
}

em_str em_ta_address(const em_ta *ta, const char *path, const char *const *but, em_str more)
{
        em_buf  out = em_buf_make(1 << 20);
        em_html h = em_html_make(&out);
        bool    first = true;
        em_buf_c(&out, path);
        for (size_t i = 0; i < ta->ask->query.count; i++) {
                const em_form_item *f = &ta->ask->query.at[i];
                if (left_out(but, f->name) || (!f->value.n && !em_str_eq(f->name, EM_S("labels"))))
                        continue;
                em_buf_c(&out, first ? "?" : "&");
                first = false;
                em_html_url(h, f->name);
                em_buf_ch(&out, '=');
                em_html_url(h, f->value);
        }
        if (more.n) {
                em_buf_c(&out, first ? "?" : "&");
                em_buf_str(&out, more);
        }
        return kept(ta->ask, &out);
}

void em_ta_href(const em_ta *ta, em_str address) { em_html_attr(ta->ask->h, "href", address); }

void em_ta_place(const em_ta *ta, const char *path, em_str id)
{
        em_ask *ask = ta->ask;
        em_buf  out = em_buf_make(1 << 16);
        em_html h = em_html_make(&out);
        char    between = strchr(path, '?') ? '&' : '?';
        em_buf_c(&out, path);
        em_html_url(h, id);
        const struct { const char *name; em_str value; } more[] = {
                {"index", ta->indexes > 1 && ta->chosen ? ta->chosen->name : EM_S("")}, {"known", ask->h.known}};
        for (size_t i = 0; i < EM_COUNT(more); i++) {
                if (!more[i].value.n)
                        continue;
                em_buf_fmt(&out, "%c%s=", between, more[i].name);
                em_html_url(h, more[i].value);
                between = '&';
        }
        em_html_attr(ask->h, "href", kept(ask, &out));
}
