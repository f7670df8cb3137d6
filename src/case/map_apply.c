/* case/map_apply.c -- a row of a table, read by a map, as a record.
 *
 * Binding turns column names into indexes once, so that a row costs one pass
 * over the cells it uses.  The rule of this file: an empty cell is never zero,
 * a cell that cannot be read is never skipped.  Either the whole row is taken
 * as the map says, or it goes to quarantine with the column and one sentence.
 */
#include "case/cell.h"
#include "case/map_rules.h"

#include <stdio.h>

typedef struct em_bound_pick {
        int    column[EM_MAP_MAX_PICKS];
        size_t count;
        em_str constant;
        bool   is_constant;
} em_bound_pick;

typedef struct em_bound_amount {
        int         low, high;          /* -1: none */
        int         unit_column;        /* -1: unit is a word */
        em_str      unit;
        bool        is_constant;
        em_quantity constant;
} em_bound_amount;

typedef struct em_bound_known {
        em_known_how  how;
        em_bound_pick columns;
} em_bound_known;

typedef struct em_bound_put {
        int             column, worded;
        em_bound_amount amount;
} em_bound_put;

struct em_map_bound {
        const em_map *map;
        em_str       *name;             /* the header's names, trimmed */
        em_str       *empty;            /* by column: the word that means empty, or no word */
        size_t        columns;
        int           key[EM_MAP_MAX_PICKS];
        em_bound_pick when, utc, what, klass, who, place;
        int           when_to, time, precision, lat, lon, quantifier, grade;
        em_bound_known  known[EM_MAP_MAX_PICKS];
        em_bound_amount amount[EM_MAP_MAX_PICKS];
        int           absent[EM_MAP_MAX_PICKS];
        em_bound_put *put;
        em_quantity  *also;             /* of the row at hand, [put_count] */
};

/* ---- binding --------------------------------------------------------------- */

typedef struct em_binding {
        em_map_bound *b;
        em_error     *err;
        em_status     status;           /* the first failure */
} em_binding;

/* -1 for an empty name; a name that the header lacks or has twice is an error. */
static int find_column(em_binding *bind, em_str name)
{
        em_map_bound *b = bind->b;
        int found = -1;
        if (name.n == 0 || bind->status != EM_OK)
                return -1;
        for (size_t i = 0; i < b->columns; i++) {
                char shown[80];
                if (!em_str_eq(b->name[i], name))
                        continue;
                if (found >= 0) {
                        bind->status = em_fail(bind->err, EM_FORMAT,
                                "column \"%s\" stands twice in the header",
                                em_str_show(name, shown, sizeof shown));
                        return -1;
                }
                found = (int)i;
        }
        if (found < 0) {
                char shown[80];
                bind->status = em_fail(bind->err, EM_FORMAT,
                        "map %.*s reads column \"%s\", which the header does not have",
                        EM_ARG(b->map->name), em_str_show(name, shown, sizeof shown));
        }
        return found;
}

static em_bound_pick bind_pick(em_binding *bind, const em_pick *pick)
{
        em_bound_pick out = { .count = pick->count, .constant = pick->constant,
                              .is_constant = pick->is_constant };
        for (size_t i = 0; i < pick->count; i++)
                out.column[i] = find_column(bind, pick->column[i]);
        return out;
}

static em_bound_amount bind_amount(em_binding *bind, const em_amount_rule *rule)
{
        em_bound_amount out = { .low = -1, .high = -1, .unit_column = -1, .unit = rule->unit,
                                .is_constant = rule->is_constant };
        if (rule->unit_is_column)
                out.unit_column = find_column(bind, rule->unit);
        if (rule->is_constant) {
                if (!em_quantity_stated(rule->constant, EM_QUANT_EXACT, rule->unit, &out.constant))
                        bind->status = em_fail(bind->err, EM_FORMAT, "the constant is not a number");
                return out;
        }
        out.low = find_column(bind, rule->low);
        out.high = find_column(bind, rule->high);
        return out;
}

