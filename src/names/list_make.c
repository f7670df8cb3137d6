/* Parties in the making: what each part of a list's entry adds. */
#include "names/list_make.h"

#include "names/hangul.h"

static void full(em_making *m) { m->s = em_fail(m->err, EM_NOMEM, "no memory left for a list"); }

em_str em_make_copy(em_making *m, em_str text)
{
        em_str copy = {0};
        if (m->s == EM_OK && text.n)
                m->s = em_str_copy(text, m->r->arena, &copy, m->err);
        return copy;
}

em_party_name *em_make_last(em_making *m) { return m->p->names ? &m->p->name[m->p->names - 1] : NULL; }

void em_make_name(em_making *m, em_name_kind kind, em_str text, em_str lang)
{
        em_party_name n = {.kind = kind};
        text = em_str_trim(text);
        if (m->s != EM_OK || !text.n)
                return;
        n.text = em_make_copy(m, text);
        n.lang = em_make_copy(m, lang);
        if (m->s == EM_OK)
                m->s = em_party_add_name(m->p, n, m->r->arena, m->err);
}

static em_str joined(em_making *m, const em_str *piece, size_t pieces, em_str between)
{
        size_t n = 0, k = 0;
        for (size_t i = 0; i < pieces; i++)
                n += em_str_trim(piece[i]).n + between.n;
        char *out = em_arena_alloc(m->r->arena, n + 1);
        if (!out) {
                full(m);
                return (em_str){0};
        }
        for (size_t i = 0; i < pieces; i++) {
                em_str t = em_str_trim(piece[i]);
                if (!t.n)
                        continue;
                if (k) {
                        memcpy(out + k, between.p, between.n);
                        k += between.n;
                }
                memcpy(out + k, t.p, t.n);
                k += t.n;
        }
        return (em_str){out, k};
}

void em_make_parts(em_making *m, em_party_name name)
{
        const em_str part[] = {name.given, name.second, name.family};
        if (m->s != EM_OK)
                return;
        name.text = em_str_trim(name.text).n ? em_make_copy(m, em_str_trim(name.text)) : joined(m, part, 3, EM_S(" "));
        name.given = em_make_copy(m, em_str_trim(name.given));
        name.second = em_make_copy(m, em_str_trim(name.second));
        name.family = em_make_copy(m, em_str_trim(name.family));
        name.lang = em_make_copy(m, em_str_trim(name.lang));
        if (m->s == EM_OK)
                m->s = em_party_add_name(m->p, name, m->r->arena, m->err);
}

void em_make_number(em_making *m, const char *type, em_str value, em_str country, em_str note)
{
        em_party_id id = {.type = em_str_c(type)};
        value = em_str_trim(value);
        if (m->s != EM_OK || !value.n)
                return;
        id.value = em_make_copy(m, value);
        id.country = em_country_code(country);
        id.note = em_make_copy(m, em_str_trim(note));
        if (m->s == EM_OK)
                m->s = em_party_add_number(m->p, id, m->r->arena, m->err);
}

void em_make_line(em_making *m, em_part part, const em_str *piece, size_t pieces)
{
        if (m->s == EM_OK)
                em_make_put(m, part, NULL, joined(m, piece, pieces, EM_S(", ")));
}

/* Room that remarks of n bytes have: a power of two, so that a thousand pieces are not a thousand copies of all before. */
static size_t remark_room(size_t n)
{
        size_t room = 64;
        while (room < n + 1)
                room *= 2;
        return room;
}

void em_make_append(em_making *m, em_str between, em_str text)
{
        em_str *old = &m->p->remarks;
        size_t  gap = old->n ? between.n : 0, n = old->n + gap + text.n;
        char   *p;
        if (m->s != EM_OK || !text.n)
                return;
        memcpy(&p, &old->p, sizeof p);          /* it is in our arena: only em_str calls it const */
        if (!old->n || remark_room(n) != remark_room(old->n)) {
                p = em_arena_alloc(m->r->arena, remark_room(n));
                if (!p) {
                        full(m);
                        return;
                }
                if (old->n)
                        memcpy(p, old->p, old->n);
        }
        if (gap)
                memcpy(p + old->n, between.p, gap);
        memcpy(p + old->n + gap, text.p, text.n);
        *old = (em_str){p, n};
}

