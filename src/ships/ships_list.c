/* The list of an index: one text file that names the days and the sources, and is the index.
 *
 *     embargo ships 1
 *     file SHA-256 format bytes lines fixes reports rejects first last path
 *     why  SHA-256 count reason
 *     map  SHA-256 columns
 *     day  2021-07-01 name bytes
 *     sum  SHA-256 of all lines above
 *
 * A day that is not named here is no part of the index, so writing this file is the one step in which an index becomes another.
 * Paths are percent-coded where they hold blanks or controls.
 */
#include <stdio.h>

#include "embargo/day.h"
#include "ships/ships_inside.h"

#define FIRST_LINE "embargo ships 1"
#define MOST_BYTES ((uint64_t)1 << 30)

static void put_word(em_buf *buf, em_str s)
{
        for (size_t i = 0; i < s.n; i++) {
                unsigned char c = (unsigned char)s.p[i];
                if (c <= ' ' || c == '%' || c == 127)
                        em_buf_fmt(buf, "%%%02X", c);
                else
                        em_buf_ch(buf, (char)c);
        }
        if (s.n == 0)
                em_buf_ch(buf, '%');
}

static int hex(char c)
{
        return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool take_word(em_str word, em_arena *arena, em_str *ret)
{
        char  *p = em_arena_alloc(arena, word.n + 1);
        size_t n = 0;
        if (!p)
                return false;
        if (em_str_eq(word, EM_S("%")))
                word.n = 0;
        for (size_t i = 0; i < word.n; i++) {
                if (word.p[i] != '%') {
                        p[n++] = word.p[i];
                        continue;
                }
                int high = word.n - i > 2 ? hex(word.p[i + 1]) : -1, low = word.n - i > 2 ? hex(word.p[i + 2]) : -1;
                if (high < 0 || low < 0)
                        return false;
                p[n++] = (char)(high << 4 | low);
                i += 2;
        }
        *ret = (em_str){p, n};
        return true;
}

em_status em_ships_list_write(em_str index, const em_ships_list *list, em_error *err)
{
        em_buf    buf = em_buf_make(MOST_BYTES);
        em_arena *arena = em_arena_new((size_t)1 << 20);
        char      text[65], day[11];
        em_str    path;
        if (!arena)
                return em_fail(err, EM_NOMEM, "no memory for the index's list");
        em_buf_c(&buf, FIRST_LINE "\n");
        for (size_t i = 0; i < list->files; i++) {
                const em_ship_file *f = &list->file[i];
                em_buf_fmt(&buf, "file %s %.*s %llu %llu %llu %llu %llu %lld %lld ", f->sha256, EM_ARG(f->format),
                           (unsigned long long)f->bytes, (unsigned long long)f->lines, (unsigned long long)f->fixes,
                           (unsigned long long)f->reports, (unsigned long long)f->rejects, (long long)f->first_s, (long long)f->last_s);
                put_word(&buf, f->path);
                em_buf_ch(&buf, '\n');
                if (list->reasons[i].n)
                        em_buf_fmt(&buf, "why %s %.*s\n", f->sha256, EM_ARG(list->reasons[i]));
        }
        for (size_t i = 0; i < list->files; i++) {
                if (list->map[i].n == 0)
                        continue;
                em_buf_fmt(&buf, "map %s ", list->file[i].sha256);
                put_word(&buf, list->map[i]);
                em_buf_ch(&buf, '\n');
        }
        for (size_t i = 0; i < list->days; i++)
                em_buf_fmt(&buf, "day %s %.*s %llu\n", em_day_text((em_day)list->day[i].day, day), EM_ARG(list->day[i].name),
                           (unsigned long long)list->day[i].bytes);
        em_buf_fmt(&buf, "sum %s\n", em_sha256_hex(em_sha256_of(em_buf_view(&buf)), text));
        em_status status = em_buf_status(&buf, err);
        if (status == EM_OK)
                status = em_path_join(index, EM_S(EM_SHIPS_LIST), arena, &path, err);
        if (status == EM_OK)
                status = em_file_write(path, em_buf_view(&buf), err);
        em_buf_free(&buf);
        em_arena_free(arena);
        return status;
}

/* ---- reading ---- */

static em_str word_of(em_str *rest)
{
        em_cut cut = em_str_cut(*rest, ' ');
        *rest = cut.tail;
        return cut.head;
}

static bool number_of(em_str *rest, uint64_t *ret)
{
        int64_t v = 0;
        if (!em_str_int(word_of(rest), &v) || v < 0)
                return false;
        *ret = (uint64_t)v;
        return true;
}

static bool take_file(em_str rest, em_arena *arena, em_ships_list *list)
{
        em_ship_file *f = &list->file[list->files];
        em_sha256     hash;
        em_str        hex_text = word_of(&rest);
        *f = (em_ship_file){0};
        if (!em_sha256_parse(hex_text, &hash))
                return false;
        em_sha256_hex(hash, f->sha256);
        if (list->files && strcmp(f[-1].sha256, f->sha256) >= 0)
                return false;
        f->format = word_of(&rest);
        if (!number_of(&rest, &f->bytes) || !number_of(&rest, &f->lines) || !number_of(&rest, &f->fixes) || !number_of(&rest, &f->reports) ||
            !number_of(&rest, &f->rejects) || !em_str_int(word_of(&rest), &f->first_s) || !em_str_int(word_of(&rest), &f->last_s) ||
            !take_word(rest, arena, &f->path))
                return false;
        list->reasons[list->files++] = (em_str){"", 0};
        return true;
}

static bool take_map(em_str rest, em_arena *arena, em_ships_list *list)
{
        em_str hash = word_of(&rest);
        for (size_t i = 0; i < list->files; i++)
                if (em_str_eq(hash, em_str_c(list->file[i].sha256)))
                        return take_word(rest, arena, &list->map[i]);
        return false;
}

static bool take_day(em_str rest, em_ships_list *list)
{
        em_ships_day *d = &list->day[list->days];
        em_day        day;
        if (!em_day_parse(word_of(&rest), &day) || day < 0 || day > EM_SHIPS_DAY_MAX || (list->days && d[-1].day >= (uint32_t)day))
                return false;
        *d = (em_ships_day){.day = (uint32_t)day, .name = word_of(&rest)};
        for (size_t i = 0; i < d->name.n; i++)  /* a name and no way out of the folder */
                if (!strchr("0123456789abcdef-", d->name.p[i]) || d->name.p[i] == 0)
                        return false;
        list->days++;
        return d->name.n > 0 && number_of(&rest, &d->bytes) && rest.n == 0;
}

static bool take_line(em_str line, em_arena *arena, em_ships_list *list)
{
        em_str what = word_of(&line);
        if (em_str_eq(what, EM_S("file")))
                return take_file(line, arena, list);
        if (em_str_eq(what, EM_S("day")))
                return take_day(line, list);
        if (em_str_eq(what, EM_S("map")))
                return take_map(line, arena, list);
        if (!em_str_eq(what, EM_S("why")) || list->files == 0 || !em_str_eq(word_of(&line), em_str_c(list->file[list->files - 1].sha256)))
                return false;
        list->reasons[list->files - 1] = line;
        return true;
}

em_status em_ships_list_parse(em_str text, em_arena *arena, em_ships_list *ret_list, em_error *err)
{
        static const size_t SUM = 4 + 64 + 1;
        em_ships_list list = {0};
        em_sha256     sum;
        size_t        lines = 0;
        if (!em_str_starts(text, EM_S("embargo ships ")))
                return em_fail(err, EM_FORMAT, "not a ships' index");
        if (!em_str_starts(text, EM_S(FIRST_LINE "\n")))
                return em_fail(err, EM_FORMAT, "a ships' index of another version of the format; build it anew");
        em_str body = em_str_sub(text, 0, text.n >= SUM ? text.n - SUM : 0), end = em_str_sub(text, body.n, SUM);
        em_sha256 is = em_sha256_of(body);
        if (!em_str_starts(end, EM_S("sum ")) || !em_sha256_parse(em_str_sub(end, 4, 64), &sum) || memcmp(sum.b, is.b, 32) != 0)
                return em_fail(err, EM_FORMAT, "the index's list does not match its checksum");
        for (size_t i = 0; i < body.n; i++)
                lines += body.p[i] == '\n';
        list.file = EM_NEW_N(arena, em_ship_file, lines);
        list.reasons = EM_NEW_N(arena, em_str, lines);
        list.map = EM_NEW_N(arena, em_str, lines);
        list.day = EM_NEW_N(arena, em_ships_day, lines);
        if (!list.file || !list.reasons || !list.map || !list.day)
                return em_fail(err, EM_NOMEM, "no memory for the index's list");
        body = em_str_cut(body, '\n').tail;
        for (size_t line = 2; body.n; line++) {
                em_cut cut = em_str_cut(body, '\n');
                if (!take_line(cut.head, arena, &list))
                        return em_fail(err, EM_FORMAT, "line %zu of the index's list cannot be", line);
                body = cut.tail;
        }
        *ret_list = list;
        return EM_OK;
}

em_status em_ships_list_read(em_str index, em_arena *arena, em_ships_list *ret_list, em_error *err)
{
        em_str   path, text;
        em_error why = {0};
        EM_TRY(em_path_join(index, EM_S(EM_SHIPS_LIST), arena, &path, err));
        if (!em_path_exists(path))
                return em_fail_at(err, EM_MISSING, index, 0, 0, "no ships' index is here");
        EM_TRY(em_file_read(path, MOST_BYTES, arena, &text, err));
        em_status status = em_ships_list_parse(text, arena, ret_list, &why);
        return status == EM_OK ? EM_OK : em_fail_at(err, status, path, 0, 0, "%s", why.text);
}
