/* Words that many names share, by kind.
 *
 * Our own tables, gathered while reading the lists of the UN, OFAC, the EU and the UK and the registers'
 * own terms for their legal forms.  Searched by bisection: each table is sorted, which a test checks.
 */
#include "names/name_words.h"

enum { CLASS_LIMITED = 1, CLASS_STOCK, CLASS_PARTNERSHIP, CLASS_COMPANY, CLASS_ENTERPRISE, CLASS_FOUNDATION,
       CLASS_COOPERATIVE, CLASS_SOLE };

/* Legal forms, longest phrases found first by their length. */
static const em_word forms[] = {
        {"ab", 1, CLASS_STOCK}, {"ag", 1, CLASS_STOCK}, {"akcionernoe obshchestvo", 2, CLASS_STOCK},
        {"aktiebolag", 1, CLASS_STOCK}, {"aktiengesellschaft", 1, CLASS_STOCK},
        {"aktiengeselschaft", 1, CLASS_STOCK}, {"aktsionernoe obshchestvo", 2, CLASS_STOCK},
        {"anonim sirketi", 2, CLASS_STOCK}, {"ao", 1, CLASS_STOCK}, {"aps", 1, CLASS_LIMITED}, {"as", 1, CLASS_STOCK},
        {"bv", 1, CLASS_LIMITED}, {"bvba", 1, CLASS_LIMITED},
        {"chastnoe predpriyatie", 2, CLASS_ENTERPRISE}, {"closed joint stock company", 4, CLASS_STOCK},
        {"co", 1, CLASS_COMPANY}, {"co ltd", 2, CLASS_LIMITED}, {"company", 1, CLASS_COMPANY},
        {"company limited", 2, CLASS_LIMITED}, {"company ltd", 2, CLASS_LIMITED},
        {"corp", 1, CLASS_COMPANY}, {"corporation", 1, CLASS_COMPANY}, {"doo", 1, CLASS_LIMITED},
        {"dooel", 1, CLASS_LIMITED}, {"ead", 1, CLASS_STOCK}, {"eireli", 1, CLASS_LIMITED}, {"eood", 1, CLASS_LIMITED},
        {"est", 1, CLASS_SOLE}, {"ev", 1, CLASS_FOUNDATION}, {"fz llc", 2, CLASS_LIMITED}, {"fzc", 1, CLASS_LIMITED},
        {"fzco", 1, CLASS_LIMITED}, {"fze", 1, CLASS_LIMITED}, {"fzllc", 1, CLASS_LIMITED}, {"gesmbh", 1, CLASS_LIMITED},
        {"gesellschaft mit beschrankter haftung", 4, CLASS_LIMITED}, {"gmbh", 1, CLASS_LIMITED},
        {"gmbh co kg", 3, CLASS_PARTNERSHIP}, {"inc", 1, CLASS_COMPANY}, {"incorporated", 1, CLASS_COMPANY},
        {"joint stock compan", 3, CLASS_STOCK}, {"joint stock company", 3, CLASS_STOCK},
        {"joint venture", 2, CLASS_ENTERPRISE}, {"jsc", 1, CLASS_STOCK}, {"kft", 1, CLASS_LIMITED},
        {"kg", 1, CLASS_PARTNERSHIP}, {"kk", 1, CLASS_STOCK}, {"lda", 1, CLASS_LIMITED},
        {"limitada", 1, CLASS_LIMITED}, {"limited", 1, CLASS_LIMITED}, {"limited company", 2, CLASS_LIMITED},
        {"limited liability company", 3, CLASS_LIMITED}, {"limited liability partnership", 3, CLASS_PARTNERSHIP},
        {"limited partnership", 2, CLASS_PARTNERSHIP}, {"limited sirketi", 2, CLASS_LIMITED},
        {"llc", 1, CLASS_LIMITED}, {"llp", 1, CLASS_PARTNERSHIP}, {"lp", 1, CLASS_PARTNERSHIP},
        {"ltd", 1, CLASS_LIMITED}, {"ltd co", 2, CLASS_LIMITED}, {"ltd sti", 2, CLASS_LIMITED},
        {"ltda", 1, CLASS_LIMITED}, {"mbh", 1, CLASS_LIMITED}, {"mchj", 1, CLASS_LIMITED}, {"nv", 1, CLASS_STOCK},
        {"oao", 1, CLASS_STOCK}, {"obshchestvo s ogranichennoi otvetstvennostyu", 4, CLASS_LIMITED},
        {"obshchestvo s ogranichennoy otvetstvennostyu", 4, CLASS_LIMITED}, {"odo", 1, CLASS_LIMITED},
        {"ohg", 1, CLASS_PARTNERSHIP}, {"ojsc", 1, CLASS_STOCK}, {"ood", 1, CLASS_LIMITED}, {"ooo", 1, CLASS_LIMITED},
        {"open joint stock company", 4, CLASS_STOCK}, {"otkrytoe aktsionernoe obshchestvo", 3, CLASS_STOCK},
        {"oy", 1, CLASS_LIMITED}, {"oyj", 1, CLASS_STOCK}, {"pao", 1, CLASS_STOCK}, {"pjsc", 1, CLASS_STOCK},
        {"plc", 1, CLASS_STOCK}, {"private joint stock company", 4, CLASS_STOCK},
        {"private limited", 2, CLASS_LIMITED}, {"private limited company", 3, CLASS_LIMITED},
        {"proprietary limited", 2, CLASS_LIMITED}, {"pt", 1, CLASS_LIMITED}, {"pte", 1, CLASS_LIMITED},
        {"pte ltd", 2, CLASS_LIMITED}, {"pty", 1, CLASS_LIMITED}, {"pty ltd", 2, CLASS_LIMITED},
        {"public joint stock company", 4, CLASS_STOCK}, {"public limited company", 3, CLASS_STOCK},
        {"publichnoe aktsionernoe obshchestvo", 3, CLASS_STOCK}, {"pvt ltd", 2, CLASS_LIMITED},
        {"sa", 1, CLASS_STOCK}, {"sa de cv", 3, CLASS_STOCK}, {"sae", 1, CLASS_STOCK}, {"sal", 1, CLASS_STOCK},
        {"sarl", 1, CLASS_LIMITED}, {"sas", 1, CLASS_STOCK}, {"sdn bhd", 2, CLASS_LIMITED}, {"se", 1, CLASS_STOCK},
        {"sia", 1, CLASS_LIMITED}, {"sl", 1, CLASS_LIMITED}, {"slu", 1, CLASS_LIMITED},
        {"sociedad anonima", 2, CLASS_STOCK}, {"sociedad de responsabilidad limitada", 4, CLASS_LIMITED},
        {"societa per azioni", 3, CLASS_STOCK}, {"societatea cu raspundere limitata", 4, CLASS_LIMITED},
        {"societe a responsabilite limitee", 4, CLASS_LIMITED}, {"societe anonyme", 2, CLASS_STOCK},
        {"sp z o o", 4, CLASS_LIMITED}, {"sp z oo", 3, CLASS_LIMITED}, {"sp zoo", 2, CLASS_LIMITED}, {"spa", 1, CLASS_STOCK},
        {"spol s r o", 4, CLASS_LIMITED}, {"spolka akcyjna", 2, CLASS_STOCK},
        {"spolka z ograniczona odpowiedzialnoscia", 4, CLASS_LIMITED}, {"spolka z oo", 3, CLASS_LIMITED},
        {"spzoo", 1, CLASS_LIMITED}, {"srl", 1, CLASS_LIMITED}, {"sro", 1, CLASS_LIMITED},
        {"state enterprise", 2, CLASS_ENTERPRISE}, {"stichting", 1, CLASS_FOUNDATION}, {"tov", 1, CLASS_LIMITED},
        {"unitary enterprise", 2, CLASS_ENTERPRISE}, {"zakrytoe aktsionernoe obshchestvo", 3, CLASS_STOCK},
        {"zao", 1, CLASS_STOCK}, {"zrt", 1, CLASS_STOCK},
};

