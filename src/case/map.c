/* case/map.c -- reading the map language: what the columns of a table are.
 *
 * A map is data that comes with a regime, so that a new table needs no C.  It
 * says only which column is what; it cannot compute, loop or refer to other
 * rows, and so reading one is a single pass over its lines.  One row of the
 * table below is one keyword: its name, whether it may stand more than once,
 * and the function that takes its arguments.
 *
 * The idea of describing a table apart from the table is that of the W3C's
 * "Metadata Vocabulary for Tabular Data" (17 December 2015); the words here
 * are those of evidence, where an empty cell must be said to mean something.
 */
#include "case/map_rules.h"
#include "case/store.h"

typedef struct em_map_reader {
        em_map   *map;
        em_arena *arena;
        em_error *err;
        uint64_t  line;
        em_str    word[EM_MAP_MAX_WORDS];       /* arguments, without the keyword */
        size_t    count;
        em_str    keyword;
} em_map_reader;

static em_status wrong(const em_map_reader *r, const char *sentence)
{
        char name[64];
        return em_fail_at(r->err, EM_FORMAT, r->map->name, r->line, 0, "%s: %s",
                          em_str_show(r->keyword, name, sizeof name), sentence);
}

/* ---- pieces that several keywords share ------------------------------- */

static bool is_word(em_str s, const char *word)
{
        return em_str_eq(s, em_str_c(word));
}

static bool is_unit(em_str s)
{
        if (s.n == 0 || s.n > EM_MAP_MAX_NAME)
                return false;
        for (size_t i = 0; i < s.n; i++)
                if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f || s.p[i] == '[' || s.p[i] == ']')
                        return false;
        return true;
}

/* words[from..]: COLUMN [else COLUMN...] or = "constant". */
static em_status read_pick(em_map_reader *r, size_t from, size_t to, em_pick *ret_pick)
{
        em_pick pick = { .count = 0 };
        if (from == to)
                return wrong(r, "a column is missing");
        if (is_word(r->word[from], "=")) {
                if (to - from != 2)
                        return wrong(r, "= takes one constant");
                pick.is_constant = true;
                pick.constant = r->word[from + 1];
                *ret_pick = pick;
                return EM_OK;
        }
        for (size_t i = from; i < to; i += 2) {
                if (pick.count == EM_MAP_MAX_PICKS)
                        return wrong(r, "more than eight alternatives");
                pick.column[pick.count++] = r->word[i];
                if (i + 1 < to && (!is_word(r->word[i + 1], "else") || i + 2 == to))
                        return wrong(r, "between two columns stands \"else\"");
        }
        *ret_pick = pick;
        return EM_OK;
}

static em_status read_column(em_map_reader *r, em_str *ret_column)
{
        if (r->count != 1)
                return wrong(r, "takes one column");
        *ret_column = r->word[0];
        return EM_OK;
}

static em_status read_unit(em_map_reader *r, em_str word, em_amount_rule *rule)
{
        if (word.n > 2 && word.p[0] == '[' && word.p[word.n - 1] == ']') {
                rule->unit = em_str_sub(word, 1, word.n - 2);
                rule->unit_is_column = true;
                return EM_OK;
        }
        if (!is_unit(word))
                return wrong(r, "a unit is one word, or [column]");
        rule->unit = word;
        return EM_OK;
}

/* COLUMN UNIT | = NUMBER UNIT | COLUMN to COLUMN UNIT, from word i; *ret_next is
 * the first word that it did not take. */
static em_status read_amount(em_map_reader *r, size_t i, em_amount_rule *ret_rule, size_t *ret_next)
{
        em_amount_rule rule = { .is_constant = false };
        em_milli low, high;
        if (i < r->count && is_word(r->word[i], "=")) {
                if (i + 2 >= r->count || !em_milli_parse(r->word[i + 1], &low, &high))
                        return wrong(r, "= takes a number and a unit");
                rule.is_constant = true;
                rule.constant = r->word[i + 1];
                i += 2;
        } else if (i + 3 < r->count && is_word(r->word[i + 1], "to")) {
                rule.low = r->word[i];
                rule.high = r->word[i + 2];
                i += 3;
        } else if (i + 1 < r->count) {
                rule.low = r->word[i];
                i += 1;
        } else {
                return wrong(r, "takes a column and a unit");
        }
        EM_TRY(read_unit(r, r->word[i], &rule));
        *ret_rule = rule;
        *ret_next = i + 1;
        return EM_OK;
}

