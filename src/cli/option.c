/* The command line read against the table of commands.  One pass, left to
 * right, no abbreviations and no reordering surprises: the first word that is
 * no option names the command, options may stand anywhere, "--" ends them.
 * What was probably meant is found by optimal string alignment, the restricted
 * edit distance of Damerau (Communications of the ACM 7(3), 1964).
 */
#include "cli/cli.h"

enum { NAME_MAX_LETTERS = 48 };

const em_flag em_flags_global[] = {
        {"case", 'C', EM_ARG_FOLDER, "DIR", "the case to work on (default: EMBARGO_CASE, or this folder)"},
        {"by", 0, EM_ARG_TEXT, "NAME", "who does this, for the ledger (default: the case's author)"},
        {"json", 0, EM_ARG_NONE, NULL, "data as JSON"},
        {"csv", 0, EM_ARG_NONE, NULL, "data as CSV"},
        {"no-color", 0, EM_ARG_NONE, NULL, "words only; NO_COLOR and TERM=dumb do the same"},
        {"quiet", 'q', EM_ARG_NONE, NULL, "data and errors only"},
        {"threads", 0, EM_ARG_COUNT, "N", "at most N threads (default: one for each core)"},
        {"version", 'V', EM_ARG_NONE, NULL, "print the version"},
        {"help", 'h', EM_ARG_NONE, NULL, "help, examples first"},
        {0},
};

static size_t smaller(size_t a, size_t b)
{
        return a < b ? a : b;
}

static size_t distance(em_str a, em_str b)
{
        size_t line[3][NAME_MAX_LETTERS + 1];
        for (size_t j = 0; j <= b.n; j++)
                line[0][j] = j;
        for (size_t i = 1; i <= a.n; i++) {
                size_t *now = line[i % 3], *last = line[(i + 2) % 3], *before = line[(i + 1) % 3];
                now[0] = i;
                for (size_t j = 1; j <= b.n; j++) {
                        size_t same = a.p[i - 1] == b.p[j - 1] ? 0 : 1;
                        now[j] = smaller(last[j - 1] + same, 1 + smaller(last[j], now[j - 1]));
                        if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
                                now[j] = smaller(now[j], before[j - 2] + 1);
                }
        }
        return line[a.n % 3][b.n];
}

const char *em_option_nearest(em_str word, const char *const *name, size_t count)
{
        const char *best = NULL;
        size_t      best_cost = SIZE_MAX;
        if (word.n == 0 || word.n > NAME_MAX_LETTERS)
                return NULL;
        for (size_t i = 0; i < count; i++) {
                em_str n = em_str_c(name[i]);
                if (n.n > NAME_MAX_LETTERS)
                        continue;
                bool   begins = word.n >= 2 && em_str_starts(n, word);
                size_t cost = begins ? 1 : distance(word, n);
                size_t near = begins ? 1 : (word.n > n.n ? word.n : n.n) / 3;
                if (cost <= near && cost < best_cost) {
                        best = name[i];
                        best_cost = cost;
                }
        }
        return best;
}

/* ---- reading ----------------------------------------------------------------- */

typedef struct reader {
        const em_command *const *table;
        size_t        count, words, at;
        const em_str *word;
        em_parsed     out;
} reader;

static const em_flag *flag_in(const em_flag *list, em_str name, char letter)
{
        for (; list && list->name; list++)
                if (letter ? list->letter == letter : em_str_eq(name, em_str_c(list->name)))
                        return list;
        return NULL;
}

static const em_flag *flag_named(const reader *r, em_str name, char letter)
{
        const em_flag *f = flag_in(em_flags_global, name, letter);
        return f || !r->out.command ? f : flag_in(r->out.command->flag, name, letter);
}

em_status em_option_unknown(em_status code, const char *what, em_str word,
                            const char *const *name, size_t count, em_error *err)
{
        const char *near = em_option_nearest(word, name, count);
        char        shown[96];
        em_str_show(word, shown, sizeof shown);
        if (near)
                return em_fail(err, code, "\"%s\" is no %s; did you mean %s?", shown, what, near);
        return em_fail(err, code, "\"%s\" is no %s", shown, what);
}