void em_make_remark(em_making *m, em_str text) { em_make_append(m, EM_S("; "), em_str_trim(text)); }

static void put_one_date(em_making *m, em_party_date **list, size_t *n, em_party_date d)
{
        for (size_t i = *n > 64 ? *n - 64 : 0; i < *n; i++)
                if (em_str_eq((*list)[i].text, d.text))
                        return;
        d.text = em_make_copy(m, d.text);
        if (m->s == EM_OK)
                m->s = em_party_add_date(list, n, d, m->r->arena, m->err);
}

/* Bytes of what separates two dates at the start of s: "or", a comma, a slash; "(a)" and "b)" too. 0 none. */
static size_t between_dates(em_str s)
{
        static const char *const words[] = {" or ", " OR ", " and ", "(or ", ",", ";", "/"};
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
                if (em_str_starts(s, em_str_c(words[i])))
                        return strlen(words[i]);
        size_t open = s.n && s.p[0] == '(' ? 1 : 0;
        return s.n > open + 1 && s.p[open] >= 'a' && s.p[open] <= 'e' && s.p[open + 1] == ')' ? open + 2 : 0;
}

/* A text that is no date as a whole may be several: "(a) 30.12.1960, (b) 13.12.1960", "1964 or 1965".  Pieces that are none are left. */
static void put_date(em_making *m, em_party_date **list, size_t *n, em_str text)
{
        em_party_date d;
        size_t        from = 0;
        if (em_party_date_parse(text, &d)) {
                put_one_date(m, list, n, d);
                return;
        }
        for (size_t i = 0; i <= text.n && m->s == EM_OK;) {
                size_t cut = i == text.n ? 1 : between_dates(em_str_sub(text, i, text.n));
                if (cut && em_party_date_parse(em_str_sub(text, from, i - from), &d))
                        put_one_date(m, list, n, d);
                i += cut ? cut : 1;
                from = cut ? i : from;
        }
}

static void put_text(em_making *m, em_str **list, size_t *n, em_str text)
{
        for (size_t i = *n > 64 ? *n - 64 : 0; i < *n; i++)     /* only spares a copy: em_party_add_text looks for itself */
                if (em_str_eq((*list)[i], text))
                        return;
        text = em_make_copy(m, text);
        if (m->s == EM_OK)
                m->s = em_party_add_text(list, n, text, m->r->arena, m->err);
}

static void put_country(em_making *m, em_str text)
{
        em_str code = em_country_code(text);
        if (!code.n && text.p[text.n - 1] == '.')
                code = em_country_code(em_str_sub(text, 0, text.n - 1));
        put_text(m, &m->p->country, &m->p->countries, code.n ? code : text);
}

static void put_gender(em_making *m, em_str text)
{
        char c = (char)(text.p[0] | 0x20);
        m->p->gender = c == 'm' ? EM_S("male") : c == 'f' ? EM_S("female") : (em_str){0};
}

