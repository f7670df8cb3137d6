/* Names of what a party and its names can be; numbers in the form in which they are compared. */
#include "embargo/party.h"

static const char *const schemas[EM_SCHEMA_SCHEMAS] = {"Thing", "LegalEntity", "Person", "Organization", "Company", "Vessel",
                                                       "Airplane", "CryptoWallet", "Address"};

const char *em_schema_name(em_schema schema) { return schemas[schema]; }

bool em_schema_parse(em_str name, em_schema *ret_schema)
{
        /* Schemata of FollowTheMoney that are one of ours for matching. */
        static const struct { const char *name; em_schema schema; } more[] = {
                {"PublicBody", EM_SCHEMA_ORGANIZATION}, {"Entity", EM_SCHEMA_ORGANIZATION}, {"Individual", EM_SCHEMA_PERSON},
                {"Ship", EM_SCHEMA_VESSEL}, {"Aircraft", EM_SCHEMA_AIRPLANE}, {"Business", EM_SCHEMA_COMPANY},
        };
        for (int i = 0; i < EM_SCHEMA_SCHEMAS; i++)
                if (em_str_eq_nocase(name, em_str_c(schemas[i]))) {
                        *ret_schema = (em_schema)i;
                        return true;
                }
        for (size_t i = 0; i < sizeof more / sizeof *more; i++)
                if (em_str_eq_nocase(name, em_str_c(more[i].name))) {
                        *ret_schema = more[i].schema;
                        return true;
                }
        return false;
}

const char *em_name_kind_name(em_name_kind kind)
{
        static const char *const names[EM_NAME_KINDS] = {"primary", "alias", "weak alias", "former name", "original script"};
        return names[kind];
}

/* IMO resolution A.600(15), now A.1117(30): the sum of digits 1 to 6 times 7 to 2 ends in digit 7. */
static bool imo_holds(em_str d)
{
        unsigned sum = 0;
        for (size_t i = 0; i < 6; i++)
                sum += (unsigned)(d.p[i] - '0') * (unsigned)(7 - i);
        return d.n == 7 && sum > 0 && sum % 10 == (unsigned)(d.p[6] - '0');
}

static size_t digits_only(em_str value, char *out, size_t room)
{
        size_t n = 0;
        for (size_t i = 0; i < value.n && n < room; i++)
                if (value.p[i] >= '0' && value.p[i] <= '9')
                        out[n++] = value.p[i];
        return n;
}

static em_str imo(em_str value, char *out, size_t room, int *ret_valid)
{
        size_t n = room > 7 ? digits_only(value, out + 1, room - 1) : 0;
        em_str all = {out + 1, n};
        if (n == 6) {           /* its leading zero was lost on the way through a spreadsheet */
                out[0] = '0';
                all = (em_str){out, 7};
        }
        *ret_valid = all.n == 7 && imo_holds(all);
        return all;
}

static bool is_wallet_case(em_str v)
{
        /* Base58 tells upper from lower case; hex and bech32 do not. */
        return !em_str_starts(v, EM_S("0x")) && !em_str_starts(v, EM_S("0X")) && !em_str_starts(v, EM_S("bc1"))
               && !em_str_starts(v, EM_S("BC1")) && !em_str_starts(v, EM_S("ltc1"));
}

em_str em_id_canonical(em_str type, em_str value, char *out, size_t room, int *ret_valid)
{
        size_t n = 0;
        *ret_valid = -1;
        value = em_str_trim(value);
        if (em_str_eq(type, EM_S("imo")))
                return imo(value, out, room, ret_valid);
        bool wallet = em_str_eq(type, EM_S("wallet"));
        for (size_t i = 0; i < value.n && n < room; i++) {
                char c = value.p[i];
                bool lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z', digit = c >= '0' && c <= '9';
                if (wallet && is_wallet_case(value))
                        out[n++] = c;
                else if (wallet && upper)
                        out[n++] = (char)(c + 32);
                else if (wallet)
                        out[n++] = c;
                else if (lower)
                        out[n++] = (char)(c - 32);
                else if (upper || digit || c < 0)       /* letters of other scripts stay as they are */
                        out[n++] = c;
        }
        if (em_str_eq(type, EM_S("mmsi")))
                *ret_valid = n == 9;
        return (em_str){out, n};
}