em_status em_option_unknown_command(const em_command *const *table, size_t count, em_str word,
                                    em_error *err)
{
        const char *name[64];
        size_t      n = 0;
        for (; n < count && n < sizeof name / sizeof *name; n++)
                name[n] = table[n]->name;
        return em_option_unknown(EM_USAGE, "command", word, name, n, err);
}

static em_status unknown_flag(const reader *r, em_str word, em_str name, em_error *err)
{
        const char *known[96], *near;
        char        shown[64];
        size_t      n = 0;
        for (const em_flag *f = em_flags_global; f->name; f++)
                known[n++] = f->name;
        if (r->out.command)
                for (const em_flag *f = r->out.command->flag; f && f->name && n < 96; f++)
                        known[n++] = f->name;
        near = em_option_nearest(name, known, n);
        em_str_show(word, shown, sizeof shown);
        const char *of = r->out.command ? r->out.command->name : "embargo";
        if (near)
                return em_fail(err, EM_USAGE, "%s is no option of %s; did you mean --%s?", shown, of,
                               near);
        return em_fail(err, EM_USAGE, "%s is no option of %s", shown, of);
}

static em_status check_value(const em_flag *f, em_str value, em_error *err)
{
        char    shown[96];
        em_day  day, to;
        int64_t number;
        em_cut  cut = em_str_cut(value, '/');
        em_str_show(value, shown, sizeof shown);
        if (f->kind != EM_ARG_NONE && value.n == 0)
                return em_fail(err, EM_USAGE, "--%s is given nothing; it needs %s", f->name, f->argument);
        if (f->kind == EM_ARG_DAY && !em_day_parse(value, &day))
                return em_fail(err, EM_USAGE, "--%s: \"%s\" is not a day (YYYY-MM-DD)", f->name, shown);
        if (f->kind == EM_ARG_SPAN &&
            (!cut.found || !em_day_parse(cut.head, &day) || !em_day_parse(cut.tail, &to) || to < day))
                return em_fail(err, EM_USAGE,
                               "--%s: \"%s\" is not a span of days (YYYY-MM-DD/YYYY-MM-DD)", f->name, shown);
        if (f->kind == EM_ARG_COUNT && (!em_str_int(value, &number) || number < 0 || number > 1000000000))
                return em_fail(err, EM_USAGE, "--%s: \"%s\" is not a whole number", f->name, shown);
        if (f->kind == EM_ARG_GRADE && (value.n != 1 || value.p[0] < 'A' || value.p[0] > 'F'))
                return em_fail(err, EM_USAGE, "--%s: \"%s\" is not a grade (A, B, C, D, E or F)", f->name,
                               shown);
        return EM_OK;
}

static em_status keep_value(reader *r, const em_flag *f, em_str value, em_error *err)
{
        for (size_t i = 0; i < r->out.values; i++)
                if (r->out.value[i].flag == f && f->kind != EM_ARG_FILES)
                        return em_fail(err, EM_USAGE, "--%s is given twice", f->name);
        EM_TRY(check_value(f, value, err));
        r->out.value[r->out.values++] = (em_flag_value){f, value};
        return EM_OK;
}

static em_status take_value(reader *r, const em_flag *f, em_str inside, bool has, em_error *err)
{
        if (f->kind == EM_ARG_NONE) {
                if (has)
                        return em_fail(err, EM_USAGE, "--%s takes no value", f->name);
                return keep_value(r, f, EM_S(""), err);
        }
        if (!has) {
                if (r->at == r->words)
                        return em_fail(err, EM_USAGE, "--%s needs %s", f->name, f->argument);
                inside = r->word[r->at++];
        }
        return keep_value(r, f, inside, err);
}

static em_status long_flag(reader *r, em_str word, em_error *err)
{
        em_cut         cut = em_str_cut(em_str_sub(word, 2, word.n), '=');
        const em_flag *f = flag_named(r, cut.head, 0);
        if (!f)
                return unknown_flag(r, em_str_sub(word, 0, cut.head.n + 2), cut.head, err);
        return take_value(r, f, cut.tail, cut.found, err);
}