static const char *const stops[] = {
        "a", "and", "da", "das", "de", "del", "dem", "den", "der", "des", "di", "do", "dos", "du", "e", "el", "et", "for",
        "fur", "i", "in", "la", "las", "le", "les", "lo", "los", "of", "on", "s", "the", "to", "und", "y",
};

static const char *const links[] = {
        "abd", "abu", "aka", "al", "ap", "ash", "at", "az", "bar", "ben", "bent", "bin", "bint", "binti", "d", "dar", "ed",
        "el", "ibn", "ould", "oulad", "ter", "ul", "ur", "uz", "van", "vom", "von", "wa", "walad", "zu", "zur",
};

static const char *const titles[] = {
        "admiral", "alhaj", "alhaji", "ambassador", "ayatollah", "brig", "brigadier", "capt", "captain", "col", "colonel",
        "comandante", "commander", "doctor", "dr", "engineer", "general", "gen", "haj", "haji", "hajj", "hajji", "herr",
        "hojatoleslam", "hon", "ing", "judge", "lady", "lieutenant", "lord", "lt", "maj", "major", "maulana", "maulavi",
        "maulawi", "mawlawi", "mevr", "minister", "miss", "mr", "mrs", "ms", "mullah", "mv", "pres", "president",
        "prof", "professor", "rev", "reverend", "sayyid", "senator", "sgt", "shaikh", "shaykh", "sheik", "sheikh", "sir",
        "ss", "vessel",
};