static void bind_rules(em_binding *bind)
{
        em_map_bound *b = bind->b;
        const em_map *m = b->map;
        for (size_t i = 0; i < m->key_count; i++)
                b->key[i] = find_column(bind, m->key[i]);
        b->when = bind_pick(bind, &m->when);
        b->when_to = find_column(bind, m->when_to);
        b->utc = bind_pick(bind, &m->utc);
        b->what = bind_pick(bind, &m->what);
        b->klass = bind_pick(bind, &m->klass);
        b->who = bind_pick(bind, &m->who);
        b->place = bind_pick(bind, &m->place);
        b->time = find_column(bind, m->time);
        b->precision = find_column(bind, m->precision);
        b->lat = find_column(bind, m->lat);
        b->lon = find_column(bind, m->lon);
        b->quantifier = find_column(bind, m->quantifier);
        b->grade = find_column(bind, m->grade);
        for (size_t i = 0; i < m->known_count; i++) {
                b->known[i].how = m->known[i].how;
                b->known[i].columns = bind_pick(bind, &m->known[i].columns);
        }
        for (size_t i = 0; i < m->amount_count; i++)
                b->amount[i] = bind_amount(bind, &m->amount[i]);
        for (size_t i = 0; i < m->absent_count; i++)
                b->absent[i] = find_column(bind, m->absent[i].column);
        for (size_t i = 0; i < m->empty_count; i++) {
                int column = find_column(bind, m->empty[i].column);
                if (column >= 0)
                        b->empty[column] = m->empty[i].word;
        }
        for (size_t i = 0; i < m->put_count; i++) {
                const em_put_rule *put = &m->put[i];
                b->put[i].column = find_column(bind, put->column);
                b->put[i].worded = find_column(bind, put->worded);
                if (put->is_amount)
                        b->put[i].amount = bind_amount(bind, &put->amount);
        }
}

em_status em_map_bind(const em_map *map, const em_csv_row *header, em_arena *arena,
                      em_map_bound **ret_bound, em_error *err)
{
        if (header->bad != NULL)
                return em_fail_at(err, EM_FORMAT, EM_S(""), header->line, header->bad_column,
                                  "the header is not a CSV row: %s", header->bad);
        em_map_bound *b = EM_NEW(arena, em_map_bound);
        if (b == NULL)
                return em_fail(err, EM_NOMEM, "no memory to bind the map");
        b->map = map;
        b->columns = header->count;
        b->name = EM_NEW_N(arena, em_str, header->count);
        b->empty = EM_NEW_N(arena, em_str, header->count);
        b->put = EM_NEW_N(arena, em_bound_put, map->put_count);
        b->also = EM_NEW_N(arena, em_quantity, map->put_count);
        if (b->name == NULL || b->empty == NULL || b->put == NULL || b->also == NULL)
                return em_fail(err, EM_NOMEM, "no memory to bind the map");
        for (size_t i = 0; i < header->count; i++)
                EM_TRY(em_str_copy(em_str_trim(header->field[i]), arena, &b->name[i], err));
        em_binding bind = { .b = b, .err = err, .status = EM_OK };
        bind_rules(&bind);
        if (bind.status != EM_OK)
                return bind.status;
        *ret_bound = b;
        return EM_OK;
}

/* ---- one row ------------------------------------------------------------------ */

typedef struct em_applying {
        em_map_bound     *b;
        const em_csv_row *row;
        em_arena         *arena;
        em_record        *rec;
        em_reject        *reject;
} em_applying;

static em_str cell_at(const em_applying *a, int column)
{
        if (column < 0)
                return EM_S("");
        em_str cell = em_str_trim(a->row->field[column]), empty = a->b->empty[column];
        return empty.n > 0 && em_str_eq(cell, empty) ? EM_S("") : cell;
}

/* Fills the reject and returns false, so that callers can `return refuse(...)`. */
static bool refuse(em_applying *a, int column, const char *sentence, em_str cell)
{
        char   shown[64];
        em_str reason = em_str_c(sentence);
        if (cell.n > 0 && em_str_format(a->arena, &reason, NULL, "%s: \"%s\"", sentence,
                                        em_str_show(cell, shown, sizeof shown)) != EM_OK)
                reason = em_str_c(sentence);
        *a->reject = (em_reject){
                .row = a->row->row, .line = a->row->line,
                .offset = a->row->offset, .length = a->row->length,
                .column = column < 0 ? EM_S("") : a->b->name[column], .reason = reason,
        };
        return false;
}

