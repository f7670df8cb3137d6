/* What went wrong, where, in one plain sentence.  An em_error is a fixed-size
 * value: reporting that memory ran out must not need memory.  All its text ends
 * up on terminals and in logs, so nothing in it may move a cursor, hide a
 * line or turn the writing direction round (Trojan Source, CVE-2021-42574).
 */
#include "embargo/base.h"

#include <stdio.h>
#include <stdlib.h>

static const struct { const char *name, *text; int code; } statuses[] = {
#define X(name, code, text) [name] = { #name, text, code },
        EM_STATUS_TABLE(X)
#undef X
};

const char *em_status_name(em_status status)
{
        em_assert((unsigned)status < EM_STATUS_COUNT);
        return statuses[status].name;
}

const char *em_status_text(em_status status)
{
        em_assert((unsigned)status < EM_STATUS_COUNT);
        return statuses[status].text;
}

int em_status_exit(em_status status)
{
        em_assert((unsigned)status < EM_STATUS_COUNT);
        return statuses[status].code;
}

_Noreturn void em_assert_failed(const char *cond, const char *file, int line)
{
        fprintf(stderr, "embargo: bug at %s:%d: %s\n", file, line, cond);
        abort();
}

/* Ends the cut text in p on a whole character. */
static void end_whole(char *p)
{
        size_t n = strlen(p), bad;
        if (!em_utf8_ok((em_str){ p, n }, &bad) && n - bad < 4)
                p[bad] = '\0';
}

static void one_line(char *p)
{
        for (; *p; p++)
                if ((unsigned char)*p < 0x20 || *p == 0x7F)
                        *p = ' ';
}

EM_PRINTF(3, 0)
static void set_text(em_error *err, em_status code, const char *fmt, va_list args)
{
        char text[sizeof err->text];
        if (vsnprintf(text, sizeof text, fmt, args) < 0)
                text[0] = '\0';
        one_line(text);
        end_whole(text);
        *err = (em_error){ .code = code };
        memcpy(err->text, text, sizeof text);
}

em_status em_fail(em_error *err, em_status code, const char *fmt, ...)
{
        if (!err)
                return code;
        va_list args;
        va_start(args, fmt);
        set_text(err, code, fmt, args);
        va_end(args);
        return code;
}

em_status em_fail_at(em_error *err, em_status code, em_str file, uint64_t line,
                     uint64_t column, const char *fmt, ...)
{
        if (!err)
                return code;
        /* file may be a slice of err->file itself: kept before err is cleared. */
        char name[sizeof err->file];
        size_t n = file.n < sizeof name - 1 ? file.n : sizeof name - 1;
        if (n)
                memcpy(name, file.p, n);
        name[n] = '\0';
        if (n < file.n)
                end_whole(name);
        va_list args;
        va_start(args, fmt);
        set_text(err, code, fmt, args);
        va_end(args);
        memcpy(err->file, name, strlen(name) + 1);
        err->line = line;
        err->column = column;
        return code;
}

/* Field numbers are said in words, so that "a.csv:7: field 3: ..." cannot be
 * read as a byte column. */
char *em_error_text(const em_error *err, char *out, size_t cap)
{
        if (cap == 0)
                return out;
        char place[2 * sizeof err->file + 64] = "", column[40] = "";
        em_str_show(em_str_c(err->file), place, 2 * sizeof err->file);
        size_t n = strlen(place);
        if (n && err->line)
                snprintf(place + n, sizeof place - n, ":%llu", (unsigned long long)err->line);
        else if (err->line)
                snprintf(place, sizeof place, "line %llu", (unsigned long long)err->line);
        if (err->column)
                snprintf(column, sizeof column, "field %llu: ", (unsigned long long)err->column);
        snprintf(out, cap, "%s%s%s%s", place, place[0] ? ": " : "", column,
                 err->text[0] ? err->text : em_status_text(err->code));
        end_whole(out);
        return out;
}

/* Bytes of the character at `at`, and whether it may be shown as it is. */
static size_t step(em_str s, size_t at, bool *ret_plain)
{
        size_t bad, next = 0;
        em_str rest = em_str_sub(s, at, 4);
        if (!em_utf8_ok(rest, &bad) && bad == 0) {
                *ret_plain = false;
                return 1;
        }
        *ret_plain = !em_utf8_obeyed(em_utf8_next(rest, &next));
        return next;
}

/* Four characters for each byte, "\x1B". */
static void put_hex(em_str bytes, char *out)
{
        for (size_t i = 0; i < bytes.n; i++) {
                unsigned char c = (unsigned char)bytes.p[i];
                *out++ = '\\';
                *out++ = 'x';
                *out++ = "0123456789ABCDEF"[c >> 4];
                *out++ = "0123456789ABCDEF"[c & 15];
        }
}

char *em_str_show(em_str s, char *out, size_t cap)
{
        if (cap == 0)
                return out;
        size_t n = 0, room = cap - 1, dots = 0;
        for (size_t at = 0; at < s.n;) {
                bool plain;
                size_t bytes = step(s, at, &plain), need = plain ? bytes : 4 * bytes;
                if (n + need > room) {
                        size_t marks = room < 3 ? room : 3;
                        memcpy(out + dots, "...", marks);
                        n = dots + marks;
                        break;
                }
                if (plain)
                        memcpy(out + n, s.p + at, bytes);
                else
                        put_hex(em_str_sub(s, at, bytes), out + n);
                n += need;
                at += bytes;
                /* The last place where three dots would still fit. */
                if (n + 3 <= room)
                        dots = n;
        }
        out[n] = '\0';
        return out;
}