/* Words that stand in thousands of company names: alone they say nothing. */
static const char *const commons[] = {
        "agency", "agricultural", "air", "airlines", "aluminium", "asia", "asset", "assets", "association", "authority",
        "automotive", "aviation", "bank", "branch", "brigade", "brothers", "bureau", "business", "capital", "cargo", "center",
        "central", "centre", "chemical", "chemicals", "china", "city", "committee", "commercial", "communications",
        "complex", "construction", "consultancy", "consulting", "council", "defence", "defense", "department",
        "development", "distribution", "division", "economic", "education", "electric", "electronic", "electronics",
        "energy", "engineering", "enterprise", "enterprises", "equipment", "establishment", "europe", "european",
        "exchange", "export", "factory", "federal", "finance", "financial", "food", "foreign", "foundation", "front",
        "fund", "gas", "general", "global", "gold", "government", "group", "gulf", "holding", "holdings", "import",
        "industrial", "industries", "industry", "information", "institute", "insurance", "international", "investment",
        "investments", "iran", "islamic", "korea", "liberation", "logistics", "machinery", "management", "manufacturing",
        "marine", "maritime", "marketing", "materials", "media", "medical", "metal", "metals", "military", "mine",
        "mineral", "minerals", "mining", "ministry", "movement", "national", "network", "office", "offshore", "oil",
        "operations", "organisation", "organization", "partners", "party", "people", "peoples", "petrochemical", "petroleum",
        "pharmaceutical", "plant", "power", "private", "production", "products", "project", "projects", "property",
        "public", "regional", "republic", "research", "resources", "science", "security", "service", "services",
        "shipping", "society", "solutions", "state", "steel", "supply", "system", "systems", "technical", "technologies",
        "technology", "telecom", "telecommunications", "trade", "trading", "transport", "transportation", "travel",
        "trust", "union", "united", "university", "ventures", "works", "world", "worldwide",
};

static const struct { const char *text; uint16_t value; } numbers[] = {
        {"eight", 8}, {"eighth", 8}, {"eighteen", 18}, {"eighty", 80}, {"eleven", 11}, {"eleventh", 11}, {"fifteen", 15},
        {"fifth", 5}, {"fifty", 50}, {"first", 1}, {"five", 5}, {"forty", 40}, {"four", 4}, {"fourteen", 14},
        {"fourth", 4}, {"fourty", 40}, {"hundred", 100}, {"ii", 2}, {"iii", 3}, {"iv", 4}, {"ix", 9}, {"nine", 9},
        {"nineteen", 19}, {"ninety", 90}, {"ninth", 9}, {"one", 1}, {"second", 2}, {"seven", 7}, {"seventeen", 17},
        {"seventh", 7}, {"seventy", 70}, {"six", 6}, {"sixteen", 16}, {"sixth", 6}, {"sixty", 60}, {"ten", 10},
        {"tenth", 10}, {"third", 3}, {"thirteen", 13}, {"thirty", 30}, {"three", 3}, {"twelfth", 12}, {"twelve", 12},
        {"twenty", 20}, {"two", 2}, {"vi", 6}, {"vii", 7}, {"viii", 8}, {"xi", 11}, {"xii", 12},
};

