/* Labels from a plain list: one address a line, as OFAC's are published by 0xB10C and as people keep them.
 *
 * Such a list says less than its readers tend to hear.  That an address stands in it is all it states, so
 * its label is the name of the file; only a name or a comment in the file itself can say more.
 */
#include "decode/label_read.h"

typedef struct reading {
        em_labels *l;
        em_label   said;        /* what the file states of all that follows */
} reading;

/* sanctioned_addresses_XBT.txt: without folder and last suffix */
static em_str stem(em_str file)
{
        em_str base = em_path_base(file);
        for (size_t i = base.n; i-- > 1;)
                if (base.p[i] == '.')
                        return em_str_sub(base, 0, i);
        return base;
}

/* The tail after the last _, when it could be an asset: 2 to 10 capitals and digits. */
static em_str tail(em_str name)
{
        size_t at = name.n;
        while (at > 0 && name.p[at - 1] != '_')
                at--;
        em_str t = em_str_sub(name, at, name.n);
        for (size_t i = 0; i < t.n; i++)
                if (!(t.p[i] >= 'A' && t.p[i] <= 'Z') && !(t.p[i] >= '0' && t.p[i] <= '9'))
                        return EM_S("");
        return at > 0 && t.n >= 2 && t.n <= 10 ? t : EM_S("");
}

/* "# category: mixer" */
static void read_comment(reading *r, em_str line)
{
        const struct { const char *key; em_str *to; } known[] = {
                {"label", &r->said.label}, {"category", &r->said.category}, {"source", &r->said.source},
                {"confidence", &r->said.confidence}, {"date", &r->said.date}, {"currency", &r->said.currency},
                {"actor", &r->said.actor}, {"abuse", &r->said.abuse},
        };
        em_cut cut = em_str_cut(em_str_sub(line, 1, line.n), ':');
        for (size_t i = 0; cut.found && i < sizeof known / sizeof *known; i++)
                if (em_str_eq_nocase(em_str_trim(cut.head), em_str_c(known[i].key)))
                        *known[i].to = em_str_trim(cut.tail);
}

static em_status read_line(reading *r, em_str line, uint64_t number, em_error *err)
{
        em_label l = r->said;
        if (line.n == 0)
                return EM_OK;
        if (!em_utf8_ok(line, NULL))
                return em_label_refuse(r->l, l.file, number, EM_S("the line is not UTF-8"), err);
        if (line.p[0] == '#') {
                read_comment(r, line);
                return EM_OK;
        }
        for (size_t i = 1; i < line.n; i++)
                if (line.p[i] == '#') {
                        line = em_str_trim(em_str_sub(line, 0, i));
                        break;
                }
        l.shown = line;
        l.line = number;
        return em_label_keep(r->l, l, err);
}

em_status em_label_wallets(em_labels *l, em_str file, em_str text, em_error *err)
{
        em_str   name = stem(file);
        reading  r = {.l = l, .said = {.file = file, .label = name, .currency = tail(name)}};
        uint64_t number = 0;
        if (em_str_starts(name, EM_S("sanctioned")))
                r.said.category = EM_S("sanctioned");
        if (em_str_starts(text, EM_S("\xef\xbb\xbf")))
                text = em_str_sub(text, 3, text.n);
        for (em_cut cut = {.tail = text, .found = text.n > 0}; cut.found;) {
                cut = em_str_cut(cut.tail, '\n');
                EM_TRY(read_line(&r, em_str_trim(cut.head), ++number, err));
        }
        return EM_OK;
}