/* The first cell that is not empty, and its column (-1: constant or none). */
static em_str pick(const em_applying *a, const em_bound_pick *p, int *ret_column)
{
        *ret_column = -1;
        if (p->is_constant)
                return p->constant;
        for (size_t i = 0; i < p->count; i++) {
                em_str cell = cell_at(a, p->column[i]);
                if (cell.n > 0) {
                        *ret_column = p->column[i];
                        return cell;
                }
        }
        return EM_S("");
}

static bool take_key(em_applying *a)
{
        const em_map_bound *b = a->b;
        size_t count = b->map->key_count, bytes = count;
        if (count == 0)
                return true;
        for (size_t i = 0; i < count; i++) {
                em_str cell = cell_at(a, b->key[i]);
                if (cell.n == 0)
                        return refuse(a, b->key[i], "the key is missing", cell);
                if (!em_cell_is_line(cell))
                        return refuse(a, b->key[i], "a key is one line of text", cell);
                bytes += cell.n;
        }
        a->rec->key = cell_at(a, b->key[0]);
        if (count == 1)
                return true;
        char *p = em_arena_alloc(a->arena, bytes), *at = p;
        if (p == NULL)
                return refuse(a, b->key[0], "out of memory", EM_S(""));
        for (size_t i = 0; i < count; i++) {
                em_str cell = cell_at(a, b->key[i]);
                if (i > 0)
                        *at++ = '/';
                memcpy(at, cell.p, cell.n);
                at += cell.n;
        }
        a->rec->key = (em_str){ p, (size_t)(at - p) };
        return true;
}

static void take_words(em_applying *a)
{
        int column;
        a->rec->what = pick(a, &a->b->what, &column);
        a->rec->klass = pick(a, &a->b->klass, &column);
        a->rec->who = pick(a, &a->b->who, &column);
        a->rec->place = pick(a, &a->b->place, &column);
}

/* A date in a cell, undated when the cell is empty. */
static bool take_span(em_applying *a, em_str cell, int column, em_span *ret_span, em_precision *ret_precision)
{
        if (cell.n == 0) {
                *ret_span = (em_span){ EM_DAY_NONE, EM_DAY_NONE };
                *ret_precision = EM_PRECISION_NONE;
                return true;
        }
        if (!em_cell_period(cell, ret_span, ret_precision))
                return refuse(a, column, "not a day, month, year or period", cell);
        return true;
}

/* Widens span to the whole month or year that the precision column says; a
 * column that claims more than the date has is wrong. */
static em_span widen(em_span span, em_precision p)
{
        int y, m, d, y2, m2;
        if (span.from == EM_DAY_NONE)
                return span;
        em_day_split(span.from, &y, &m, &d);
        em_day_split(span.to, &y2, &m2, &d);
        if (p == EM_PRECISION_MONTH)
                return (em_span){ em_day_make(y, m, 1),
                                  (em_day)(em_day_add_months(em_day_make(y2, m2, 1), 1) - 1) };
        if (p == EM_PRECISION_YEAR)
                return (em_span){ em_day_make(y, 1, 1), em_day_make(y2, 12, 31) };
        return span;
}

/* How finely a span from two columns dates: a whole month is a month. */
static em_precision precision_of(em_span span)
{
        em_span month = widen((em_span){ span.from, span.from }, EM_PRECISION_MONTH);
        em_span year = widen((em_span){ span.from, span.from }, EM_PRECISION_YEAR);
        return span.from == span.to ? EM_PRECISION_DAY
             : month.from == span.from && month.to == span.to ? EM_PRECISION_MONTH
             : year.from == span.from && year.to == span.to ? EM_PRECISION_YEAR
             : EM_PRECISION_SPAN;
}