void em_make_put(em_making *m, em_part part, const char *extra, em_str text)
{
        em_party *p = m->p;
        text = em_str_trim(text);
        if (m->s != EM_OK || !text.n)
                return;
        switch (part) {
        case EM_PART_NONE:       break;
        case EM_PART_ID:         p->id = em_make_copy(m, text); break;
        case EM_PART_SCHEMA:     (void)em_schema_parse(text, &p->schema); break;
        case EM_PART_NAME:       em_make_name(m, EM_NAME_PRIMARY, text, em_str_c(extra)); break;
        case EM_PART_ALIAS:      em_make_name(m, EM_NAME_ALIAS, text, em_str_c(extra)); break;
        case EM_PART_WEAK:       em_make_name(m, EM_NAME_WEAK, text, em_str_c(extra)); break;
        case EM_PART_FORMER:     em_make_name(m, EM_NAME_FORMER, text, em_str_c(extra)); break;
        case EM_PART_SCRIPT:     em_make_name(m, EM_NAME_SCRIPT, text, em_str_c(extra)); break;
        case EM_PART_NUMBER:     em_make_number(m, extra, text, EM_S(""), EM_S("")); break;
        case EM_PART_BORN:       put_date(m, &p->born, &p->borns, text); break;
        case EM_PART_DIED:       put_date(m, &p->died, &p->dieds, text); break;
        case EM_PART_COUNTRY:    put_country(m, text); break;
        case EM_PART_ADDRESS:    put_text(m, &p->address, &p->addresses, text); break;
        case EM_PART_BIRTHPLACE: put_text(m, &p->place_of_birth, &p->places_of_birth, text); break;
        case EM_PART_PROGRAMME:  put_text(m, &p->programme, &p->programmes, text); break;
        case EM_PART_TITLE:      put_text(m, &p->title, &p->titles, text); break;
        case EM_PART_LINKED:     put_text(m, &p->linked, &p->linkeds, text); break;
        case EM_PART_GENDER:     put_gender(m, text); break;
        case EM_PART_REMARKS:    em_make_remark(m, text); break;
        case EM_PART_REASON:     p->reason = em_make_copy(m, text); break;
        case EM_PART_LISTED:     p->listed = em_day_one(text); break;
        case EM_PART_CHANGED:    p->changed = em_day_one(text); break;
        }
}

void em_make_each(em_making *m, em_part part, const char *extra, em_str text, char separator)
{
        for (em_cut cut = {.tail = text, .found = true}; cut.found;) {
                cut = em_str_cut(cut.tail, separator);
                em_make_put(m, part, extra, cut.head);
        }
}

void em_make_span(em_making *m, em_span span, bool circa)
{
        int  y, mo, d, y2, m2, d2;
        char from[11], to[11];
        if (m->s != EM_OK || span.from == EM_DAY_NONE || span.to == EM_DAY_NONE || span.from > span.to)
                return;
        em_day_split(span.from, &y, &mo, &d);
        em_day_split(span.to, &y2, &m2, &d2);
        (void)em_day_text(span.from, from);
        (void)em_day_text(span.to, to);
        bool year = y == y2 && mo == 1 && d == 1 && m2 == 12 && d2 == 31;
        bool month = y == y2 && mo == m2 && d == 1 && em_day_add_months(span.from, 1) - 1 == span.to;
        int  keep = year ? 4 : month ? 7 : 10;
        em_buf out = em_buf_make(64);
        em_buf_fmt(&out, "%s%.*s%s%s", circa ? "circa " : "", keep, from, span.from == span.to || keep < 10 ? "" : " to ",
                   span.from == span.to || keep < 10 ? "" : to);
        em_party_date date = {span, em_make_copy(m, em_buf_view(&out)), circa};
        if (circa) {            /* as party_date.c takes it */
                date.span.from -= 731;
                date.span.to += 731;
        }
        if (m->s == EM_OK)
                m->s = em_party_add_date(&m->p->born, &m->p->borns, date, m->r->arena, m->err);
        em_buf_free(&out);
}

/* ---- text with something in it ----------------------------------------------------------------------- */

void em_make_split_hangul(em_making *m, em_name_kind kind, em_str text)
{
        size_t from = text.n, to = 0;
        for (size_t i = 0; i < text.n;) {
                size_t at = i;
                if (em_hangul_is(em_utf8_next(text, &i))) {
                        from = at < from ? at : from;
                        to = i;
                }
        }
        em_str hangul = from < to ? em_str_sub(text, from, to - from) : (em_str){0};
        em_str before = em_str_trim(em_str_sub(text, 0, from)), after = em_str_trim(em_str_sub(text, to, text.n));
        static const char edge[] = "()[]/,;- ";
        while (before.n && memchr(edge, before.p[before.n - 1], sizeof edge - 1))
                before.n--;
        while (after.n && memchr(edge, after.p[0], sizeof edge - 1))
                after = em_str_sub(after, 1, after.n);
        if (!hangul.n) {
                em_make_name(m, kind, text, EM_S(""));
                return;
        }
        em_make_name(m, kind, before, EM_S(""));
        em_make_name(m, before.n ? EM_NAME_ALIAS : kind, after, EM_S(""));
        em_make_name(m, EM_NAME_SCRIPT, hangul, EM_S("ko"));
}

