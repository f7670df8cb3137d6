/* The Treasury's words for facts, in the remarks of its tables and in the id types of its XML.
 *
 * Source: OFAC, "SDN data formats" and the values that stand in its lists from 2016 to 2025.  A remark is a row of
 * pieces between semicolons; a piece begins with the words that name it, then its value, a country in brackets, and
 * dates of issue and expiry.  "alt." before a piece says only that it is not the first.
 */
#include "names/list_ofac.h"

typedef struct fact { const char *words; em_part part; const char *type; } fact;

/* Longer words stand before those they begin with. */
static const fact facts[] = {
        {"DOB", EM_PART_BORN, NULL},                    {"POB", EM_PART_BIRTHPLACE, NULL},
        {"birthdate", EM_PART_BORN, NULL},              {"place of birth", EM_PART_BIRTHPLACE, NULL},
        {"nationality country", EM_PART_COUNTRY, NULL}, {"citizenship country", EM_PART_COUNTRY, NULL},
        {"location", EM_PART_ADDRESS, NULL},
        {"nationality of registration", EM_PART_COUNTRY, NULL}, {"nationality", EM_PART_COUNTRY, NULL},
        {"citizen's card number", EM_PART_NUMBER, "national-id"}, {"citizen", EM_PART_COUNTRY, NULL},
        {"gender", EM_PART_GENDER, NULL},               {"linked to:", EM_PART_LINKED, NULL},
        {"organization established date", EM_PART_BORN, NULL}, {"aircraft manufacture date", EM_PART_BORN, NULL},
        {"vessel year of build", EM_PART_BORN, NULL},   {"deceased", EM_PART_DIED, NULL},
        {"vessel flag", EM_PART_COUNTRY, NULL},         {"vessel type", EM_PART_TITLE, NULL},
        {"aircraft model", EM_PART_TITLE, NULL},        {"aircraft operator", EM_PART_LINKED, NULL},
        {"vessel owner", EM_PART_LINKED, NULL},
        {"website", EM_PART_NUMBER, "website"},         {"email address", EM_PART_NUMBER, "email"},
        {"phone number", EM_PART_NUMBER, "phone"},      {"telephone:", EM_PART_NUMBER, "phone"},
        {"telephone", EM_PART_NUMBER, "phone"},         {"fax:", EM_PART_NUMBER, "phone"}, {"fax", EM_PART_NUMBER, "phone"},
        {"vessel registration identification", EM_PART_NUMBER, "imo"}, {"identification number imo", EM_PART_NUMBER, "imo"},
        {"vessel registration number", EM_PART_NUMBER, "imo"},
        {"mmsi", EM_PART_NUMBER, "mmsi"},               {"other vessel call sign", EM_PART_NUMBER, "call-sign"},
        {"vessel call sign", EM_PART_NUMBER, "call-sign"}, {"call sign", EM_PART_NUMBER, "call-sign"},
        {"aircraft manufacturer's serial number (msn)", EM_PART_NUMBER, "aircraft"},
        {"aircraft manufacturer\xe2\x80\x99s serial number (msn)", EM_PART_NUMBER, "aircraft"},
        {"aircraft construction number (also called l/n or s/n or f/n)", EM_PART_NUMBER, "aircraft"},
        {"aircraft tail number", EM_PART_NUMBER, "aircraft"}, {"previous aircraft tail number", EM_PART_NUMBER, "aircraft"},
        {"aircraft mode s transponder code", EM_PART_NUMBER, "aircraft"},
        {"swift/bic", EM_PART_NUMBER, "swift"},         {"legal entity number", EM_PART_NUMBER, "lei"},
        {"diplomatic passport", EM_PART_NUMBER, "passport"}, {"stateless person passport", EM_PART_NUMBER, "passport"},
        {"passport", EM_PART_NUMBER, "passport"},
        {"national foreign id number", EM_PART_NUMBER, "national-id"}, {"national id no.", EM_PART_NUMBER, "national-id"},
        {"cedula no.", EM_PART_NUMBER, "national-id"},  {"d.n.i.", EM_PART_NUMBER, "national-id"},
        {"c.u.r.p.", EM_PART_NUMBER, "national-id"},    {"c.u.i.", EM_PART_NUMBER, "national-id"},
        {"personal id card", EM_PART_NUMBER, "national-id"}, {"identification number", EM_PART_NUMBER, "national-id"},
        {"electoral registry no.", EM_PART_NUMBER, "national-id"}, {"residency number", EM_PART_NUMBER, "national-id"},
        {"tax id no.", EM_PART_NUMBER, "tax"},          {"nit #", EM_PART_NUMBER, "tax"}, {"ruc #", EM_PART_NUMBER, "tax"},
        {"rif #", EM_PART_NUMBER, "tax"},               {"r.f.c.", EM_PART_NUMBER, "tax"}, {"rtn", EM_PART_NUMBER, "tax"},
        {"v.a.t. number", EM_PART_NUMBER, "tax"},       {"italian fiscal code", EM_PART_NUMBER, "tax"}, {"ssn", EM_PART_NUMBER, "tax"},
        {"c.u.i.t.", EM_PART_NUMBER, "tax"},            {"numero de identidad", EM_PART_NUMBER, "national-id"},
        {"united social credit code certificate (uscc)", EM_PART_NUMBER, "registration"},
        {"unified social credit code (uscc)", EM_PART_NUMBER, "registration"},
        {"business registration document #", EM_PART_NUMBER, "registration"},
        {"business registration number", EM_PART_NUMBER, "registration"}, {"business number", EM_PART_NUMBER, "registration"},
        {"certificate of incorporation number", EM_PART_NUMBER, "registration"},
        {"chamber of commerce number", EM_PART_NUMBER, "registration"}, {"commercial registry number", EM_PART_NUMBER, "registration"},
        {"company number imo", EM_PART_NUMBER, "registration"},         /* the IMO's number of a company, not of a ship */
        {"company number", EM_PART_NUMBER, "registration"}, {"c.r. no.", EM_PART_NUMBER, "registration"},
        {"enterprise number", EM_PART_NUMBER, "registration"}, {"folio mercantil no.", EM_PART_NUMBER, "registration"},
        {"matricula mercantil no", EM_PART_NUMBER, "registration"}, {"public registration number", EM_PART_NUMBER, "registration"},
        {"registered charity no.", EM_PART_NUMBER, "registration"}, {"registration id", EM_PART_NUMBER, "registration"},
        {"registration number", EM_PART_NUMBER, "registration"}, {"trade license no.", EM_PART_NUMBER, "registration"},
        {"uk company number", EM_PART_NUMBER, "registration"}, {"d-u-n-s number", EM_PART_NUMBER, "other"},
        {"government gazette number", EM_PART_NUMBER, "other"}, {"isin", EM_PART_NUMBER, "other"},
        {"birth certificate number", EM_PART_NUMBER, "other"}, {"driver's license no.", EM_PART_NUMBER, "other"},
        {"military registration number", EM_PART_NUMBER, "other"}, {"cartilla de servicio militar nacional", EM_PART_NUMBER, "other"},
        {"refugee id card", EM_PART_NUMBER, "other"},   {"residency card", EM_PART_NUMBER, "other"},
        {"license", EM_PART_NUMBER, "other"},           {"bik (ru)", EM_PART_NUMBER, "other"},
        {"digital currency address -", EM_PART_NUMBER, "wallet"},
};