/* Names that every view of records already has (doc/views.md). */
static bool is_taken_name(em_str name)
{
        static const char *const taken[] = {
                "record", "id", "kind", "key", "what", "class", "who", "place", "lat", "lon",
                "day", "day_from", "day_to", "utc_day", "utc_from", "utc_to", "time_utc",
                "precision", "known", "state", "low", "high", "stated", "low_milli", "high_milli",
                "stated_milli", "rounding", "unit", "quantifier", "credibility", "reliability",
                "source", "row", "line", "fields",
        };
        for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
                if (is_word(name, taken[i]))
                        return true;
        return false;
}

static em_status add_field(em_map_reader *r, em_str name, const char *suffix, em_field_type type)
{
        em_map *m = r->map;
        em_str  full;
        if (m->field_count == EM_MAP_MAX_FIELDS)
                return wrong(r, "more than 128 fields");
        EM_TRY(em_str_format(r->arena, &full, r->err, "%.*s%s", EM_ARG(name), suffix));
        if (!em_name_ok(full))
                return wrong(r, "a name is small letters, digits and _, starts with a letter, and is short");
        if (is_taken_name(full))
                return wrong(r, "that name is one of the columns that every record has");
        for (size_t i = 0; i < m->field_count; i++)
                if (em_str_eq(m->field[i].name, full))
                        return wrong(r, "that name stands twice");
        m->field[m->field_count++] = (em_map_field){ full, type };
        return EM_OK;
}

/* ---- one function for each keyword ------------------------------------- */

static em_status read_kind(em_map_reader *r)
{
        if (r->count != 1 || !em_name_ok(r->word[0]))
                return wrong(r, "takes one name: small letters, digits and _");
        if (em_kind_reserved(r->word[0]))
                return wrong(r, "that name is one that every case has; take another");
        r->map->kind = r->word[0];
        return EM_OK;
}

static em_status read_needs(em_map_reader *r)
{
        em_map *m = r->map;
        if (r->count == 0)
                return wrong(r, "takes at least one column");
        m->needs = EM_NEW_N(r->arena, em_str, r->count);
        if (m->needs == NULL)
                return em_fail(r->err, EM_NOMEM, "no memory for the map");
        memcpy(m->needs, r->word, r->count * sizeof *m->needs);
        m->need_count = r->count;
        return EM_OK;
}

static em_status read_key(em_map_reader *r)
{
        if (r->count == 0 || r->count > EM_MAP_MAX_PICKS)
                return wrong(r, "takes one to eight columns");
        memcpy(r->map->key, r->word, r->count * sizeof r->word[0]);
        r->map->key_count = r->count;
        return EM_OK;
}

static em_status read_when(em_map_reader *r)
{
        if (r->count == 3 && is_word(r->word[1], "to")) {
                r->map->when_to = r->word[2];
                return read_pick(r, 0, 1, &r->map->when);
        }
        return read_pick(r, 0, r->count, &r->map->when);
}

static em_status read_calendar(em_map_reader *r)
{
        static const struct { const char *name; em_calendar calendar; } names[] = {
                { "utc", EM_CALENDAR_UTC }, { "korean", EM_CALENDAR_KOREAN },
                { "pyongyang", EM_CALENDAR_PYONGYANG },
        };
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
                if (r->count == 1 && is_word(r->word[0], names[i].name)) {
                        r->map->calendar = names[i].calendar;
                        return EM_OK;
                }
        return wrong(r, "is utc, korean or pyongyang");
}