static bool has(em_str text, const char *word)
{
        em_str w = em_str_c(word);
        for (size_t i = 0; i + w.n <= text.n; i++)
                if (em_str_eq_nocase(em_str_sub(text, i, w.n), w))
                        return true;
        return false;
}

const char *em_number_type(em_str words)
{
        /* The first row that is in the words decides: special words stand before general ones. */
        static const struct { const char *word, *type; } rows[] = {
                {"passport", "passport"}, {"pasaporte", "passport"}, {"passeport", "passport"}, {"digital currency", "wallet"},
                {"imo", "imo"}, {"vessel registration", "imo"}, {"mmsi", "mmsi"}, {"mobile maritime", "mmsi"}, {"call sign", "call-sign"},
                {"swift", "swift"}, {"bik", "other"}, {"legal entity number", "lei"}, {"lei", "lei"}, {"tail number", "aircraft"},
                {"manufacturer's serial", "aircraft"}, {"construction number", "aircraft"}, {"mode s", "aircraft"},
                {"ration card", "other"}, {"birth certificate", "other"}, {"driver", "other"}, {"social security", "tax"},
                {"tax", "tax"}, {"v.a.t.", "tax"}, {"vat", "tax"}, {"fiscal", "tax"}, {"fisc", "tax"}, {"nit ", "tax"}, {"ruc ", "tax"},
                {"rfc", "tax"}, {"r.f.c", "tax"}, {"rif ", "tax"}, {"national", "national-id"}, {"identity card", "national-id"},
                {"identification card", "national-id"}, {"cedula", "national-id"}, {"c.u.r.p", "national-id"}, {"curp", "national-id"},
                {"d.n.i", "national-id"}, {"tazkira", "national-id"}, {"citizen's card", "national-id"},
                {"personal id", "national-id"}, {"identification n", "national-id"}, {"registration", "registration"}, {"registry", "registration"},
                {"company number", "registration"}, {"unified social credit", "registration"}, {"matricula mercantil", "registration"},
                {"folio mercantil", "registration"}, {"commercial", "registration"}, {"chamber of commerce", "registration"},
                {"trade license", "registration"}, {"c.r. no", "registration"}, {"email", "email"}, {"e-mail", "email"}, {"website", "website"},
                {"phone", "phone"}, {"telephone", "phone"}, {"fax", "phone"},
        };
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                if (has(words, rows[i].word))
                        return rows[i].type;
        return "other";
}

static bool digit(char c) { return c >= '0' && c <= '9'; }

void em_make_imo(em_making *m, em_str text)
{
        for (em_str rest = text;;) {
                ptrdiff_t at = em_str_find(rest, EM_S("IMO"));
                if (at < 0)
                        return;
                em_str near = em_str_sub(rest, (size_t)at + 3, 24);
                size_t i = 0, n = 0;
                while (i < near.n && !digit(near.p[i]))
                        i++;
                while (i + n < near.n && digit(near.p[i + n]))
                        n++;
                bool follows = (size_t)at + 3 + i + n < rest.n && digit(rest.p[(size_t)at + 3 + i + n]);
                bool letter = at > 0 && rest.p[at - 1] >= 'A' && rest.p[at - 1] <= 'Z';
                if (n == 7 && !follows && !letter)
                        em_make_number(m, "imo", em_str_sub(near, i, n), EM_S(""), EM_S(""));
                rest = em_str_sub(rest, (size_t)at + 3, rest.n);
        }
}

em_day em_day_us(em_str text)
{
        em_cut  month = em_str_cut(em_str_trim(text), '/'), day = em_str_cut(month.tail, '/');
        int64_t m, d, y;
        if (!em_str_int(month.head, &m) || !em_str_int(day.head, &d) || !em_str_int(day.tail, &y) || y < 1000 || y > 9999 || m < 1
            || m > 12 || d < 1 || d > 31)
                return EM_DAY_NONE;
        return em_day_make((int)y, (int)m, (int)d);
}

em_day em_day_one(em_str text)
{
        em_party_date d;
        return em_party_date_parse(text, &d) && !d.circa && d.span.from == d.span.to ? d.span.from : EM_DAY_NONE;
}
