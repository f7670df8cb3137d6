/* The series of call signs (call_sign.h): ranges of the first two characters, in order, found by bisection.
 *
 * Left out: series that two states share within two characters (3D, SS), and those of organisations (C7, 4U, 4Y).
 */
#include "ships/call_sign.h"

typedef struct series { char first[3], last[3], country[3]; } series;

static const series all_series[] = {
        {"2A", "2Z", "gb"}, {"3A", "3A", "mc"}, {"3B", "3B", "mu"}, {"3C", "3C", "gq"}, {"3E", "3F", "pa"},
        {"3G", "3G", "cl"}, {"3H", "3U", "cn"}, {"3V", "3V", "tn"}, {"3W", "3W", "vn"}, {"3X", "3X", "gn"},
        {"3Y", "3Y", "no"}, {"3Z", "3Z", "pl"}, {"4A", "4C", "mx"}, {"4D", "4I", "ph"}, {"4J", "4K", "az"},
        {"4L", "4L", "ge"}, {"4M", "4M", "ve"}, {"4O", "4O", "me"}, {"4P", "4S", "lk"}, {"4T", "4T", "pe"},
        {"4V", "4V", "ht"}, {"4W", "4W", "tl"}, {"4X", "4X", "il"}, {"4Z", "4Z", "il"}, {"5A", "5A", "ly"},
        {"5B", "5B", "cy"}, {"5C", "5G", "ma"}, {"5H", "5I", "tz"}, {"5J", "5K", "co"}, {"5L", "5M", "lr"},
        {"5N", "5O", "ng"}, {"5P", "5Q", "dk"}, {"5R", "5S", "mg"}, {"5T", "5T", "mr"}, {"5U", "5U", "ne"},
        {"5V", "5V", "tg"}, {"5W", "5W", "ws"}, {"5X", "5X", "ug"}, {"5Y", "5Z", "ke"}, {"6A", "6B", "eg"},
        {"6C", "6C", "sy"}, {"6D", "6J", "mx"}, {"6K", "6N", "kr"}, {"6O", "6O", "so"}, {"6P", "6S", "pk"},
        {"6T", "6U", "sd"}, {"6V", "6W", "sn"}, {"6X", "6X", "mg"}, {"6Y", "6Y", "jm"}, {"6Z", "6Z", "lr"},
        {"7A", "7I", "id"}, {"7J", "7N", "jp"}, {"7O", "7O", "ye"}, {"7P", "7P", "ls"}, {"7Q", "7Q", "mw"},
        {"7R", "7R", "dz"}, {"7S", "7S", "se"}, {"7T", "7Y", "dz"}, {"7Z", "7Z", "sa"}, {"8A", "8I", "id"},
        {"8J", "8N", "jp"}, {"8O", "8O", "bw"}, {"8P", "8P", "bb"}, {"8Q", "8Q", "mv"}, {"8R", "8R", "gy"},
        {"8S", "8S", "se"}, {"8T", "8Y", "in"}, {"8Z", "8Z", "sa"}, {"9A", "9A", "hr"}, {"9B", "9D", "ir"},
        {"9E", "9F", "et"}, {"9G", "9G", "gh"}, {"9H", "9H", "mt"}, {"9I", "9J", "zm"}, {"9K", "9K", "kw"},
        {"9L", "9L", "sl"}, {"9M", "9M", "my"}, {"9N", "9N", "np"}, {"9O", "9T", "cd"}, {"9U", "9U", "bi"},
        {"9V", "9V", "sg"}, {"9W", "9W", "my"}, {"9X", "9X", "rw"}, {"9Y", "9Z", "tt"}, {"A2", "A2", "bw"},
        {"A3", "A3", "to"}, {"A4", "A4", "om"}, {"A5", "A5", "bt"}, {"A6", "A6", "ae"}, {"A7", "A7", "qa"},
        {"A8", "A8", "lr"}, {"A9", "A9", "bh"}, {"AA", "AL", "us"}, {"AM", "AO", "es"}, {"AP", "AS", "pk"},
        {"AT", "AW", "in"}, {"AX", "AX", "au"}, {"AY", "AZ", "ar"}, {"BA", "BZ", "cn"}, {"C2", "C2", "nr"},
        {"C3", "C3", "ad"}, {"C4", "C4", "cy"}, {"C5", "C5", "gm"}, {"C6", "C6", "bs"}, {"C8", "C9", "mz"},
        {"CA", "CE", "cl"}, {"CF", "CK", "ca"}, {"CL", "CM", "cu"}, {"CN", "CN", "ma"}, {"CO", "CO", "cu"},
        {"CP", "CP", "bo"}, {"CQ", "CU", "pt"}, {"CV", "CX", "uy"}, {"CY", "CZ", "ca"}, {"D2", "D3", "ao"},
        {"D4", "D4", "cv"}, {"D5", "D5", "lr"}, {"D6", "D6", "km"}, {"D7", "D9", "kr"}, {"DA", "DR", "de"},
        {"DS", "DT", "kr"}, {"DU", "DZ", "ph"}, {"E2", "E2", "th"}, {"E3", "E3", "er"}, {"E4", "E4", "ps"},
        {"E5", "E5", "ck"}, {"E6", "E6", "nu"}, {"E7", "E7", "ba"}, {"EA", "EH", "es"}, {"EI", "EJ", "ie"},
        {"EK", "EK", "am"}, {"EL", "EL", "lr"}, {"EM", "EO", "ua"}, {"EP", "EQ", "ir"}, {"ER", "ER", "md"},
        {"ES", "ES", "ee"}, {"ET", "ET", "et"}, {"EU", "EW", "by"}, {"EX", "EX", "kg"}, {"EY", "EY", "tj"},
        {"EZ", "EZ", "tm"}, {"FA", "FZ", "fr"}, {"GA", "GZ", "gb"}, {"H2", "H2", "cy"}, {"H3", "H3", "pa"},
        {"H4", "H4", "sb"}, {"H6", "H7", "ni"}, {"H8", "H9", "pa"}, {"HA", "HA", "hu"}, {"HB", "HB", "ch"},
        {"HC", "HD", "ec"}, {"HE", "HE", "ch"}, {"HF", "HF", "pl"}, {"HG", "HG", "hu"}, {"HH", "HH", "ht"},
        {"HI", "HI", "do"}, {"HJ", "HK", "co"}, {"HL", "HL", "kr"}, {"HM", "HM", "kp"}, {"HN", "HN", "iq"},
        {"HO", "HP", "pa"}, {"HQ", "HR", "hn"}, {"HS", "HS", "th"}, {"HT", "HT", "ni"}, {"HU", "HU", "sv"},
        {"HV", "HV", "va"}, {"HW", "HY", "fr"}, {"HZ", "HZ", "sa"}, {"IA", "IZ", "it"}, {"J2", "J2", "dj"},
        {"J3", "J3", "gd"}, {"J4", "J4", "gr"}, {"J5", "J5", "gw"}, {"J6", "J6", "lc"}, {"J7", "J7", "dm"},
        {"J8", "J8", "vc"}, {"JA", "JS", "jp"}, {"JT", "JV", "mn"}, {"JW", "JX", "no"}, {"JY", "JY", "jo"},
        {"JZ", "JZ", "id"}, {"KA", "KZ", "us"}, {"L2", "L9", "ar"}, {"LA", "LN", "no"}, {"LO", "LW", "ar"},
        {"LX", "LX", "lu"}, {"LY", "LY", "lt"}, {"LZ", "LZ", "bg"}, {"MA", "MZ", "gb"}, {"NA", "NZ", "us"},
        {"OA", "OC", "pe"}, {"OD", "OD", "lb"}, {"OE", "OE", "at"}, {"OF", "OJ", "fi"}, {"OK", "OL", "cz"},
        {"OM", "OM", "sk"}, {"ON", "OT", "be"}, {"OU", "OZ", "dk"}, {"P2", "P2", "pg"}, {"P3", "P3", "cy"},
        {"P4", "P4", "aw"}, {"P5", "P9", "kp"}, {"PA", "PI", "nl"}, {"PJ", "PJ", "cw"}, {"PK", "PO", "id"},
        {"PP", "PY", "br"}, {"PZ", "PZ", "sr"}, {"RA", "RZ", "ru"}, {"S2", "S3", "bd"}, {"S5", "S5", "si"},
        {"S6", "S6", "sg"}, {"S7", "S7", "sc"}, {"S8", "S8", "za"}, {"S9", "S9", "st"}, {"SA", "SM", "se"},
        {"SN", "SR", "pl"}, {"SU", "SU", "eg"}, {"SV", "SZ", "gr"}, {"T2", "T2", "tv"}, {"T3", "T3", "ki"},
        {"T4", "T4", "cu"}, {"T5", "T5", "so"}, {"T6", "T6", "af"}, {"T7", "T7", "sm"}, {"T8", "T8", "pw"},
        {"TA", "TC", "tr"}, {"TD", "TD", "gt"}, {"TE", "TE", "cr"}, {"TF", "TF", "is"}, {"TG", "TG", "gt"},
        {"TH", "TH", "fr"}, {"TI", "TI", "cr"}, {"TJ", "TJ", "cm"}, {"TK", "TK", "fr"}, {"TL", "TL", "cf"},
        {"TM", "TM", "fr"}, {"TN", "TN", "cg"}, {"TO", "TQ", "fr"}, {"TR", "TR", "ga"}, {"TS", "TS", "tn"},
        {"TT", "TT", "td"}, {"TU", "TU", "ci"}, {"TV", "TX", "fr"}, {"TY", "TY", "bj"}, {"TZ", "TZ", "ml"},
        {"UA", "UI", "ru"}, {"UJ", "UM", "uz"}, {"UN", "UQ", "kz"}, {"UR", "UZ", "ua"}, {"V2", "V2", "ag"},
        {"V3", "V3", "bz"}, {"V4", "V4", "kn"}, {"V5", "V5", "na"}, {"V6", "V6", "fm"}, {"V7", "V7", "mh"},
        {"V8", "V8", "bn"}, {"VA", "VG", "ca"}, {"VH", "VN", "au"}, {"VO", "VO", "ca"}, {"VP", "VQ", "gb"},
        {"VR", "VR", "hk"}, {"VS", "VS", "gb"}, {"VT", "VW", "in"}, {"VX", "VY", "ca"}, {"VZ", "VZ", "au"},
        {"WA", "WZ", "us"}, {"XA", "XI", "mx"}, {"XJ", "XO", "ca"}, {"XP", "XP", "dk"}, {"XQ", "XR", "cl"},
        {"XS", "XS", "cn"}, {"XT", "XT", "bf"}, {"XU", "XU", "kh"}, {"XV", "XV", "vn"}, {"XW", "XW", "la"},
        {"XX", "XX", "mo"}, {"XY", "XZ", "mm"}, {"Y2", "Y9", "de"}, {"YA", "YA", "af"}, {"YB", "YH", "id"},
        {"YI", "YI", "iq"}, {"YJ", "YJ", "vu"}, {"YK", "YK", "sy"}, {"YL", "YL", "lv"}, {"YM", "YM", "tr"},
        {"YN", "YN", "ni"}, {"YO", "YR", "ro"}, {"YS", "YS", "sv"}, {"YT", "YU", "rs"}, {"YV", "YY", "ve"},
        {"Z2", "Z2", "zw"}, {"Z3", "Z3", "mk"}, {"Z8", "Z8", "ss"}, {"ZA", "ZA", "al"}, {"ZB", "ZJ", "gb"},
        {"ZK", "ZM", "nz"}, {"ZN", "ZO", "gb"}, {"ZP", "ZP", "py"}, {"ZQ", "ZQ", "gb"}, {"ZR", "ZU", "za"},
        {"ZV", "ZZ", "br"},
};

