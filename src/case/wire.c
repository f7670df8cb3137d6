/* case/wire.c -- a record as bytes: from the worker to its parent, and into the
 * digest that verify compares.
 *
 * All integers are little-endian; a text is a u32 length and its bytes.
 *
 *     record                                  reject
 *       u64 row, line, offset; u32 length       u64 row, line, offset; u32 length
 *       u8 state, precision, credibility        text column, reason
 *       u8 flags, one bit for each group
 *       bit 0  i32 when.from, when.to
 *       bit 1  i32 utc.from, utc.to
 *       bit 2  i32 known
 *       bit 3  i32 lat_e7, lon_e7
 *       bit 4  i64 time_s
 *       bit 5  i64 low, high, stated, rounding; u8 quantifier; text unit
 *       text kind, key, what, class, who, place, fields
 *
 * One record has one form: what is absent has no bytes, and a packed form that
 * ends early or late is refused.  So bytes that unpack are what packing the
 * record again would give, and the digest takes them as they came.  The reader believes nothing: the worker that
 * wrote the bytes has read hostile evidence and may be under its control
 * (the split of Provos, Friedl and Honeyman, "Preventing Privilege
 * Escalation", 2003).
 */
#include "case/cell.h"
#include "case/store.h"

enum {
        HAS_WHEN = 1, HAS_UTC = 2, HAS_KNOWN = 4, HAS_COORD = 8, HAS_TIME = 16, HAS_AMOUNT = 32,
        FLAGS_ALL = 63,
        WIRE_TEXT_MAX = 16 << 20,
        WIRE_NAME_MAX = 64,
};

/* ---- writing ------------------------------------------------------------- */

/* Two million records pass here: the short pieces gather before they go out. */
typedef struct em_pen {
        em_buf *out;
        size_t  n;
        uint8_t b[512];
} em_pen;

static void lift(em_pen *pen)
{
        em_buf_add(pen->out, pen->b, pen->n);
        pen->n = 0;
}

static void put(em_pen *pen, const void *bytes, size_t n)
{
        if (n > sizeof pen->b - pen->n)
                lift(pen);
        if (n > sizeof pen->b) {
                em_buf_add(pen->out, bytes, n);
        } else if (n > 0) {
                memcpy(pen->b + pen->n, bytes, n);
                pen->n += n;
        }
}

static void put_u32(em_pen *pen, uint32_t v)
{
        uint8_t b[4] = { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24) };
        put(pen, b, sizeof b);
}

static void put_u64(em_pen *pen, uint64_t v)
{
        put_u32(pen, (uint32_t)v);
        put_u32(pen, (uint32_t)(v >> 32));
}

static void put_u8(em_pen *pen, unsigned v)
{
        uint8_t b = (uint8_t)v;
        put(pen, &b, 1);
}

static void put_i32(em_pen *pen, int32_t v) { put_u32(pen, (uint32_t)v); }
static void put_i64(em_pen *pen, int64_t v) { put_u64(pen, (uint64_t)v); }

static void put_text(em_pen *pen, em_str s)
{
        put_u32(pen, (uint32_t)s.n);
        put(pen, s.p, s.n);
}

static unsigned flags_of(const em_record *r)
{
        return (r->when.from != EM_DAY_NONE ? HAS_WHEN : 0u) |
               (r->utc.from != EM_DAY_NONE ? HAS_UTC : 0u) |
               (r->known != EM_DAY_NONE ? HAS_KNOWN : 0u) |
               (r->lat_e7 != EM_COORD_NONE ? HAS_COORD : 0u) |
               (r->time_s != EM_MOMENT_NONE ? HAS_TIME : 0u) |
               (r->amount.low != EM_MILLI_NONE ? HAS_AMOUNT : 0u);
}

static void put_place(em_pen *pen, uint64_t row, uint64_t line, uint64_t offset, uint64_t length)
{
        put_u64(pen, row);
        put_u64(pen, line);
        put_u64(pen, offset);
        put_u32(pen, (uint32_t)length);
}

