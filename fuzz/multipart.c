/* Any bytes are a form, and any cut of them gives the same calls: the first byte says how long the pieces are, the line after it is
 * the type.  What reaches the sink lies in the input, and begin and end alternate.
 */
#include "serve/multipart.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct seen { uint64_t sum, bytes; unsigned parts; bool open; em_status status; } seen;

static void mix(seen *s, em_str bytes)
{
        for (size_t i = 0; i < bytes.n; i++)
                s->sum = (s->sum ^ (uint8_t)bytes.p[i]) * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

static em_status on_begin(void *ctx, const em_part *part, em_error *err)
{
        seen *s = ctx;
        (void)err;
        em_assert(!s->open && part->name.n <= EM_PART_HEAD && part->file_name.n <= EM_PART_HEAD);
        em_assert(part->is_file || part->file_name.n == 0);
        s->open = true;
        s->parts++;
        mix(s, part->name);
        mix(s, part->file_name);
        return EM_OK;
}

static em_status on_bytes(void *ctx, em_str bytes, em_error *err)
{
        seen *s = ctx;
        (void)err;
        em_assert(s->open && bytes.n > 0);
        s->bytes += bytes.n;
        mix(s, bytes);
        return EM_OK;
}

static em_status on_end(void *ctx, em_error *err)
{
        seen *s = ctx;
        (void)err;
        em_assert(s->open);
        s->open = false;
        return EM_OK;
}

static seen read_all(em_str type, em_str body, size_t piece)
{
        seen s = { .sum = 1 };
        em_multipart m;
        em_multipart_sink sink = { on_begin, on_bytes, on_end, &s };
        s.status = em_multipart_open(&m, type, &sink, NULL);
        for (size_t at = 0, n; s.status == EM_OK && at < body.n; at += n) {
                n = body.n - at < piece ? body.n - at : piece;
                char *copy = malloc(n);
                if (!copy)
                        abort();
                memcpy(copy, body.p + at, n);
                s.status = em_multipart_feed(&m, (em_str){ copy, n }, NULL);
                free(copy);
        }
        if (s.status == EM_OK)
                s.status = em_multipart_end(&m, NULL);
        return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        if (size < 2)
                return 0;
        em_cut cut = em_str_cut((em_str){ (const char *)data + 1, size - 1 }, '\n');
        seen whole = read_all(cut.head, cut.tail, cut.tail.n), parts = read_all(cut.head, cut.tail, 1 + data[0] % 100u);
        em_assert(whole.sum == parts.sum && whole.bytes == parts.bytes && whole.parts == parts.parts && whole.status == parts.status);
        em_assert(whole.bytes <= cut.tail.n && whole.parts <= EM_PARTS_MOST);
        em_assert(whole.status != EM_OK || !whole.open);
        return 0;
}