/* A state and the territories whose ships carry its series or its digits. */
static const char *const families[] = {
        "cn hk mo tw", "dk fo gl", "fi ax", "fr gf gp mq nc pf pm re tf wf yt", "gb ai bm fk gg gi im je ky ms pn sh tc vg",
        "nl aw bq cw sx", "no sj", "nz ck nu tk", "us as gu mp pr vi", "au cc cx nf",
};

/* A ship's is four letters, or has a digit (Radio Regulations 19.55); words are typed there too. */
static bool is_call_sign(em_str s)
{
        bool digit = false;
        for (size_t i = 0; i < s.n; i++)
                digit |= s.p[i] >= '0' && s.p[i] <= '9';
        return s.n == 4 || (digit && s.n > 4 && s.n <= 7);
}

em_str em_call_sign_country(em_str call_sign)
{
        if (!is_call_sign(call_sign))
                return EM_S("");
        size_t from = 0, to = sizeof all_series / sizeof *all_series;
        while (from < to) {
                size_t middle = from + (to - from) / 2;
                if (memcmp(all_series[middle].last, call_sign.p, 2) < 0)
                        from = middle + 1;
                else
                        to = middle;
        }
        if (from == sizeof all_series / sizeof *all_series || memcmp(all_series[from].first, call_sign.p, 2) > 0)
                return EM_S("");
        return em_str_c(all_series[from].country);
}

bool em_flag_agrees(em_str country_a, em_str country_b)
{
        if (em_str_eq(country_a, country_b))
                return true;
        for (size_t i = 0; i < sizeof families / sizeof *families; i++)
                if (em_str_find(em_str_c(families[i]), country_a) >= 0 && em_str_find(em_str_c(families[i]), country_b) >= 0)
                        return true;
        return false;
}