static bool begins(em_str text, em_str words)
{
        return text.n >= words.n && em_str_eq_nocase(em_str_sub(text, 0, words.n), words);
}

static const fact *fact_of(em_str text)
{
        static const char end[] = " :";
        char first = (char)(text.n ? text.p[0] | 0x20 : 0);
        for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
                if ((facts[i].words[0] | 0x20) != first)        /* most rows: remarks are most of the work */
                        continue;
                em_str w = em_str_c(facts[i].words);
                if (begins(text, w) && (text.n == w.n || strchr(end, text.p[w.n]) || w.p[w.n - 1] == '#' || w.p[w.n - 1] == ':'))
                        return &facts[i];
        }
        return NULL;
}

static em_str without_imo(em_str value)
{
        return begins(value, EM_S("IMO ")) ? em_str_trim(em_str_sub(value, 4, value.n)) : value;
}

/* "XBT 12QtD5..." */
static void put_wallet(em_making *m, em_str words, em_str value)
{
        em_cut cut = em_str_cut(value, ' ');
        em_str ticker = em_str_trim(em_str_sub(words, EM_S("digital currency address -").n, words.n));
        if (!ticker.n && cut.found) {
                ticker = cut.head;
                value = em_str_trim(cut.tail);
        }
        em_make_number(m, "wallet", value, EM_S(""), ticker);
}

bool em_ofac_fact(em_making *m, em_str words, em_str value, em_str country, em_str note)
{
        words = em_str_trim(words);
        if (begins(words, EM_S("alt. ")))
                words = em_str_sub(words, 5, words.n);
        if (value.n && value.p[0] == ':')
                value = em_str_trim(em_str_sub(value, 1, value.n));
        const fact *f = fact_of(words);
        if (!f)
                return false;
        if (f->type && strcmp(f->type, "wallet") == 0)
                put_wallet(m, words, value);
        else if (f->type && strcmp(f->type, "imo") == 0 && begins(value, EM_S("MMSI")))
                em_make_number(m, "mmsi", em_str_sub(value, 4, value.n), country, note);
        else if (f->part == EM_PART_NUMBER && strcmp(f->type, "imo") == 0)
                em_make_number(m, m->p->schema == EM_SCHEMA_VESSEL ? "imo" : "registration", without_imo(value), country,
                               m->p->schema == EM_SCHEMA_VESSEL ? note : EM_S("IMO company number"));
        else if (f->part == EM_PART_NUMBER)
                em_make_number(m, f->type, value, country, note);
        else
                em_make_put(m, f->part, NULL, value);
        return true;
}