static bool take_precision(em_applying *a)
{
        em_record *r = a->rec;
        em_str cell = cell_at(a, a->b->precision);
        if (cell.n == 0)
                return true;
        for (int p = EM_PRECISION_TIME; p <= EM_PRECISION_SPAN; p++) {
                if (!em_str_eq(cell, em_str_c(em_precision_name((em_precision)p))))
                        continue;
                if (p <= EM_PRECISION_DAY && r->when.from != r->when.to)
                        return refuse(a, a->b->precision, "the date is not that precise", cell);
                if (p == EM_PRECISION_TIME && r->time_s == EM_MOMENT_NONE)
                        return refuse(a, a->b->precision, "there is no time", cell);
                r->precision = (em_precision)p;
                r->when = widen(r->when, r->precision);
                r->utc = widen(r->utc, r->precision);
                return true;
        }
        return refuse(a, a->b->precision, "not a precision (time, day, month, year, span)", cell);
}

static bool take_when(em_applying *a)
{
        const em_map_bound *b = a->b;
        em_record *r = a->rec;
        em_span end;
        em_precision p;
        int column;
        em_str cell = pick(a, &b->when, &column);
        if (!take_span(a, cell, column, &r->when, &r->precision))
                return false;
        if (b->when_to >= 0) {
                cell = cell_at(a, b->when_to);
                if (!take_span(a, cell, b->when_to, &end, &p))
                        return false;
                if (r->when.from == EM_DAY_NONE && end.from != EM_DAY_NONE)
                        return refuse(a, b->when_to, "a period with an end and no beginning", cell);
                if (r->when.from != EM_DAY_NONE) {
                        r->when.to = end.from == EM_DAY_NONE ? EM_DAY_MAX : end.to;
                        if (r->when.to < r->when.from)
                                return refuse(a, b->when_to, "the period ends before it begins", cell);
                        r->precision = precision_of(r->when);
                }
        }
        cell = cell_at(a, b->time);
        r->time_s = EM_MOMENT_NONE;
        if (cell.n > 0) {
                if (!em_time_parse(cell, &r->time_s))
                        return refuse(a, b->time, "not a time with its zone (ISO 8601)", cell);
                if (r->precision == EM_PRECISION_DAY && b->precision < 0)
                        r->precision = EM_PRECISION_TIME;
        }
        cell = pick(a, &b->utc, &column);
        if (!take_span(a, cell, column, &r->utc, &p))
                return false;
        if (r->utc.from == EM_DAY_NONE && r->time_s != EM_MOMENT_NONE)
                r->utc = (em_span){ em_day_utc(r->time_s), em_day_utc(r->time_s) };
        if (r->utc.from == EM_DAY_NONE)
                r->utc = r->when;
        return take_precision(a);
}

static bool take_known(em_applying *a)
{
        const em_map_bound *b = a->b;
        em_record *r = a->rec;
        em_precision p;
        em_span span;
        int column;
        r->known = EM_DAY_NONE;
        for (size_t i = 0; i < b->map->known_count && r->known == EM_DAY_NONE; i++) {
                const em_bound_known *k = &b->known[i];
                if (k->how == EM_KNOWN_WHEN) {
                        r->known = r->when.to == EM_DAY_MAX ? r->when.from : r->when.to;
                } else if (k->how == EM_KNOWN_COLUMN) {
                        em_str cell = pick(a, &k->columns, &column);
                        if (!take_span(a, cell, column, &span, &p))
                                return false;
                        r->known = span.to;
                } else {
                        for (size_t c = 0; c < k->columns.count && r->known == EM_DAY_NONE; c++)
                                if (em_day_in_text(cell_at(a, k->columns.column[c]), &span))
                                        r->known = span.to;
                }
        }
        return true;
}

static bool take_place(em_applying *a)
{
        const em_map_bound *b = a->b;
        em_record *r = a->rec;
        em_str lat = cell_at(a, b->lat), lon = cell_at(a, b->lon);
        r->lat_e7 = r->lon_e7 = EM_COORD_NONE;
        if (lat.n == 0 && lon.n == 0)
                return true;
        if (!em_cell_degrees(lat, 90, &r->lat_e7))
                return refuse(a, b->lat, "not degrees between -90 and 90", lat);
        if (!em_cell_degrees(lon, 180, &r->lon_e7))
                return refuse(a, b->lon, "not degrees between -180 and 180", lon);
        return true;
}

