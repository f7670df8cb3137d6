/* People who may sign in with a password, in a file of lines.
 *
 * Passwords are kept as Argon2id (RFC 9106), by libsodium with its limits for somebody who waits: 64 MiB and two passes.  A
 * name that nobody has is checked against a hash made at the start, so that the time does not tell names.  The text
 * of the file is changed line by line: what a person wrote around the accounts stays.
 */
#include "embargo/serve.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME_MOST = 64, FILE_MOST = 1 << 20, MOST = 4096 };

typedef struct account { em_str name; char hash[crypto_pwhash_STRBYTES]; bool write; } account;

struct em_accounts {
        em_arena *arena;
        account  *at;
        size_t    count;
        char      nobody[crypto_pwhash_STRBYTES];
};

static bool is_name(em_str name)
{
        bool fit = name.n > 0 && name.n <= NAME_MOST && em_utf8_ok(name, NULL) && name.p[0] != '#' && name.p[0] != ' ' && name.p[name.n - 1] != ' ';
        for (size_t i = 0; i < name.n; i++)
                fit = fit && (unsigned char)name.p[i] >= ' ' && name.p[i] != ':' && name.p[i] != 0x7f;
        return fit;
}

/* ---- the file ---------------------------------------------------------------------------------------- */

/* The name of a line; empty: the line is nobody's. */
static em_str name_of(em_str line)
{
        line = em_str_trim(line);
        return line.n && line.p[0] != '#' ? em_str_cut(line, ':').head : (em_str){0};
}

static em_status read_line(em_accounts *a, em_str path, uint64_t number, em_str line, em_error *err)
{
        em_cut   name = em_str_cut(em_str_trim(line), ':'), hash = em_str_cut(name.tail, ':');
        account *to = &a->at[a->count];
        if (!name_of(line).n)
                return EM_OK;
        if (a->count == MOST)
                return em_fail_at(err, EM_LIMIT, path, number, 0, "more than %d accounts", MOST);
        if (!is_name(name.head) || !em_str_starts(hash.head, EM_S("$argon2id$")) || hash.head.n >= sizeof to->hash)
                return em_fail_at(err, EM_FORMAT, path, number, 0, "an account is a line name:hash:rights; embargo account makes it");
        to->write = em_str_eq(hash.tail, EM_S("write"));
        if (!to->write && !em_str_eq(hash.tail, EM_S("read")))
                return em_fail_at(err, EM_FORMAT, path, number, 0, "the rights of an account are read or write");
        for (size_t i = 0; i < a->count; i++)
                if (em_str_eq(a->at[i].name, name.head))
                        return em_fail_at(err, EM_FORMAT, path, number, 0, "the name stands there twice");
        to->name = name.head;
        memcpy(to->hash, hash.head.p, hash.head.n);
        a->count++;
        return EM_OK;
}

static em_status load(em_accounts *a, em_str path, em_error *err)
{
        em_str   text = {0};
        uint64_t number = 0;
        EM_TRY(em_file_read(path, FILE_MOST, a->arena, &text, err));
        a->at = EM_NEW_N(a->arena, account, MOST + 1);
        if (!a->at || sodium_init() < 0)
                return em_fail(err, EM_NOMEM, "no memory for the accounts");
        while (text.n) {
                em_cut cut = em_str_cut(text, '\n');
                EM_TRY(read_line(a, path, ++number, cut.head, err));
                text = cut.tail;
        }
        if (!a->count)
                return em_fail_at(err, EM_MISSING, path, 0, 0, "there is no account in it; embargo account FILE add NAME makes one");
        if (crypto_pwhash_str(a->nobody, "", 0, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
                return em_fail(err, EM_NOMEM, "no memory to hash a password");
        return EM_OK;
}

em_status em_accounts_load(em_str path, em_accounts **ret_accounts, em_error *err)
{
        em_accounts *a = calloc(1, sizeof *a);
        if (a)
                a->arena = em_arena_new((size_t)4 << 20);
        em_status s = a && a->arena ? load(a, path, err) : em_fail(err, EM_NOMEM, "no memory for the accounts");
        if (s == EM_OK)
                *ret_accounts = a;
        else
                em_accounts_free(a);
        return s;
}

em_accounts *em_accounts_free(em_accounts *a)
{
        if (a)
                em_arena_free(a->arena);
        free(a);
        return NULL;
}

size_t em_accounts_count(const em_accounts *a) { return a->count; }

em_str em_accounts_name(const em_accounts *a, size_t i, bool *ret_write)
{
        *ret_write = a->at[i].write;
        return a->at[i].name;
}

bool em_accounts_check(const em_accounts *a, em_str name, em_str password, bool *ret_write)
{
        const char *hash = a->nobody;
        bool        there = false;
        for (size_t i = 0; i < a->count; i++)
                if (em_str_eq(a->at[i].name, name)) {
                        there = true;
                        hash = a->at[i].hash;
                        *ret_write = a->at[i].write;
                }
        if (password.n > EM_PASSWORD_MOST)
                password.n = 0;
        bool same = crypto_pwhash_str_verify(hash, password.n ? password.p : "", password.n) == 0;
        return same && there && password.n >= EM_PASSWORD_LEAST;
}

/* ---- changing it ---------------------------------------------------------------------------------------- */

static em_status copy(em_buf *out, em_arena *arena, em_str *ret_text, em_error *err)
{
        em_status s = em_buf_status(out, err);
        if (s == EM_OK)
                s = em_str_copy(em_buf_view(out), arena, ret_text, err);
        em_buf_free(out);
        return s;
}

/* Every line but that of the name. */
static bool copy_others(em_str text, em_str name, em_buf *out)
{
        bool met = false;
        while (text.n) {
                em_cut cut = em_str_cut(text, '\n');
                if (em_str_eq(name_of(cut.head), name)) {
                        met = true;
                } else {
                        em_buf_str(out, cut.head);
                        em_buf_ch(out, '\n');
                }
                text = cut.tail;
        }
        return met;
}

em_status em_account_put(em_str text, em_str name, em_str password, bool write, em_arena *arena, em_str *ret_text, em_error *err)
{
        char hash[crypto_pwhash_STRBYTES];
        if (!is_name(name))
                return em_fail(err, EM_FORMAT, "a name has 1 to %d bytes, no colon and no control character, and does not begin with #", NAME_MOST);
        if (password.n < EM_PASSWORD_LEAST || password.n > EM_PASSWORD_MOST)
                return em_fail(err, EM_FORMAT, "a password has at least %d bytes, and at most %d", EM_PASSWORD_LEAST, EM_PASSWORD_MOST);
        if (sodium_init() < 0 || crypto_pwhash_str(hash, password.p, password.n, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
                return em_fail(err, EM_NOMEM, "no memory to hash a password");
        em_buf out = em_buf_make(FILE_MOST);
        (void)copy_others(text, name, &out);
        em_buf_str(&out, name);
        em_buf_fmt(&out, ":%s:%s\n", hash, write ? "write" : "read");
        return copy(&out, arena, ret_text, err);
}

em_status em_account_drop(em_str text, em_str name, em_arena *arena, em_str *ret_text, em_error *err)
{
        em_buf out = em_buf_make(FILE_MOST);
        char   shown[80];
        if (!copy_others(text, name, &out)) {
                em_buf_free(&out);
                return em_fail(err, EM_MISSING, "nobody in it is called %s", em_str_show(name, shown, sizeof shown));
        }
        return copy(&out, arena, ret_text, err);
}
