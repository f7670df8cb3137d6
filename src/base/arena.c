/* Arenas: memory by lifetime instead of by object (Hanson, "Fast allocation and
 * deallocation of memory based on object lifetimes", 1990; u-config's arenas).
 *
 * A chain of chunks, newest first.  Chunks come zeroed from calloc, which for a
 * large one means untouched pages; each remembers how far it was ever dirtied,
 * so a reset costs nothing and an allocation clears only what was used before.
 */
#include "embargo/base.h"

#include <stdio.h>
#include <stdlib.h>

#define ALIGN       (_Alignof(max_align_t))
#define CHUNK_FIRST ((size_t)16 << 10)
#define CHUNK_MOST  ((size_t)1 << 20)

typedef struct chunk {
        struct chunk *older;
        size_t size, at, dirty;         /* dirty >= at: bytes that may not be zero */
        _Alignas(max_align_t) unsigned char bytes[];
} chunk;

struct em_arena {
        chunk *newest;
        size_t max, used;
        _Alignas(max_align_t) unsigned char nothing[sizeof(max_align_t)]; /* where size 0 points */
};

em_arena *em_arena_new(size_t max)
{
        em_arena *arena = malloc(sizeof *arena);
        if (arena)
                *arena = (em_arena){ .max = max };
        return arena;
}

em_arena *em_arena_free(em_arena *arena)
{
        if (!arena)
                return NULL;
        for (chunk *c = arena->newest; c;) {
                chunk *older = c->older;
                free(c);
                c = older;
        }
        free(arena);
        return NULL;
}

/* A chunk with room for size, twice as large as the one before up to a megabyte,
 * and never larger than what the ceiling leaves. */
static chunk *grow(em_arena *arena, size_t size)
{
        size_t left = arena->max - arena->used;
        size_t want = arena->newest ? 2 * arena->newest->size : CHUNK_FIRST;
        if (want > CHUNK_MOST)
                want = CHUNK_MOST;
        if (want > left)
                want = left;
        if (want < size)
                want = size;
        if (want > SIZE_MAX - sizeof(chunk))
                return NULL;
        chunk *c = calloc(1, sizeof(chunk) + want);
        if (!c)
                return NULL;
        c->size = want;
        c->older = arena->newest;
        arena->newest = c;
        return c;
}

void *em_arena_alloc(em_arena *arena, size_t size)
{
        if (size == 0)
                return arena->nothing;
        if (size > SIZE_MAX - (ALIGN - 1))
                return NULL;
        size = (size + (ALIGN - 1)) & ~(ALIGN - 1);
        if (size > arena->max - arena->used)
                return NULL;
        chunk *c = arena->newest;
        if (!c || size > c->size - c->at)
                c = grow(arena, size);
        if (!c)
                return NULL;
        unsigned char *p = c->bytes + c->at;
        if (c->at < c->dirty) {
                size_t old = c->dirty - c->at;
                memset(p, 0, old < size ? old : size);
        }
        c->at += size;
        if (c->dirty < c->at)
                c->dirty = c->at;
        arena->used += size;
        return p;
}

void *em_arena_array(em_arena *arena, size_t count, size_t size)
{
        size_t bytes;
        if (__builtin_mul_overflow(count, size, &bytes))
                return NULL;
        return em_arena_alloc(arena, bytes);
}

/* Keeps the largest chunk, so that work whose every round needs the same
 * memory stops asking for it after the first. */
void em_arena_reset(em_arena *arena)
{
        chunk *keep = arena->newest;
        arena->used = 0;
        if (!keep)
                return;
        for (chunk *c = keep->older; c;) {
                chunk *older = c->older, *drop = c;
                if (c->size > keep->size) {
                        drop = keep;
                        keep = c;
                }
                free(drop);
                c = older;
        }
        keep->older = NULL;
        keep->at = 0;
        arena->newest = keep;
}

size_t em_arena_used(const em_arena *arena)
{
        return arena->used;
}

em_status em_str_copy(em_str s, em_arena *arena, em_str *ret_copy, em_error *err)
{
        char *p = s.n < SIZE_MAX ? em_arena_alloc(arena, s.n + 1) : NULL;
        if (!p)
                return em_fail(err, EM_NOMEM, "no memory for a text of %zu bytes", s.n);
        if (s.n)
                memcpy(p, s.p, s.n);
        *ret_copy = (em_str){ p, s.n };
        return EM_OK;
}

em_status em_str_format(em_arena *arena, em_str *ret_text, em_error *err,
                        const char *fmt, ...)
{
        va_list args, again;
        va_start(args, fmt);
        va_copy(again, args);
        int n = vsnprintf(NULL, 0, fmt, args);
        va_end(args);
        char *p = n < 0 ? NULL : em_arena_alloc(arena, (size_t)n + 1);
        if (p)
                vsnprintf(p, (size_t)n + 1, fmt, again);
        va_end(again);
        if (!p)
                return em_fail(err, EM_NOMEM, "no memory for a formatted text");
        *ret_text = (em_str){ p, (size_t)n };
        return EM_OK;
}