/* ---- amounts --------------------------------------------------------------------- */

static em_quantifier quantifier_of(const em_applying *a, int column)
{
        const em_map *m = a->b->map;
        em_str cell = cell_at(a, column);
        for (size_t i = 0; i < m->word_count; i++)
                if (em_str_eq_nocase(em_str_sub(cell, 0, m->word[i].word.n), m->word[i].word))
                        return m->word[i].quantifier;
        return EM_QUANT_EXACT;
}

static const em_quantity no_amount = {
        .low = EM_MILLI_NONE, .high = EM_MILLI_NONE, .stated = EM_MILLI_NONE,
};

static bool take_unit(em_applying *a, const em_bound_amount *amount, em_str *ret_unit)
{
        em_str unit = amount->unit;
        if (amount->unit_column >= 0) {
                unit = cell_at(a, amount->unit_column);
                if (unit.n == 0)
                        return refuse(a, amount->unit_column, "an amount without its unit", unit);
                if (unit.n > EM_MAP_MAX_NAME || !em_cell_is_line(unit))
                        return refuse(a, amount->unit_column, "not a unit", unit);
        }
        *ret_unit = unit;
        return true;
}

/* Two columns, low and high: words such as "about" or "up to" apply when the
 * two ends leave room for them, an empty end is unbounded. */
static bool take_range(em_applying *a, const em_bound_amount *amount, em_quantifier q,
                       em_str unit, em_quantity *ret_q)
{
        em_str low = cell_at(a, amount->low), high = cell_at(a, amount->high);
        em_quantity l = no_amount, h = no_amount;
        if (low.n > 0 && !em_quantity_stated(low, EM_QUANT_EXACT, unit, &l))
                return refuse(a, amount->low, "not a number", low);
        if (high.n > 0 && !em_quantity_stated(high, EM_QUANT_EXACT, unit, &h))
                return refuse(a, amount->high, "not a number", high);
        if (high.n == 0) {
                q = q == EM_QUANT_MORE_THAN ? EM_QUANT_MORE_THAN : EM_QUANT_AT_LEAST;
                if (!em_quantity_stated(low, q, unit, ret_q))
                        return refuse(a, amount->low, "not a number", low);
                return true;
        }
        if (low.n > 0 && l.low > h.high)
                return refuse(a, amount->high, "the range ends below where it begins", high);
        if (low.n > 0 && l.low == h.low && l.high == h.high && q != EM_QUANT_RANGE) {
                if (!em_quantity_stated(low, q, unit, ret_q))
                        return refuse(a, amount->low, "not a number", low);
                return true;
        }
        bool up_to = q == EM_QUANT_UP_TO && (low.n == 0 || l.low <= 0);
        *ret_q = (em_quantity){
                .low = low.n > 0 ? l.low : up_to ? 0 : EM_MILLI_MIN, .high = h.high,
                .stated = up_to ? h.stated : EM_MILLI_NONE, .rounding = 0,
                .quantifier = up_to ? EM_QUANT_UP_TO : EM_QUANT_RANGE, .unit = unit,
        };
        return true;
}

/* *ret_q has low EM_MILLI_NONE when the cell is empty. */
static bool take_quantity(em_applying *a, const em_bound_amount *amount, int worded, em_quantity *ret_q)
{
        em_str unit, cell;
        if (amount->is_constant) {
                *ret_q = amount->constant;
                if (amount->unit_column >= 0)
                        return take_unit(a, amount, &ret_q->unit);
                return true;
        }
        cell = cell_at(a, amount->low);
        if (cell.n == 0 && cell_at(a, amount->high).n == 0) {
                *ret_q = no_amount;
                return true;
        }
        if (!take_unit(a, amount, &unit))
                return false;
        em_quantifier q = quantifier_of(a, worded);
        if (amount->high >= 0)
                return take_range(a, amount, q, unit, ret_q);
        if (!em_quantity_stated(cell, q == EM_QUANT_RANGE ? EM_QUANT_EXACT : q, unit, ret_q))
                return refuse(a, amount->low, "not a number", cell);
        return true;
}