static em_status read_utc(em_map_reader *r)       { return read_pick(r, 0, r->count, &r->map->utc); }
static em_status read_time(em_map_reader *r)      { return read_column(r, &r->map->time); }
static em_status read_precision(em_map_reader *r) { return read_column(r, &r->map->precision); }

static em_status read_known(em_map_reader *r)
{
        em_known_rule rule = { .how = EM_KNOWN_COLUMN };
        if (r->map->known_count == EM_MAP_MAX_PICKS)
                return wrong(r, "more than eight lines");
        if (r->count == 1 && is_word(r->word[0], "when")) {
                rule.how = EM_KNOWN_WHEN;
        } else if (r->count > 1 && is_word(r->word[0], "date-in")) {
                if (r->count - 1 > EM_MAP_MAX_PICKS)
                        return wrong(r, "more than eight columns");
                rule.how = EM_KNOWN_DATE_IN;
                rule.columns.count = r->count - 1;
                memcpy(rule.columns.column, r->word + 1, (r->count - 1) * sizeof r->word[0]);
        } else {
                EM_TRY(read_pick(r, 0, r->count, &rule.columns));
                if (rule.columns.is_constant)
                        return wrong(r, "takes a column, date-in and columns, or when");
        }
        r->map->known[r->map->known_count++] = rule;
        return EM_OK;
}

static em_status read_what(em_map_reader *r)  { return read_pick(r, 0, r->count, &r->map->what); }
static em_status read_class(em_map_reader *r) { return read_pick(r, 0, r->count, &r->map->klass); }
static em_status read_who(em_map_reader *r)   { return read_pick(r, 0, r->count, &r->map->who); }
static em_status read_place(em_map_reader *r) { return read_pick(r, 0, r->count, &r->map->place); }
static em_status read_lat(em_map_reader *r)   { return read_column(r, &r->map->lat); }
static em_status read_lon(em_map_reader *r)   { return read_column(r, &r->map->lon); }

static em_status read_amounts(em_map_reader *r)
{
        em_map *m = r->map;
        size_t  i = 0;
        do {
                if (m->amount_count == EM_MAP_MAX_PICKS)
                        return wrong(r, "more than eight alternatives");
                if (i > 0 && !is_word(r->word[i++], "else"))
                        return wrong(r, "between two amounts stands \"else\"");
                EM_TRY(read_amount(r, i, &m->amount[m->amount_count], &i));
                m->amount_count++;
        } while (i < r->count);
        return EM_OK;
}

static em_status read_also(em_map_reader *r)
{
        em_put_rule put = { .is_amount = true };
        size_t next = 0;
        if (r->count < 3)
                return wrong(r, "takes a name, a column and a unit");
        if (r->map->put_count == EM_MAP_MAX_FIELDS)
                return wrong(r, "more than 128 fields");
        put.name = r->word[0];
        EM_TRY(read_amount(r, 1, &put.amount, &next));
        if (next + 2 == r->count && is_word(r->word[next], "as")) {
                put.worded = r->word[next + 1];
                next += 2;
        }
        if (next != r->count)
                return wrong(r, "after the unit there may only stand: as COLUMN");
        EM_TRY(add_field(r, put.name, "", EM_FIELD_NUMBER));
        EM_TRY(add_field(r, put.name, "_low_milli", EM_FIELD_NUMBER));
        EM_TRY(add_field(r, put.name, "_high_milli", EM_FIELD_NUMBER));
        EM_TRY(add_field(r, put.name, "_unit", EM_FIELD_TEXT));
        r->map->put[r->map->put_count++] = put;
        return EM_OK;
}

static em_status read_quantifier(em_map_reader *r) { return read_column(r, &r->map->quantifier); }

/* Kept longest first, so that the first prefix that fits is the longest. */
static em_status read_word(em_map_reader *r)
{
        em_map *m = r->map;
        em_quantifier q;
        if (r->count != 2 || r->word[0].n == 0 || !em_quantifier_parse(r->word[1], &q))
                return wrong(r, "takes the evidence's word and a quantifier such as at-least");
        size_t at = m->word_count;
        while (at > 0 && m->word[at - 1].word.n < r->word[0].n) {
                m->word[at] = m->word[at - 1];
                at--;
        }
        m->word[at] = (em_word_rule){ r->word[0], q };
        m->word_count++;
        return EM_OK;
}