/* Usual writings and short forms: two names that share a bit may be one given name. */
static const struct { const char *text; uint64_t groups; } nicks[] = {
        {"abd", 0x1}, {"abdel", 0x1}, {"abdul", 0x1}, {"abe", 0x2}, {"abraham", 0x2}, {"al", 0x4}, {"albert", 0x4},
        {"aleksandr", 0x8}, {"alex", 0x8}, {"alexander", 0x8}, {"alexandr", 0x8}, {"alfred", 0x4},
        {"andrei", 0x10}, {"andrew", 0x10}, {"andrey", 0x10}, {"andy", 0x10}, {"ant", 0x20}, {"anthony", 0x20},
        {"antony", 0x20}, {"barack", 0x40}, {"barry", 0x40}, {"ben", 0x80}, {"benjamin", 0x80}, {"bill", 0x100},
        {"billy", 0x100}, {"bob", 0x200}, {"bobby", 0x200}, {"catherine", 0x4000000}, {"charles", 0x400},
        {"charlie", 0x400}, {"chris", 0x800}, {"christian", 0x800}, {"christopher", 0x800}, {"chuck", 0x400},
        {"dan", 0x1000}, {"daniel", 0x1000}, {"danny", 0x1000}, {"dave", 0x2000}, {"david", 0x2000},
        {"dick", 0x4000}, {"dima", 0x8000}, {"dmitri", 0x8000}, {"dmitriy", 0x8000}, {"dmitry", 0x8000},
        {"don", 0x10000}, {"donald", 0x10000}, {"ed", 0x20000}, {"eddie", 0x20000}, {"edward", 0x20000},
        {"elizabeth", 0x20000000}, {"eugene", 0x20000000000}, {"evgeniy", 0x20000000000},
        {"evgeny", 0x20000000000}, {"fred", 0x40000}, {"frederick", 0x40000}, {"george", 0x80000},
        {"georgi", 0x80000}, {"georgy", 0x80000}, {"giovanni", 0x1000000}, {"greg", 0x100000},
        {"gregory", 0x100000}, {"grigory", 0x100000}, {"ivan", 0x1000000}, {"jack", 0x200000}, {"james", 0x400000},
        {"jan", 0x1000000}, {"jean", 0x1000000}, {"jim", 0x400000}, {"jimmy", 0x400000}, {"joe", 0x800000},
        {"johan", 0x1000000}, {"johann", 0x1000000}, {"john", 0x1200000}, {"jon", 0x2000000},
        {"jonathan", 0x2000000}, {"josef", 0x800000}, {"joseph", 0x800000}, {"juan", 0x1000000},
        {"kate", 0x4000000}, {"katherine", 0x4000000}, {"kolya", 0x8000000}, {"larry", 0x10000000},
        {"lawrence", 0x10000000}, {"liz", 0x20000000}, {"matt", 0x40000000}, {"matthew", 0x40000000},
        {"mehmet", 0x100000000}, {"michael", 0x80000000}, {"mick", 0x80000000}, {"mike", 0x80000000},
        {"mikhail", 0x80000000}, {"mohamad", 0x100000000}, {"mohamed", 0x100000000}, {"mohammad", 0x100000000},
        {"mohammed", 0x100000000}, {"mohd", 0x100000000}, {"muhammad", 0x100000000}, {"muhammed", 0x100000000},
        {"nicholas", 0x200000000}, {"nick", 0x200000000}, {"nicolas", 0x200000000}, {"nikolai", 0x208000000},
        {"pat", 0x400000000}, {"patrick", 0x400000000}, {"pete", 0x800000000}, {"peter", 0x800000000},
        {"petr", 0x800000000}, {"pyotr", 0x800000000}, {"richard", 0x4000}, {"rick", 0x4000}, {"rob", 0x200},
        {"robert", 0x200}, {"sam", 0x1000000000}, {"samuel", 0x1000000000}, {"sasha", 0x8},
        {"stephen", 0x2000000000}, {"steve", 0x2000000000}, {"steven", 0x2000000000}, {"sue", 0x4000000000},
        {"susan", 0x4000000000}, {"ted", 0x20000}, {"thomas", 0x8000000000}, {"tom", 0x8000000000}, {"tony", 0x20},
        {"vladimir", 0x10000000000}, {"volodymyr", 0x10000000000}, {"vova", 0x10000000000}, {"will", 0x100},
        {"william", 0x100}, {"willy", 0x100}, {"yevgeny", 0x20000000000}, {"yusuf", 0x800000},
};