static bool contains_nocase(em_str s, em_str needle)
{
        for (size_t i = 0; i + needle.n <= s.n; i++)
                if (em_str_eq_nocase(em_str_sub(s, i, needle.n), needle))
                        return true;
        return false;
}

static em_state absent_state(const em_applying *a)
{
        const em_map *m = a->b->map;
        for (size_t i = 0; i < m->absent_count; i++)
                if (m->absent[i].column.n == 0 ||
                    contains_nocase(cell_at(a, a->b->absent[i]), m->absent[i].contains))
                        return m->absent[i].state;
        return EM_STATE_NO_AMOUNT;
}

static bool take_amount(em_applying *a)
{
        const em_map *m = a->b->map;
        em_record *r = a->rec;
        r->amount = no_amount;
        r->state = EM_STATE_NO_AMOUNT;
        if (m->amount_count == 0)
                return true;
        for (size_t i = 0; i < m->amount_count && r->amount.low == EM_MILLI_NONE; i++)
                if (!take_quantity(a, &a->b->amount[i], a->b->quantifier, &r->amount))
                        return false;
        if (r->amount.low == EM_MILLI_NONE)
                r->state = absent_state(a);
        else if (m->zero_declared && r->amount.low == 0 && r->amount.high == 0)
                r->state = EM_STATE_ZERO;
        else
                r->state = EM_STATE_VALUE;
        return true;
}

static bool take_grade(em_applying *a)
{
        const em_map *m = a->b->map;
        a->rec->credibility = m->grade_constant > 0 ? m->grade_constant : 6;
        em_str cell = cell_at(a, a->b->grade);
        if (cell.n == 0)
                return true;
        for (size_t i = 0; i < m->grade_count; i++)
                if (em_str_eq_nocase(cell, m->grades[i].word)) {
                        a->rec->credibility = m->grades[i].credibility;
                        return true;
                }
        return refuse(a, a->b->grade, "the map has no credibility for this word", cell);
}

/* ---- everything else, as one JSON object ------------------------------------------- */

/* Checks one field's cell and says how many bytes its value takes; 0: left out. */
static bool measure_field(em_applying *a, size_t i, size_t *ret_size)
{
        const em_put_rule *put = &a->b->map->put[i];
        int column = a->b->put[i].column;
        em_str cell = cell_at(a, column), number;
        em_precision p;
        em_span span;
        bool flag;
        *ret_size = 0;
        if (cell.n == 0)
                return true;
        switch (put->type) {
        case EM_FIELD_NUMBER:
                if (!em_cell_number(cell, &number))
                        return refuse(a, column, "not a number", cell);
                *ret_size = number.n;
                return true;
        case EM_FIELD_FLAG:
                if (!em_cell_flag(cell, &flag))
                        return refuse(a, column, "not yes or no", cell);
                *ret_size = 5;
                return true;
        case EM_FIELD_DAY:
                if (!em_cell_period(cell, &span, &p))
                        return refuse(a, column, "not a day, month, year or period", cell);
                *ret_size = em_cell_json_size(cell);
                return true;
        case EM_FIELD_TEXT:
                *ret_size = em_cell_json_size(cell);
                return true;
        }
        return refuse(a, column, "unknown type", cell);
}

static char *write_key(char *at, bool first, em_str name, const char *suffix)
{
        size_t n = strlen(suffix);
        if (!first)
                *at++ = ',';
        *at++ = '"';
        memcpy(at, name.p, name.n);
        at += name.n;
        memcpy(at, suffix, n);
        at += n;
        *at++ = '"';
        *at++ = ':';
        return at;
}

static char *write_field(em_applying *a, char *at, bool first, size_t i)
{
        const em_put_rule *put = &a->b->map->put[i];
        em_str cell = cell_at(a, a->b->put[i].column), number;
        bool flag = false;
        at = write_key(at, first, put->name, "");
        if (put->type == EM_FIELD_NUMBER && em_cell_number(cell, &number)) {
                memcpy(at, number.p, number.n);
                return at + number.n;
        }
        if (put->type == EM_FIELD_FLAG && em_cell_flag(cell, &flag)) {
                memcpy(at, flag ? "true" : "false", flag ? 4 : 5);
                return at + (flag ? 4 : 5);
        }
        return em_cell_json_write(at, cell);
}

