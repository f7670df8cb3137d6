/* What each byte of a Bitcoin transaction is, so that hex can be read beside its meaning.
 *
 * The order is that of Bitcoin Core's serialization (BIP 144 for witnesses): version, marker and flag, inputs, outputs, a witness
 * for each input, locktime.  The bytes were hashed and parsed before; here they are only walked again, and a walk that would
 * leave them ends with "the rest".
 */
#include "cli/look_bytes.h"
#include "embargo/chain.h"

enum { FIELDS_MOST = 4000 };

typedef struct walk {
        em_cli  *cli;
        em_json *j;
        em_str   bytes;
        size_t   at, fields;
        bool     over;
} walk;

static void put(walk *w, size_t length, em_str is, em_str text)
{
        em_json_open(w->j, '{');
        em_json_kint(w->j, "at", (int64_t)w->at);
        em_json_kint(w->j, "length", (int64_t)length);
        em_json_kstr(w->j, "is", is);
        em_json_kstr(w->j, "text", text);
        em_json_close(w->j, '}');
        w->fields++;
        w->at += length;
}

static bool fits(walk *w, uint64_t length)
{
        w->over = w->over || w->fields >= FIELDS_MOST || length > w->bytes.n - w->at;
        return !w->over;
}

/* A number of n bytes, the lowest first. */
static uint64_t number(const walk *w, size_t n)
{
        return em_le((const uint8_t *)w->bytes.p + w->at, n);
}

static void put_number(walk *w, size_t n, em_str is)
{
        if (fits(w, n))
                put(w, n, is, em_cli_text(w->cli, "%llu", (unsigned long long)number(w, n)));
}

/* A count in one, three, five or nine bytes; 0 when the walk is over. */
static uint64_t size_here(walk *w, size_t *ret_length)
{
        static const size_t wide[] = {2, 4, 8};
        if (!fits(w, 1))
                return 0;
        uint8_t  first = (uint8_t)w->bytes.p[w->at];
        size_t   n = first < 0xfd ? 0 : wide[first - 0xfd];
        *ret_length = n + 1;
        if (!fits(w, n + 1))
                return 0;
        return n ? em_le((const uint8_t *)w->bytes.p + w->at + 1, n) : first;
}

static uint64_t put_size(walk *w, em_str is)
{
        size_t   length = 0;
        uint64_t n = size_here(w, &length);
        if (!w->over)
                put(w, length, is, em_cli_text(w->cli, "%llu", (unsigned long long)n));
        return w->over ? 0 : n;
}

/* A script with its length before it, as one field. */
static void put_script(walk *w, em_str is)
{
        size_t   length = 0;
        uint64_t n = size_here(w, &length);
        if (fits(w, length) && n <= w->bytes.n && fits(w, length + n))
                put(w, length + (size_t)n, is, em_cli_text(w->cli, "%llu %s behind the length", (unsigned long long)n, n == 1 ? "byte" : "bytes"));
        else
                w->over = true;
}

static void put_input(walk *w, uint64_t i)
{
        em_hash256 prev;
        char       text[65];
        if (!fits(w, 32))
                return;
        memcpy(prev.b, w->bytes.p + w->at, 32);
        put(w, 32, em_cli_text(w->cli, "input %llu: transaction", (unsigned long long)i), em_str_c(em_hash256_text(prev, text)));
        put_number(w, 4, em_cli_text(w->cli, "input %llu: its output", (unsigned long long)i));
        put_script(w, em_cli_text(w->cli, "input %llu: script", (unsigned long long)i));
        put_number(w, 4, em_cli_text(w->cli, "input %llu: sequence", (unsigned long long)i));
}

static void put_output(walk *w, uint64_t i)
{
        if (fits(w, 8))
                put(w, 8, em_cli_text(w->cli, "output %llu: amount", (unsigned long long)i),
                    em_cli_text(w->cli, "%.*s sat", EM_ARG(em_cli_count(w->cli, number(w, 8)))));
        put_script(w, em_cli_text(w->cli, "output %llu: script", (unsigned long long)i));
}

/* All items of one input as one field: their lengths are inside. */
static void put_witness(walk *w, uint64_t input)
{
        size_t   from = w->at, length = 0;
        uint64_t items = size_here(w, &length);
        for (w->at += w->over ? 0 : length; !w->over && items > 0; items--) {
                uint64_t n = size_here(w, &length);
                if (w->over || n > w->bytes.n || !fits(w, length + n))
                        break;
                w->at += length + (size_t)n;
        }
        size_t end = w->at;
        w->at = from;
        w->over = w->over || items > 0;
        if (!w->over)
                put(w, end - from, em_cli_text(w->cli, "witness of input %llu", (unsigned long long)input), EM_S(""));
}

static void walk_all(walk *w)
{
        put_number(w, 4, EM_S("version"));
        bool segwit = fits(w, 2) && w->bytes.p[w->at] == 0 && w->bytes.p[w->at + 1] == 1;
        if (segwit)
                put(w, 2, EM_S("marker and flag"), EM_S("witnesses follow the outputs"));
        uint64_t ins = put_size(w, EM_S("inputs"));
        for (uint64_t i = 0; i < ins && !w->over; i++)
                put_input(w, i);
        uint64_t outs = w->over ? 0 : put_size(w, EM_S("outputs"));
        for (uint64_t i = 0; i < outs && !w->over; i++)
                put_output(w, i);
        for (uint64_t i = 0; segwit && i < ins && !w->over; i++)
                put_witness(w, i);
        if (!w->over)
                put_number(w, 4, EM_S("locktime"));
}

void em_look_fields(em_cli *cli, em_json *j, em_str bytes)
{
        walk w = {.cli = cli, .j = j, .bytes = bytes};
        em_json_key(j, EM_S("fields"));
        em_json_open(j, '[');
        if (bytes.n)
                walk_all(&w);
        if (w.at < bytes.n)
                put(&w, bytes.n - w.at, EM_S("the rest"), EM_S(""));
        em_json_close(j, ']');
}