void em_record_pack(const em_record *r, em_buf *out)
{
        unsigned flags = flags_of(r);
        em_pen   writer, *pen = &writer;
        writer.out = out;
        writer.n = 0;
        put_place(pen, r->row, r->line, r->offset, r->length);
        put_u8(pen, (unsigned)r->state);
        put_u8(pen, (unsigned)r->precision);
        put_u8(pen, (unsigned)r->credibility);
        put_u8(pen, flags);
        if (flags & HAS_WHEN) {
                put_i32(pen, r->when.from);
                put_i32(pen, r->when.to);
        }
        if (flags & HAS_UTC) {
                put_i32(pen, r->utc.from);
                put_i32(pen, r->utc.to);
        }
        if (flags & HAS_KNOWN)
                put_i32(pen, r->known);
        if (flags & HAS_COORD) {
                put_i32(pen, r->lat_e7);
                put_i32(pen, r->lon_e7);
        }
        if (flags & HAS_TIME)
                put_i64(pen, r->time_s);
        if (flags & HAS_AMOUNT) {
                put_i64(pen, r->amount.low);
                put_i64(pen, r->amount.high);
                put_i64(pen, r->amount.stated);
                put_i64(pen, r->amount.rounding);
                put_u8(pen, (unsigned)r->amount.quantifier);
                put_text(pen, r->amount.unit);
        }
        put_text(pen, r->kind);
        put_text(pen, r->key);
        put_text(pen, r->what);
        put_text(pen, r->klass);
        put_text(pen, r->who);
        put_text(pen, r->place);
        put_text(pen, r->fields);
        lift(pen);
}

void em_reject_pack(const em_reject *reject, em_buf *out)
{
        em_pen writer, *pen = &writer;
        writer.out = out;
        writer.n = 0;
        put_place(pen, reject->row, reject->line, reject->offset, reject->length);
        put_text(pen, reject->column);
        put_text(pen, reject->reason);
        lift(pen);
}

/* ---- reading -------------------------------------------------------------- */

/* A cursor that remembers the first thing that was wrong. */
typedef struct em_wire {
        const uint8_t *p;
        size_t         n, at;
        const char    *bad;
} em_wire;

static void refuse(em_wire *w, const char *why)
{
        if (w->bad == NULL)
                w->bad = why;
}

static const uint8_t *take(em_wire *w, size_t n)
{
        static const uint8_t zeros[8];
        if (w->bad != NULL || n > w->n - w->at) {
                refuse(w, "it ends early");
                return zeros;
        }
        w->at += n;
        return w->p + w->at - n;
}

static unsigned get_u8(em_wire *w) { return *take(w, 1); }

