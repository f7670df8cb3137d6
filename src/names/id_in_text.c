/* Is a text a name, or can it only be a number?  Somebody types one thing into one box; a seven-digit number whose check
 * digit holds is a ship's, a long word of mixed digits and letters a wallet's address, and whatever else is mostly
 * digits is asked as a number of any kind.
 */
#include "embargo/party.h"

typedef struct letters { size_t digits, upper, lower, other; } letters;

static letters count_letters(em_str s)
{
        letters n = {0};
        for (size_t i = 0; i < s.n; i++) {
                char c = s.p[i];
                size_t *to = c >= '0' && c <= '9' ? &n.digits : c >= 'A' && c <= 'Z' ? &n.upper
                           : c >= 'a' && c <= 'z' ? &n.lower : &n.other;
                ++*to;
        }
        return n;
}

bool em_id_in_text(em_str text, em_party_id *ret_number)
{
        text = em_str_trim(text);
        letters n = count_letters(text);
        em_party_id id = {.type = EM_S("other"), .value = text};
        if (em_str_starts(text, EM_S("IMO")) || em_str_starts(text, EM_S("imo"))) {
                id.type = EM_S("imo");
                id.value = em_str_sub(text, 3, text.n);
                if (n.digits < 6 || n.digits > 7 || n.upper + n.lower > 3)
                        return false;
        } else if (n.digits == text.n && text.n == 7) {
                char room[16];
                int  valid = 0;
                (void)em_id_canonical(EM_S("imo"), text, room, sizeof room, &valid);
                if (valid)
                        id.type = EM_S("imo");
        } else if (n.other == 0 && n.digits && text.n >= 26
                   && (text.n > 32 || (n.upper && n.lower) || em_str_starts(text, EM_S("bc1")) || em_str_starts(text, EM_S("0x")))) {
                id.type = EM_S("wallet");
        } else if (n.digits < 5 || n.lower || n.upper > 4 || n.other > 4) {
                return false;           /* "7th of Tir", "11420 CORP." are names */
        }
        for (size_t i = 0; i < text.n; i++)
                if (id.type.n != 3 && !strchr("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-./", text.p[i]))
                        return false;
        *ret_number = id;
        return true;
}
