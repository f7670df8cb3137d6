/* Query strings and forms (WHATWG URL, section 5: application/x-www-form-urlencoded).
 *
 * A % that two hex digits do not follow stands for itself, as that standard has it.  Text that is not UTF-8
 * or holds a NUL is refused rather than repaired: a name that was damaged on the way is another name.
 */
#include "serve/service.h"

static int hex(char c)
{
        return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

em_status em_form_unescape(em_str text, bool plus, em_arena *arena, em_str *ret_text, em_error *err)
{
        char  *out = em_arena_alloc(arena, text.n + 1);
        size_t n = 0;
        if (!out)
                return em_fail(err, EM_NOMEM, "no memory for a form");
        for (size_t i = 0; i < text.n; i++) {
                bool escape = text.p[i] == '%' && i + 2 < text.n && hex(text.p[i + 1]) >= 0 && hex(text.p[i + 2]) >= 0;
                if (escape) {
                        out[n++] = (char)(hex(text.p[i + 1]) * 16 + hex(text.p[i + 2]));
                        i += 2;
                } else {
                        out[n++] = plus && text.p[i] == '+' ? ' ' : text.p[i];
                }
        }
        em_str all = {out, n};
        if (!em_utf8_ok(all, NULL) || memchr(out, '\0', n))
                return em_fail(err, EM_FORMAT, "a parameter is not UTF-8 text");
        *ret_text = all;
        return EM_OK;
}

em_status em_form_read_text(em_str text, em_arena *arena, em_form *ret_form, em_error *err)
{
        em_form form = {0};
        size_t  most = 1;
        for (size_t i = 0; i < text.n; i++)
                most += text.p[i] == '&';
        if (most > EM_FORM_MOST)
                return em_fail(err, EM_LIMIT, "more than %d parameters", EM_FORM_MOST);
        form.at = EM_NEW_N(arena, em_form_item, most);
        if (!form.at)
                return em_fail(err, EM_NOMEM, "no memory for a form");
        while (text.n) {
                em_cut pair = em_str_cut(text, '&'), cut = em_str_cut(pair.head, '=');
                text = pair.tail;
                if (!pair.head.n)
                        continue;
                em_form_item *p = &form.at[form.count];
                EM_TRY(em_form_unescape(cut.head, true, arena, &p->name, err));
                EM_TRY(em_form_unescape(cut.tail, true, arena, &p->value, err));
                form.count++;
        }
        *ret_form = form;
        return EM_OK;
}

em_str em_form_get(em_form form, const char *name)
{
        for (size_t i = 0; i < form.count; i++)
                if (em_str_eq(form.at[i].name, em_str_c(name)))
                        return form.at[i].value;
        return (em_str){0};
}

bool em_form_flag(em_form form, const char *name)
{
        em_str v = em_form_get(form, name);
        return em_str_eq_nocase(v, EM_S("true")) || em_str_eq(v, EM_S("1")) || em_str_eq_nocase(v, EM_S("yes"))
               || em_str_eq_nocase(v, EM_S("on"));
}