/* "a.k.a. 'X'": names that stand in the remarks are the weak ones; "(a.k.a. X)" too. */
static bool quoted_name(em_making *m, em_str piece)
{
        static const struct { const char *begin; em_name_kind kind; } rows[] = {
                {"a.k.a. ", EM_NAME_WEAK}, {"f.k.a. ", EM_NAME_FORMER}, {"n.k.a. ", EM_NAME_WEAK}};
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                if (!begins(piece, em_str_c(rows[i].begin)))
                        continue;
                em_str name = em_str_trim(em_str_sub(piece, 7, piece.n));
                if (name.n >= 2 && (name.p[0] == '\'' || name.p[0] == '"') && name.p[name.n - 1] == name.p[0])
                        name = em_str_sub(name, 1, name.n - 2);
                em_ofac_name(m, rows[i].kind, name);
                return true;
        }
        return false;
}

/* "A1234 (Iran) issued 28 Oct 2008 expires 29 Oct 2013": value, country, note. */
static void put_value(em_making *m, em_str words, em_str rest)
{
        const fact *f = fact_of(words);
        em_str      value = rest, country = {0}, note = {0};
        ptrdiff_t   open = em_str_find(rest, EM_S(" ("));
        static const char *const dates[] = {" issued ", " expires "};
        if (f && f->part == EM_PART_NUMBER && open > 0) {
                em_cut close = em_str_cut(em_str_sub(rest, (size_t)open + 2, rest.n), ')');
                value = em_str_sub(rest, 0, (size_t)open);
                country = close.head;
                note = close.tail;
                if (!em_country_code(country).n)
                        note = em_str_sub(rest, (size_t)open, rest.n);
        }
        for (size_t i = 0; f && f->part == EM_PART_NUMBER && i < 2; i++) {
                ptrdiff_t at = em_str_find(value, em_str_c(dates[i]));
                if (at > 0) {
                        note = em_str_sub(value, (size_t)at, value.n);
                        value = em_str_sub(value, 0, (size_t)at);
                }
        }
        (void)em_ofac_fact(m, words, value, country, note);
}

static void put_piece(em_making *m, em_str piece)
{
        piece = em_str_trim(piece);
        if (begins(piece, EM_S("alt. ")))
                piece = em_str_trim(em_str_sub(piece, 5, piece.n));
        const fact *f = fact_of(piece);
        if (quoted_name(m, piece) || !f)
                return;
        size_t n = em_str_c(f->words).n;
        put_value(m, em_str_sub(piece, 0, n), em_str_trim(em_str_sub(piece, n, piece.n)));
}

void em_ofac_remarks(em_making *m, em_str remarks)
{
        em_str text = em_str_trim(remarks);
        bool   whole = text.n && text.p[text.n - 1] == '.';
        for (em_cut cut = {.tail = whole ? em_str_sub(text, 0, text.n - 1) : text, .found = true}; cut.found && m->s == EM_OK;) {
                cut = em_str_cut(cut.tail, ';');
                if (cut.found || whole)
                        put_piece(m, cut.head);
        }
}

void em_ofac_programmes(em_making *m, em_str text)
{
        size_t from = 0;
        for (size_t i = 0; i <= text.n; i++)
                if (i == text.n || text.p[i] == '[' || text.p[i] == ']' || text.p[i] == ';') {
                        em_make_put(m, EM_PART_PROGRAMME, NULL, em_str_sub(text, from, i - from));
                        from = i + 1;
                }
}

void em_ofac_name(em_making *m, em_name_kind kind, em_str text)
{
        em_party_name n = {.kind = kind};
        em_cut        cut = em_str_cut(em_str_trim(text), ',');
        if (m->p->schema == EM_SCHEMA_PERSON && cut.found && em_str_find(cut.tail, EM_S(",")) < 0) {
                n.family = em_str_trim(cut.head);
                n.given = em_str_trim(cut.tail);
        } else {
                n.text = text;
        }
        em_make_parts(m, n);
}

em_schema em_ofac_schema(em_str type)
{
        return em_str_eq_nocase(type, EM_S("individual")) ? EM_SCHEMA_PERSON : em_str_eq_nocase(type, EM_S("vessel")) ? EM_SCHEMA_VESSEL
               : em_str_eq_nocase(type, EM_S("aircraft")) ? EM_SCHEMA_AIRPLANE : EM_SCHEMA_ORGANIZATION;
}

void em_ofac_dataset(em_list_reading *r)
{
        em_str base = em_path_base(r->path), head = em_str_sub(r->bytes, 0, 1 << 16);
        /* Programmes that only the non-SDN lists have; each stands near the start of its lists. */
        static const char *const own[] = {"NS-PLC", "<program>FSE-", "ListID=\"91512\"", ">Consolidated List<"};
        bool cons = false;
        for (size_t i = 0; i + 4 <= base.n; i++)
                cons = cons || em_str_eq_nocase(em_str_sub(base, i, 4), EM_S("cons"));
        for (size_t i = 0; i < sizeof own / sizeof *own; i++)
                cons = cons || (em_str_find(head, em_str_c(own[i])) >= 0 && em_str_find(r->bytes, EM_S("ListID=\"1550\"")) < 0);
        if (cons && !(r->opts && r->opts->dataset.n))
                r->file->dataset = EM_S("us-cons");
}
