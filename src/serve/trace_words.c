/* Words, amounts and fields that the pages about chains share.
 *
 * An amount comes as digits in the smallest unit and is shown exactly: a decimal point is set, nothing is rounded.
 */
#include "serve/trace_ask.h"
#include "embargo/u256.h"

#include <stdio.h>

em_str em_ta_coins(em_arena *arena, em_str digits, unsigned decimals)
{
        em_buf out = em_buf_make(1 << 10);
        size_t whole = digits.n > decimals ? digits.n - decimals : 0;
        for (size_t i = 0; i < whole; i++) {
                if (i && (whole - i) % 3 == 0)
                        em_buf_ch(&out, ',');
                em_buf_ch(&out, digits.p[i]);
        }
        if (!whole)
                em_buf_ch(&out, '0');
        em_str tail = em_str_sub(digits, whole, digits.n);
        size_t zeros = decimals - tail.n;
        while (tail.n && tail.p[tail.n - 1] == '0')
                tail.n--;
        if (tail.n) {
                em_buf_ch(&out, '.');
                for (size_t i = 0; i < zeros; i++)
                        em_buf_ch(&out, '0');
                em_buf_str(&out, tail);
        }
        em_str text = EM_S("");
        if (em_buf_status(&out, NULL) != EM_OK || em_str_copy(em_buf_view(&out), arena, &text, NULL) != EM_OK)
                text = digits;
        em_buf_free(&out);
        return text;
}

em_str em_ta_node_coins(const em_ask *ask, const em_jnode *node, const char *key)
{
        em_str digits = em_jtext(em_jget(node, key));
        return digits.n && digits.p[0] != '-' ? em_ta_coins(ask->arena, digits, 8) : digits;
}

bool em_ta_true(const em_jnode *node, const char *key)
{
        const em_jnode *member = em_jget(node, key);
        return member && em_str_eq(member->text, EM_S("true"));
}

em_str em_ta_share(em_arena *arena, em_str part, em_str whole)
{
        em_u256 a, b, n, rest;
        char    text[EM_U256_TEXT];
        if (!em_u256_parse(part, &a) || !em_u256_parse(whole, &b) || em_u256_zero(b) || !em_u256_muldiv(a, em_u256_of(20000), b, &n, &rest)
            || !em_u256_add(n, em_u256_of(1), &n) || !em_u256_muldiv(n, em_u256_of(1), em_u256_of(2), &n, &rest))
                return EM_S("");
        em_str digits = em_str_c(em_u256_text(n, text));
        return em_ta_coins(arena, digits, 2);
}

em_str em_ta_short(em_arena *arena, em_str id)
{
        em_cut cut = em_str_cut(id, ':');
        if (cut.head.n < 24)
                return id;
        em_str end = em_str_sub(cut.head, cut.head.n - 4, cut.head.n);
        return em_grid_text(arena, "%.10s\xe2\x80\xa6%.*s%s%.*s", cut.head.p, EM_ARG(end), cut.found ? ":" : "", EM_ARG(cut.tail));
}

void em_ta_put_labels(em_ask *ask, const em_jnode *labels)
{
        em_html h = ask->h;
        for (const em_jnode *l = labels ? labels->first : NULL; l; l = l->next) {
                const struct { const char *key, *before, *after; } parts[] = {
                        {"category", " (", ")"}, {"source", "; ", ""}, {"confidence", "; confidence ", ""}, {"date", "; ", ""}};
                em_html_c(h, l == labels->first ? "" : " \xc2\xb7 or ");
                em_html_lit(h, "<b>");
                em_html_text(h, em_jtext(em_jget(l, "label")));
                em_html_lit(h, "</b>");
                for (size_t i = 0; i < EM_COUNT(parts); i++) {
                        em_str text = em_jtext(em_jget(l, parts[i].key));
                        if (!text.n)
                                continue;
                        em_html_c(h, parts[i].before);
                        em_html_text(h, text);
                        em_html_c(h, parts[i].after);
                }
        }
}

/* ---- fields ---------------------------------------------------------------------------------------- */

void em_ta_form_text(const em_ta *ta, const char *field, const char *words, const char *hint, unsigned width)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<label class=\"line\">");
        em_html_c(h, words);
        em_html_lit(h, " <input type=\"text\"");
        em_html_attr(h, "name", em_str_c(field));
        em_html_attr(h, "value", em_form_get(ta->ask->query, field));
        if (hint)
                em_html_attr(h, "placeholder", em_str_c(hint));
        em_html_lit(h, " size=\"");
        em_html_int(h, width);
        em_html_lit(h, "\"></label>\n");
}

void em_ta_form_check(const em_ta *ta, const char *field, const char *value, const char *words, bool on)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<label class=\"flow-check\"><input type=\"checkbox\"");
        em_html_attr(h, "name", em_str_c(field));
        em_html_attr(h, "value", em_str_c(value));
        if (on)
                em_html_lit(h, " checked");
        em_html_lit(h, "> ");
        em_html_c(h, words);
        em_html_lit(h, "</label>\n");
}

static void form_index(const em_ta *ta)
{
        em_html h = ta->ask->h;
        if (ta->indexes < 2)
                return;
        em_html_lit(h, "<label class=\"line\">In the index <select name=\"index\">");
        for (size_t i = 0; i < ta->indexes; i++) {
                em_html_lit(h, "<option");
                em_html_attr(h, "value", ta->index[i].name);
                if (&ta->index[i] == ta->chosen)
                        em_html_lit(h, " selected");
                em_html_lit(h, ">");
                em_html_text(h, ta->index[i].name);
                em_html_c(h, ta->index[i].accounts ? " (accounts)" : " (outputs)");
                em_html_lit(h, "</option>");
        }
        em_html_lit(h, "</select></label>\n");
}

void em_ta_form_chain(const em_ta *ta)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<fieldset><legend>Chain and labels of the case</legend>");
        form_index(ta);
        em_html_lit(h, "<input type=\"hidden\" name=\"labels\" value=\"\">");
        for (size_t i = 0; i < ta->labels; i++) {
                const em_ta_label *l = &ta->label[i];
                em_html_lit(h, "<label class=\"flow-check\"><input type=\"checkbox\" name=\"labels\"");
                em_html_attr(h, "value", l->source);
                if (l->on)
                        em_html_lit(h, " checked");
                em_html_lit(h, "> ");
                em_html_text(h, l->name);
                em_html_lit(h, " <small>");
                em_html_int(h, l->rows);
                em_html_lit(h, " labels, source ");
                em_html_text(h, l->source);
                em_html_lit(h, "</small></label>\n");
        }
        if (!ta->labels)
                em_html_lit(h, "<p class=\"empty\">None is held: a trace then ends at no service. <code>embargo add LABELS.csv</code> takes a "
                               "list of labelled addresses in.</p>");
        em_html_lit(h, "</fieldset>\n");
}