static char *write_text(char *at, const char *text)
{
        size_t n = strlen(text);
        memcpy(at, text, n);
        return at + n;
}

static char *write_milli(char *at, em_milli v)
{
        char digits[24];
        size_t n = sizeof digits;
        if (v == EM_MILLI_MIN || v == EM_MILLI_MAX || v == EM_MILLI_NONE)
                return write_text(at, "null");
        uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
        do
                digits[--n] = (char)('0' + u % 10);
        while ((u /= 10) > 0);
        if (v < 0)
                digits[--n] = '-';
        memcpy(at, digits + n, sizeof digits - n);
        return at + (sizeof digits - n);
}

static char *write_also(em_applying *a, char *at, bool first, size_t i)
{
        em_str name = a->b->map->put[i].name;
        const em_quantity *q = &a->b->also[i];
        char stated[40];
        at = write_key(at, first, name, "");
        at = q->stated == EM_MILLI_NONE ? write_text(at, "null")
                                        : write_text(at, em_milli_text(q->stated, 0, stated));
        at = write_milli(write_key(at, false, name, "_low_milli"), q->low);
        at = write_milli(write_key(at, false, name, "_high_milli"), q->high);
        return em_cell_json_write(write_key(at, false, name, "_unit"), q->unit);
}

/* Sizes first, then one allocation: a cell may be a megabyte of quotes. */
static bool take_fields(em_applying *a)
{
        const em_map *m = a->b->map;
        size_t size = 3, n;
        for (size_t i = 0; i < m->put_count; i++) {
                if (m->put[i].is_amount) {
                        if (!take_quantity(a, &a->b->put[i].amount, a->b->put[i].worded, &a->b->also[i]))
                                return false;
                        size += 4 * m->put[i].name.n + 256 + em_cell_json_size(a->b->also[i].unit);
                } else {
                        if (!measure_field(a, i, &n))
                                return false;
                        size += m->put[i].name.n + n + 4;
                }
        }
        char *p = em_arena_alloc(a->arena, size), *at = p;
        if (p == NULL)
                return refuse(a, -1, "the row is too large to take", EM_S(""));
        *at++ = '{';
        for (size_t i = 0; i < m->put_count; i++) {
                bool first = at == p + 1;
                if (m->put[i].is_amount) {
                        if (a->b->also[i].low != EM_MILLI_NONE)
                                at = write_also(a, at, first, i);
                } else if (cell_at(a, a->b->put[i].column).n > 0) {
                        at = write_field(a, at, first, i);
                }
        }
        *at++ = '}';
        em_assert((size_t)(at - p) <= size);
        a->rec->fields = (em_str){ p, (size_t)(at - p) };
        return true;
}

bool em_map_apply(em_map_bound *bound, const em_csv_row *row, em_arena *arena,
                  em_record *ret_record, em_reject *ret_reject)
{
        em_record   record = { .row = row->row, .line = row->line, .offset = row->offset,
                               .length = row->length, .kind = bound->map->kind };
        em_applying a = { bound, row, arena, &record, ret_reject };
        if (row->bad != NULL) {
                bool named = row->bad_column > 0 && row->bad_column <= bound->columns;
                return refuse(&a, named ? (int)row->bad_column - 1 : -1, row->bad, EM_S(""));
        }
        if (row->count != bound->columns) {
                char text[64];
                em_str reason = EM_S("not as many fields as the header has");
                snprintf(text, sizeof text, "%zu fields where the header has %zu", row->count, bound->columns);
                if (em_str_copy(em_str_c(text), arena, &reason, NULL) != EM_OK)
                        reason = EM_S("not as many fields as the header has");
                refuse(&a, -1, "", EM_S(""));
                ret_reject->reason = reason;
                return false;
        }
        take_words(&a);
        if (!take_key(&a) || !take_when(&a) || !take_known(&a) || !take_place(&a) ||
            !take_amount(&a) || !take_grade(&a) || !take_fields(&a))
                return false;
        *ret_record = record;
        return true;
}