static bool read_credibility(em_str s, int *ret)
{
        int64_t n;
        if (!em_str_int(s, &n) || n < 1 || n > 6)
                return false;
        *ret = (int)n;
        return true;
}

static em_status read_grade(em_map_reader *r)
{
        em_map *m = r->map;
        if (r->count == 2 && is_word(r->word[0], "=")) {
                if (!read_credibility(r->word[1], &m->grade_constant))
                        return wrong(r, "a credibility is 1 to 6");
                return EM_OK;
        }
        if (r->count < 2)
                return wrong(r, "takes a column and word=1..6, or = 1..6");
        m->grade = r->word[0];
        m->grades = EM_NEW_N(r->arena, em_grade_rule, r->count - 1);
        if (m->grades == NULL)
                return em_fail(r->err, EM_NOMEM, "no memory for the map");
        for (size_t i = 1; i < r->count; i++) {
                em_cut cut = em_str_cut(r->word[i], '=');
                em_grade_rule rule = { cut.head, 0 };
                if (!cut.found || cut.head.n == 0 || !read_credibility(cut.tail, &rule.credibility))
                        return wrong(r, "takes word=1..6");
                m->grades[m->grade_count++] = rule;
        }
        return EM_OK;
}

static em_status read_absent(em_map_reader *r)
{
        em_map *m = r->map;
        em_absent_rule rule = { .state = EM_STATE_VALUE };
        if (r->count == 0 || !em_state_parse(r->word[0], &rule.state) ||
            rule.state == EM_STATE_VALUE || rule.state == EM_STATE_ZERO)
                return wrong(r, "is not-reported, not-found or no-amount: never a value, never zero");
        if (r->count == 5 && is_word(r->word[1], "if") && is_word(r->word[3], "contains") &&
            r->word[4].n > 0) {
                rule.column = r->word[2];
                rule.contains = r->word[4];
        } else if (r->count != 1) {
                return wrong(r, "the condition is: if COLUMN contains \"text\"");
        }
        bool has_default = m->absent_count > 0 && m->absent[m->absent_count - 1].column.n == 0;
        if (m->absent_count == EM_MAP_MAX_PICKS || (has_default && rule.column.n == 0))
                return wrong(r, "one line without a condition, and seven with");
        size_t at = m->absent_count++;
        if (has_default) {
                m->absent[at] = m->absent[at - 1];
                at--;
        }
        m->absent[at] = rule;
        return EM_OK;
}

static em_status read_zero(em_map_reader *r)
{
        if (r->count != 1 || !is_word(r->word[0], "declared"))
                return wrong(r, "the only thing to say is: zero declared");
        r->map->zero_declared = true;
        return EM_OK;
}

static em_status read_empty(em_map_reader *r)
{
        em_map *m = r->map;
        if (r->count < 3 || r->word[0].n == 0 || !is_word(r->word[1], "in"))
                return wrong(r, "takes a word, \"in\" and columns");
        for (size_t i = 2; i < r->count; i++) {
                if (m->empty_count == EM_MAP_MAX_WORDS)
                        return wrong(r, "more than 64 columns in all");
                m->empty[m->empty_count++] = (em_empty_rule){ r->word[0], r->word[i] };
        }
        return EM_OK;
}