/* "-q", "-qC DIR", "-CDIR": switches may share a dash, a value ends it. */
static em_status short_flags(reader *r, em_str word, em_error *err)
{
        for (size_t i = 1; i < word.n; i++) {
                const em_flag *f = flag_named(r, EM_S(""), word.p[i]);
                if (!f)
                        return unknown_flag(r, word, em_str_sub(word, 1, word.n), err);
                if (f->kind != EM_ARG_NONE)
                        return take_value(r, f, em_str_sub(word, i + 1, word.n), i + 1 < word.n, err);
                EM_TRY(take_value(r, f, EM_S(""), false, err));
        }
        return EM_OK;
}

static em_status plain_word(reader *r, em_str word, em_error *err)
{
        if (r->out.command) {
                r->out.operand[r->out.operands++] = word;
                return EM_OK;
        }
        for (size_t i = 0; i < r->count; i++)
                if (em_str_eq(word, em_str_c(r->table[i]->name)))
                        r->out.command = r->table[i];
        return r->out.command ? EM_OK : em_option_unknown_command(r->table, r->count, word, err);
}

static em_status check_operands(const em_parsed *p, em_error *err)
{
        const em_command *c = p->command;
        char shown[96];
        if (!c || em_option_given(p, "help"))
                return EM_OK;
        if (p->operands < c->least)
                return em_fail(err, EM_USAGE, "%s needs %s", c->name, c->usage);
        if (p->operands > c->most)
                return em_fail(err, EM_USAGE, "%s: \"%s\" is one word too many", c->name,
                               em_str_show(p->operand[c->most], shown, sizeof shown));
        bool json = em_option_given(p, "json"), csv = em_option_given(p, "csv");
        if (json && !c->json)
                return em_fail(err, EM_USAGE, "%s prints no data for --json", c->name);
        if (csv && !c->csv)
                return em_fail(err, EM_USAGE, "%s prints no table for --csv", c->name);
        if (json && csv)
                return em_fail(err, EM_USAGE, "--json and --csv cannot both be had at once");
        return EM_OK;
}

em_status em_option_parse(const em_command *const *table, size_t count, size_t words,
                          const em_str *word, em_arena *arena, em_parsed *ret_parsed, em_error *err)
{
        reader r = {.table = table, .count = count, .words = words, .word = word};
        bool   ended = false;
        r.out.value = EM_NEW_N(arena, em_flag_value, words + 1);
        r.out.operand = EM_NEW_N(arena, em_str, words + 1);
        if (!r.out.value || !r.out.operand)
                return em_fail(err, EM_NOMEM, "the command line is too long");
        while (r.at < words) {
                em_str w = word[r.at++];
                if (!ended && em_str_eq(w, EM_S("--")))
                        ended = true;
                else if (!ended && em_str_starts(w, EM_S("--")))
                        EM_TRY(long_flag(&r, w, err));
                else if (!ended && w.n > 1 && w.p[0] == '-')
                        EM_TRY(short_flags(&r, w, err));
                else
                        EM_TRY(plain_word(&r, w, err));
        }
        EM_TRY(check_operands(&r.out, err));
        *ret_parsed = r.out;
        return EM_OK;
}

em_str em_option_value(const em_parsed *parsed, const char *name)
{
        for (size_t i = 0; i < parsed->values; i++)
                if (strcmp(parsed->value[i].flag->name, name) == 0)
                        return parsed->value[i].value;
        return (em_str){0};
}

bool em_option_given(const em_parsed *parsed, const char *name)
{
        return em_option_value(parsed, name).p != NULL;
}

bool em_option_nth(const em_parsed *parsed, const char *name, size_t n, em_str *ret_value)
{
        for (size_t i = 0; i < parsed->values; i++)
                if (strcmp(parsed->value[i].flag->name, name) == 0 && n-- == 0) {
                        *ret_value = parsed->value[i].value;
                        return true;
                }
        return false;
}
