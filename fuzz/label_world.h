/* What holds of labels read from any bytes. */
#ifndef FUZZ_LABEL_WORLD_H
#define FUZZ_LABEL_WORLD_H

#include "embargo/label.h"

#include <stdlib.h>

static inline void label_each(const em_labels *l)
{
        const size_t *first = NULL;
        size_t        n = em_labels_count(l), of = 0, conflicts = em_labels_conflicts(l, &first);
        for (size_t i = 0; i < n; i++) {
                const em_label *a = em_labels_at(l, i), *found = em_labels_of(l, a->shown, &of);
                em_assert(found && found <= a && a < found + of);
                em_assert(i == 0 || em_str_cmp(em_labels_at(l, i - 1)->address, a->address) <= 0);
                em_assert(a->line > 0 && a->label.n > 0 && a->address.n <= a->shown.n);
                em_assert((a->stop == EM_LABEL_GOES_ON) <= (em_labels_stop(l, a->shown) != a));
        }
        for (size_t i = 0; i < conflicts; i++)
                em_assert(first[i] + 1 < n && (i == 0 || first[i - 1] < first[i]));
}

/* prefix and bytes; the caller frees it. */
static inline em_str label_text(const char *prefix, const uint8_t *data, size_t size)
{
        size_t before = strlen(prefix);
        char  *text = malloc(before + size + 1);
        if (!text)
                abort();
        memcpy(text, prefix, before);
        if (size)
                memcpy(text + before, data, size);
        return (em_str){text, before + size};
}

/* Judges what was read as the format `want`, or as any when the bytes stood alone, and frees it. */
static inline void label_judge(em_status status, em_labels *labels, em_str text, const em_error *err, bool alone,
                               em_label_format want)
{
        const em_label_file *file = NULL;
        if (status == EM_OK) {
                em_assert(em_labels_files(labels, &file) == 1);
                em_assert(alone || file[0].format == want);
                label_each(labels);
        } else {
                em_assert(!labels && err->text[0]);
        }
        em_labels_free(labels);
        free((void *)(uintptr_t)text.p);
}

#endif
