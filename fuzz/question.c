/* Any bytes are a question: its header is taken whole or refused with the line.
 * What is taken runs: every reading is set up and answered on three fixed rows.
 */
#include "regime/inside.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT(literal) { .type = EM_VALUE_TEXT, .s = EM_S_INIT(literal) }
#define INT(n)  { .type = EM_VALUE_INT, .i = (n) }

static em_str names[] = {
        EM_S_INIT("record"), EM_S_INIT("day"), EM_S_INIT("low_milli"), EM_S_INIT("high_milli"), EM_S_INIT("unit"),
        EM_S_INIT("label"), EM_S_INIT("fraction"),
};
static em_value cells[] = {
        INT(1), TEXT("2021-09-15"), INT(1000), INT(1000), TEXT("t"), TEXT("a"), TEXT("1/3"),
        INT(2), TEXT("2022-01-05"), INT(5000), INT(7000), TEXT("bbl"), TEXT("b"), TEXT("90 %"),
        INT(3), { .type = EM_VALUE_NULL }, INT(0), { .type = EM_VALUE_NULL }, TEXT("bbl"), TEXT("c"), TEXT(""),
};

/* A simulation of a million runs is slow, not wrong. */
static bool is_slow(const em_setup *s)
{
        return em_str_eq(em_str_c(s->test.op->name), EM_S("change-point"));
}

static void answer(const em_question *q, em_arena *arena)
{
        const em_rows rows = { .columns = 7, .rows = 3, .name = names, .cell = cells }, none = { 0 };
        em_enquiry *list = EM_NEW_N(arena, em_enquiry, em_setup_count(q));
        em_cover *cover;
        em_answer *a;

        if (!list || em_cover_make(&none, q->coverage, q->coverages, EM_DAY_NONE, arena, &cover, NULL) != EM_OK)
                return;
        for (size_t i = 0; i < em_setup_count(q); i++) {
                em_status status = em_setup_make(q, i ? &q->variant[i - 1] : NULL, arena, &list[i].setup, NULL);

                em_assert(status == EM_OK);
                if (is_slow(&list[i].setup)
                    || em_ask_read(&rows, &list[i].setup, arena, &list[i].rows, NULL) != EM_OK)
                        return;
        }
        if (em_answer_from(q, EM_DAY_NONE, list, cover, &none, arena, &a, NULL) == EM_OK)
                em_assert(a->body.n > 0 && a->why.n > 0 && a->reading[0].says.n > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_arena *arena = em_arena_new((size_t)64 << 20);
        char *bytes = malloc(size + 1);
        em_question *q;
        em_error err = { 0 };

        if (!arena || !bytes)
                abort();
        if (size)
                memcpy(bytes, data, size);
        if (em_question_parse(EM_S("fuzz"), (em_str){ bytes, size }, arena, &q, &err) == EM_OK) {
                em_assert(em_str_ends(em_question_asks(q), EM_S("?")));
                em_assert(em_question_hash(q).n == 64);
                answer(q, arena);
        } else {
                em_assert(err.code != EM_OK && err.text[0] != '\0');
        }
        free(bytes);
        em_arena_free(arena);
        return 0;
}