static em_status read_field(em_map_reader *r)
{
        static const struct { const char *name; em_field_type type; } types[] = {
                { "text", EM_FIELD_TEXT }, { "number", EM_FIELD_NUMBER },
                { "day", EM_FIELD_DAY }, { "flag", EM_FIELD_FLAG },
        };
        em_put_rule put = { .type = EM_FIELD_TEXT };
        if (r->count != 2 && r->count != 3)
                return wrong(r, "takes a name, a column and number, day, flag or text");
        bool known = r->count == 2;
        for (size_t i = 0; r->count == 3 && i < sizeof types / sizeof types[0]; i++)
                if (is_word(r->word[2], types[i].name)) {
                        put.type = types[i].type;
                        known = true;
                }
        if (!known)
                return wrong(r, "the type is number, day, flag or text");
        if (r->map->put_count == EM_MAP_MAX_FIELDS)
                return wrong(r, "more than 128 fields");
        put.name = r->word[0];
        put.column = r->word[1];
        EM_TRY(add_field(r, put.name, "", put.type));
        r->map->put[r->map->put_count++] = put;
        return EM_OK;
}

static em_status read_same(em_map_reader *r)
{
        static const char *const names[] = { "key", "who", "what", "class", "place", "when", "unit" };
        if (r->count == 0 || r->count > EM_MAP_MAX_PICKS)
                return wrong(r, "takes one to seven of: key who what class place when unit");
        for (size_t i = 0; i < r->count; i++) {
                bool found = false;
                for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
                        found = found || is_word(r->word[i], names[k]);
                if (!found)
                        return wrong(r, "takes only: key who what class place when unit");
                r->map->same[r->map->same_count++] = r->word[i];
        }
        return EM_OK;
}

static em_status read_same_as(em_map_reader *r)
{
        if (r->count != 1 || (!is_word(r->word[0], "contradicts") && !is_word(r->word[0], "restates")))
                return wrong(r, "is contradicts or restates");
        r->map->same_relation = r->word[0];
        return EM_OK;
}

/* ---- the lines ----------------------------------------------------------- */

typedef struct em_map_keyword {
        const char *name;
        bool        again;      /* may stand on several lines */
        em_status (*read)(em_map_reader *r);
} em_map_keyword;

static const em_map_keyword keywords[] = {
        { "kind", false, read_kind },           { "needs", false, read_needs },
        { "key", false, read_key },             { "when", false, read_when },
        { "calendar", false, read_calendar },   { "utc", false, read_utc },
        { "time", false, read_time },           { "precision", false, read_precision },
        { "known", true, read_known },          { "what", false, read_what },
        { "class", false, read_class },         { "who", false, read_who },
        { "place", false, read_place },         { "lat", false, read_lat },
        { "lon", false, read_lon },             { "amount", false, read_amounts },
        { "also", true, read_also },            { "quantifier", false, read_quantifier },
        { "word", true, read_word },            { "grade", false, read_grade },
        { "absent", true, read_absent },        { "zero", false, read_zero },
        { "empty", true, read_empty },
        { "field", true, read_field },          { "same", false, read_same },
        { "same-as", false, read_same_as },
};
enum { KEYWORDS = sizeof keywords / sizeof keywords[0] };

/* The line up to a # that starts a word outside of quotes. */
static em_str without_comment(em_str line)
{
        bool quoted = false;
        for (size_t i = 0; i < line.n; i++) {
                if (line.p[i] == '"')
                        quoted = !quoted;
                bool starts = i == 0 || line.p[i - 1] == ' ' || line.p[i - 1] == '\t';
                if (line.p[i] == '#' && !quoted && starts)
                        return em_str_sub(line, 0, i);
        }
        return line;
}

static em_status read_line(em_map_reader *r, em_str line, uint64_t *seen)
{
        em_str rest = em_str_trim(without_comment(line)), word;
        if (!em_str_word(&rest, &word))
                return EM_OK;
        r->keyword = word;
        r->count = 0;
        while (em_str_word(&rest, &word)) {
                if (r->count == EM_MAP_MAX_WORDS)
                        return wrong(r, "more than 64 words on a line");
                r->word[r->count++] = word;
        }
        for (size_t k = 0; k < KEYWORDS; k++) {
                if (!is_word(r->keyword, keywords[k].name))
                        continue;
                if (!keywords[k].again && (*seen >> k & 1) != 0)
                        return wrong(r, "stands twice");
                *seen |= UINT64_C(1) << k;
                return keywords[k].read(r);
        }
        return wrong(r, "no line of a map starts with this word");
}