static int compare(em_str a, const char *b)
{
        size_t n = strlen(b), least = a.n < n ? a.n : n;
        int    c = least ? memcmp(a.p, b, least) : 0;
        return c ? c : a.n < n ? -1 : a.n > n;
}

static bool listed(em_str token, const char *const *list, size_t count)
{
        for (size_t lo = 0, hi = count; lo < hi;) {
                size_t mid = lo + (hi - lo) / 2;
                int    c = compare(token, list[mid]);
                if (c == 0)
                        return true;
                *(c < 0 ? &hi : &lo) = c < 0 ? mid : mid + 1;
        }
        return false;
}

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool digits(em_str s, uint32_t *ret)
{
        uint64_t n = 0;
        for (size_t i = 0; i < s.n; i++) {
                if (s.p[i] < '0' || s.p[i] > '9' || n > UINT32_MAX / 10)
                        return false;
                n = n * 10 + (uint64_t)(s.p[i] - '0');
        }
        *ret = (uint32_t)n;
        return s.n > 0;
}

/* "1st", "22nd", "44th" */
static bool ordinal(em_str s, uint32_t *ret)
{
        if (s.n < 3 || !digits(em_str_sub(s, 0, s.n - 2), ret))
                return false;
        em_str tail = em_str_sub(s, s.n - 2, 2);
        return em_str_eq(tail, EM_S("st")) || em_str_eq(tail, EM_S("nd")) || em_str_eq(tail, EM_S("rd"))
               || em_str_eq(tail, EM_S("th"));
}

static bool number(em_str s, bool person, uint32_t *ret)
{
        if (digits(s, ret) || ordinal(s, ret))
                return true;
        for (size_t i = 0; !person && i < COUNT(numbers); i++)
                if (compare(s, numbers[i].text) == 0) {
                        *ret = numbers[i].value;
                        return true;
                }
        return false;
}

em_token_kind em_word_kind(em_str token, bool person, uint32_t *ret_symbol)
{
        *ret_symbol = 0;
        if (number(token, person, ret_symbol))
                return EM_TOKEN_NUMBER;
        if (token.n == 1 && (person || !listed(token, stops, COUNT(stops))))
                return EM_TOKEN_INITIAL;
        if (listed(token, links, COUNT(links)))
                return EM_TOKEN_LINK;
        if (listed(token, stops, COUNT(stops)))
                return EM_TOKEN_STOP;
        if (listed(token, titles, COUNT(titles)) && (person || !listed(token, commons, COUNT(commons))))
                return EM_TOKEN_TITLE;
        if (!person && listed(token, commons, COUNT(commons)))
                return EM_TOKEN_COMMON;
        return EM_TOKEN_NAME;
}

static bool begins(const em_str *token, size_t tokens, const em_word *form)
{
        em_str rest = em_str_c(form->text);
        if (form->kind > tokens)
                return false;
        for (size_t i = 0; i < form->kind; i++) {
                em_cut cut = em_str_cut(rest, ' ');
                if (!em_str_eq(token[i], cut.head))
                        return false;
                rest = cut.tail;
        }
        return true;
}

size_t em_word_form(const em_str *token, size_t tokens, uint32_t *ret_symbol)
{
        size_t most = 0;
        for (size_t i = 0; i < COUNT(forms); i++)
                if (forms[i].kind > most && forms[i].text[0] == token[0].p[0] && begins(token, tokens, &forms[i])) {
                        most = forms[i].kind;
                        *ret_symbol = forms[i].symbol;
                }
        return most;
}

uint64_t em_word_groups(em_str name)
{
        for (size_t lo = 0, hi = COUNT(nicks); lo < hi;) {
                size_t mid = lo + (hi - lo) / 2;
                int    c = compare(name, nicks[mid].text);
                if (c == 0)
                        return nicks[mid].groups;
                *(c < 0 ? &hi : &lo) = c < 0 ? mid : mid + 1;
        }
        return 0;
}

size_t em_word_nicks(em_str name, const char **out, size_t most)
{
        uint64_t groups = em_word_groups(name);
        size_t   n = 0;
        for (size_t i = 0; groups && i < COUNT(nicks) && n < most; i++)
                if (nicks[i].groups & groups && compare(name, nicks[i].text) != 0)
                        out[n++] = nicks[i].text;
        return n;
}