static uint32_t get_u32(em_wire *w)
{
        const uint8_t *b = take(w, 4);
        return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static uint64_t get_u64(em_wire *w)
{
        uint64_t low = get_u32(w), high = get_u32(w);
        return high << 32 | low;
}

static int32_t get_i32(em_wire *w) { return (int32_t)get_u32(w); }
static int64_t get_i64(em_wire *w) { return (int64_t)get_u64(w); }

static em_str get_text(em_wire *w, const char *bad_utf8)
{
        size_t n = get_u32(w);
        if (w->bad != NULL || n > WIRE_TEXT_MAX || n > w->n - w->at) {
                refuse(w, "a text is longer than the message");
                return EM_S("");
        }
        em_str s = { (const char *)w->p + w->at, n };
        w->at += n;
        if (!em_utf8_ok(s, NULL))
                refuse(w, bad_utf8);
        return s;
}

static em_day get_day(em_wire *w)
{
        em_day day = get_i32(w);
        if (day < EM_DAY_MIN || day > EM_DAY_MAX)
                refuse(w, "a day is out of range");
        return day;
}

static em_span get_span(em_wire *w)
{
        em_span s = { get_day(w), 0 };
        s.to = get_day(w);
        if (s.from > s.to)
                refuse(w, "a period ends before it begins");
        return s;
}

/* ---- the fields: a flat JSON object (RFC 8259) ------------------------------- */

static size_t skip_digits(em_str s, size_t i)
{
        while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
                i++;
        return i;
}

static bool is_hex(char c)
{
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Index after the string that opens at i, or 0. */
static size_t skip_string(em_str s, size_t i)
{
        for (i++; i < s.n; i++) {
                unsigned char c = (unsigned char)s.p[i];
                if (c >= 0x20 && c != '"' && c != '\\')
                        continue;
                if (c == '"')
                        return i + 1;
                if (c < 0x20)
                        return 0;
                if (++i >= s.n)
                        return 0;
                if (s.p[i] != 'u') {
                        if (memchr("\"\\/bfnrt", s.p[i], 8) == NULL)
                                return 0;
                        continue;
                }
                for (int k = 0; k < 4; k++)
                        if (++i >= s.n || !is_hex(s.p[i]))
                                return 0;
        }
        return 0;
}

static size_t skip_number(em_str s, size_t i)
{
        if (i < s.n && s.p[i] == '-')
                i++;
        size_t from = i;
        i = skip_digits(s, i);
        if (i == from || (i - from > 1 && s.p[from] == '0'))
                return 0;
        if (i < s.n && s.p[i] == '.') {
                from = ++i;
                i = skip_digits(s, i);
                if (i == from)
                        return 0;
        }
        return i;
}

static size_t skip_word(em_str s, size_t i, em_str word)
{
        return em_str_eq(em_str_sub(s, i, word.n), word) ? i + word.n : 0;
}

static size_t skip_value(em_str s, size_t i)
{
        if (i >= s.n)
                return 0;
        switch (s.p[i]) {
        case '"': return skip_string(s, i);
        case 't': return skip_word(s, i, EM_S("true"));
        case 'f': return skip_word(s, i, EM_S("false"));
        case 'n': return skip_word(s, i, EM_S("null"));
        default:  return skip_number(s, i);
        }
}

static bool is_fields(em_str s)
{
        if (em_str_eq(s, EM_S("{}")))
                return true;
        if (s.n < 2 || s.p[0] != '{')
                return false;
        for (size_t i = 1; i < s.n; i++) {
                size_t key = i;
                if (s.p[i] != '"' || (i = skip_string(s, i)) == 0 || i >= s.n || s.p[i] != ':' ||
                    !em_name_ok(em_str_sub(s, key + 1, i - key - 2)))
                        return false;
                if ((i = skip_value(s, i + 1)) == 0 || i >= s.n)
                        return false;
                if (s.p[i] == '}')
                        return i + 1 == s.n;
                if (s.p[i] != ',')
                        return false;
        }
        return false;
}

/* ---- whole messages ------------------------------------------------------------ */

static void get_amount(em_wire *w, em_record *r)
{
        em_quantity *q = &r->amount;
        q->low = get_i64(w);
        q->high = get_i64(w);
        q->stated = get_i64(w);
        q->rounding = get_i64(w);
        unsigned quantifier = get_u8(w);
        q->unit = get_text(w, "the unit is not UTF-8");
        if (q->low == EM_MILLI_NONE || q->high == EM_MILLI_NONE || q->low > q->high)
                refuse(w, "the amount's low end is above its high end");
        if (q->rounding < 0)
                refuse(w, "a rounding is below zero");
        if (quantifier >= EM_QUANT_COUNT)
                refuse(w, "there is no such quantifier");
        else
                q->quantifier = (em_quantifier)quantifier;
        if (q->unit.n == 0 || q->unit.n > WIRE_NAME_MAX || !em_cell_is_line(q->unit))
                refuse(w, "the unit is not a name");
}

static void get_groups(em_wire *w, unsigned flags, em_record *r)
{
        r->when = r->utc = (em_span){ EM_DAY_NONE, EM_DAY_NONE };
        r->known = EM_DAY_NONE;
        r->lat_e7 = r->lon_e7 = EM_COORD_NONE;
        r->time_s = EM_MOMENT_NONE;
        r->amount = (em_quantity){ .low = EM_MILLI_NONE, .high = EM_MILLI_NONE, .stated = EM_MILLI_NONE };
        if (flags & HAS_WHEN)
                r->when = get_span(w);
        if (flags & HAS_UTC)
                r->utc = get_span(w);
        if (flags & HAS_KNOWN)
                r->known = get_day(w);
        if (flags & HAS_COORD) {
                r->lat_e7 = get_i32(w);
                r->lon_e7 = get_i32(w);
                if (r->lat_e7 < -900000000 || r->lat_e7 > 900000000 ||
                    r->lon_e7 < -1800000000 || r->lon_e7 > 1800000000)
                        refuse(w, "a coordinate is out of range");
        }
        if (flags & HAS_TIME) {
                r->time_s = get_i64(w);
                if (r->time_s < (int64_t)EM_DAY_MIN * 86400 || r->time_s >= ((int64_t)EM_DAY_MAX + 1) * 86400)
                        refuse(w, "a time is out of range");
        }
        if (flags & HAS_AMOUNT)
                get_amount(w, r);
}

static void get_texts(em_wire *w, em_record *r)
{
        r->kind = get_text(w, "kind is not UTF-8");
        r->key = get_text(w, "key is not UTF-8");
        r->what = get_text(w, "what is not UTF-8");
        r->klass = get_text(w, "class is not UTF-8");
        r->who = get_text(w, "who is not UTF-8");
        r->place = get_text(w, "place is not UTF-8");
        r->fields = get_text(w, "fields are not UTF-8");
        if (!em_name_ok(r->kind))
                refuse(w, "the kind is not a name");
        if (!em_cell_is_line(r->key))
                refuse(w, "the key is not one line");
        if (!is_fields(r->fields))
                refuse(w, "the fields are not one flat JSON object");
}

static void check_state(em_wire *w, const em_record *r)
{
        bool has = r->amount.low != EM_MILLI_NONE;
        if (has != (r->state == EM_STATE_VALUE || r->state == EM_STATE_ZERO))
                refuse(w, "the state and the amount contradict each other");
        if (r->state == EM_STATE_ZERO && (r->amount.low != 0 || r->amount.high != 0))
                refuse(w, "a declared zero is not zero");
        if (r->when.from == EM_DAY_NONE && r->precision != EM_PRECISION_NONE)
                refuse(w, "a precision without a date");
}

/* The store holds them as signed numbers. */
static void check_numbers(em_wire *w, uint64_t row, uint64_t line)
{
        if (row == 0 || line == 0)
                refuse(w, "rows and lines count from 1");
        if (row > INT64_MAX || line > INT64_MAX)
                refuse(w, "a row or line is out of range");
}

static em_status finish(const em_wire *w, const char *what, em_error *err)
{
        if (w->bad == NULL && w->at != w->n)
                return em_fail(err, EM_FORMAT, "a packed %s is wrong: it ends late", what);
        if (w->bad != NULL)
                return em_fail(err, EM_FORMAT, "a packed %s is wrong: %s", what, w->bad);
        return EM_OK;
}

em_status em_record_unpack(em_str bytes, em_record *ret_record, em_error *err)
{
        em_wire   w = { (const uint8_t *)bytes.p, bytes.n, 0, NULL };
        em_record r = { 0 };
        r.row = get_u64(&w);
        r.line = get_u64(&w);
        r.offset = get_u64(&w);
        r.length = get_u32(&w);
        unsigned state = get_u8(&w), precision = get_u8(&w);
        r.credibility = (int)get_u8(&w);
        unsigned flags = get_u8(&w);
        if (state > EM_STATE_NO_AMOUNT)
                refuse(&w, "there is no such state");
        if (precision > EM_PRECISION_SPAN)
                refuse(&w, "there is no such precision");
        if (r.credibility < 1 || r.credibility > 6)
                refuse(&w, "a credibility is 1 to 6");
        check_numbers(&w, r.row, r.line);
        if ((flags & ~(unsigned)FLAGS_ALL) != 0)
                refuse(&w, "an unknown group of values");
        if (w.bad == NULL) {
                r.state = (em_state)state;
                r.precision = (em_precision)precision;
                get_groups(&w, flags, &r);
                get_texts(&w, &r);
                check_state(&w, &r);
        }
        EM_TRY(finish(&w, "record", err));
        *ret_record = r;
        return EM_OK;
}

em_status em_reject_unpack(em_str bytes, em_reject *ret_reject, em_error *err)
{
        em_wire   w = { (const uint8_t *)bytes.p, bytes.n, 0, NULL };
        em_reject r = { 0 };
        r.row = get_u64(&w);
        r.line = get_u64(&w);
        r.offset = get_u64(&w);
        r.length = get_u32(&w);
        r.column = get_text(&w, "column is not UTF-8");
        r.reason = get_text(&w, "reason is not UTF-8");
        check_numbers(&w, r.row, r.line);
        if (r.reason.n == 0)
                refuse(&w, "a refusal without a reason");
        EM_TRY(finish(&w, "refusal", err));
        *ret_reject = r;
        return EM_OK;
}