/* What no single line can see. */
static em_status check_whole(em_map_reader *r)
{
        em_map *m = r->map;
        bool from_column = false;
        for (size_t i = 0; i < m->amount_count; i++)
                from_column = from_column || !m->amount[i].is_constant;
        r->line = 0;
        r->keyword = m->name;
        if (m->kind.n == 0)
                return wrong(r, "the map has no kind");
        if (from_column && (m->absent_count == 0 || m->absent[m->absent_count - 1].column.n != 0))
                return wrong(r, "an amount from a column needs \"absent\": what an empty cell means");
        if ((m->lat.n == 0) != (m->lon.n == 0))
                return wrong(r, "lat and lon go together");
        if (m->word_count > 0 && m->quantifier.n == 0) {
                bool used = false;
                for (size_t i = 0; i < m->put_count; i++)
                        used = used || m->put[i].worded.n > 0;
                if (!used)
                        return wrong(r, "\"word\" without a quantifier column has nothing to read");
        }
        return EM_OK;
}

em_status em_map_parse(em_str name, em_str text, em_arena *arena, em_map **ret_map, em_error *err)
{
        size_t bad;
        if (text.n > EM_MAP_MAX_BYTES)
                return em_fail_at(err, EM_LIMIT, name, 0, 0, "a map is at most 65536 bytes");
        if (!em_utf8_ok(text, &bad))
                return em_fail_at(err, EM_FORMAT, name, 0, 0, "not UTF-8 at byte %zu", bad);

        em_map *m = EM_NEW(arena, em_map);
        if (m == NULL)
                return em_fail(err, EM_NOMEM, "no memory for the map");
        EM_TRY(em_str_copy(name, arena, &m->name, err));
        EM_TRY(em_str_copy(text, arena, &m->text, err));
        m->hash = em_sha256_of(m->text);
        m->same_relation = EM_S("contradicts");
        m->word = EM_NEW_N(arena, em_word_rule, EM_MAP_MAX_LINES);
        m->put = EM_NEW_N(arena, em_put_rule, EM_MAP_MAX_FIELDS);
        m->field = EM_NEW_N(arena, em_map_field, EM_MAP_MAX_FIELDS);
        if (m->word == NULL || m->put == NULL || m->field == NULL)
                return em_fail(err, EM_NOMEM, "no memory for the map");

        em_map_reader r = { .map = m, .arena = arena, .err = err };
        uint64_t seen = 0;
        em_str rest = m->text;
        while (rest.n > 0) {
                em_cut cut = em_str_cut(rest, '\n');
                rest = cut.tail;
                if (++r.line > EM_MAP_MAX_LINES)
                        return em_fail_at(err, EM_LIMIT, name, r.line, 0, "a map has at most 512 lines");
                EM_TRY(read_line(&r, cut.head, &seen));
        }
        EM_TRY(check_whole(&r));
        *ret_map = m;
        return EM_OK;
}

/* ---- what a map says of itself ------------------------------------------- */

em_str    em_map_name(const em_map *map) { return map->name; }
em_str    em_map_kind(const em_map *map) { return map->kind; }
em_str    em_map_text(const em_map *map) { return map->text; }
em_sha256 em_map_hash(const em_map *map) { return map->hash; }

size_t em_map_fields(const em_map *map, const em_map_field **ret_fields)
{
        *ret_fields = map->field;
        return map->field_count;
}

size_t em_map_same(const em_map *map, const em_str **ret_names, em_str *ret_relation)
{
        *ret_names = map->same;
        *ret_relation = map->same_relation;
        return map->same_count;
}

size_t em_map_fits(const em_map *map, const em_csv_row *header)
{
        for (size_t i = 0; i < map->need_count; i++) {
                size_t k = 0;
                while (k < header->count && !em_str_eq(em_str_trim(header->field[k]), map->needs[i]))
                        k++;
                if (k == header->count)
                        return 0;
        }
        return map->need_count;
}
