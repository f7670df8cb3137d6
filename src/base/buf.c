/* A growable buffer with sticky failure: a writer of a thousand pieces checks
 * once, at the end, and an unchecked failure can only lose output, never corrupt
 * it.  Born with its ceiling, as curl's dynbuf is.
 */
#include "embargo/base.h"

#include <stdio.h>
#include <stdlib.h>

em_buf em_buf_make(size_t max)
{
        return (em_buf){ .max = max };
}

void em_buf_free(em_buf *buf)
{
        if (!buf)
                return;
        free(buf->p);
        *buf = (em_buf){ .max = buf->max };
}

void em_buf_clear(em_buf *buf)
{
        buf->n = 0;
        buf->failed = false;
}

/* Room for n more bytes and a NUL that vsnprintf may write; the NUL does not
 * count against the ceiling. */
static bool reserve(em_buf *buf, size_t n)
{
        if (buf->failed)
                return false;
        if (n > buf->max - buf->n || n >= SIZE_MAX - buf->n) {
                buf->failed = true;
                return false;
        }
        size_t need = buf->n + n + 1;
        if (need <= buf->cap)
                return true;
        size_t cap = buf->cap < 128 ? 256 : buf->cap < SIZE_MAX / 2 ? 2 * buf->cap : need;
        if (buf->max < SIZE_MAX && cap > buf->max + 1)
                cap = buf->max + 1;
        if (cap < need)
                cap = need;
        char *p = realloc(buf->p, cap);
        if (!p) {
                buf->failed = true;
                return false;
        }
        buf->p = p;
        buf->cap = cap;
        return true;
}

void em_buf_add(em_buf *buf, const void *bytes, size_t n)
{
        if (n == 0 || !reserve(buf, n))
                return;
        memcpy(buf->p + buf->n, bytes, n);
        buf->n += n;
}

void em_buf_str(em_buf *buf, em_str s)
{
        em_buf_add(buf, s.p, s.n);
}

void em_buf_c(em_buf *buf, const char *nul_terminated)
{
        em_buf_str(buf, em_str_c(nul_terminated));
}

void em_buf_ch(em_buf *buf, char c)
{
        em_buf_add(buf, &c, 1);
}

void em_buf_fmt(em_buf *buf, const char *fmt, ...)
{
        va_list args, again;
        va_start(args, fmt);
        va_copy(again, args);
        int n = vsnprintf(NULL, 0, fmt, args);
        va_end(args);
        if (n < 0) {
                buf->failed = true;
        } else if (reserve(buf, (size_t)n)) {
                vsnprintf(buf->p + buf->n, (size_t)n + 1, fmt, again);
                buf->n += (size_t)n;
        }
        va_end(again);
}

em_str em_buf_view(const em_buf *buf)
{
        return (em_str){ buf->p, buf->n };
}

em_status em_buf_status(const em_buf *buf, em_error *err)
{
        if (!buf->failed)
                return EM_OK;
        return em_fail(err, EM_NOMEM, "no memory, or more than the %zu bytes allowed for this text",
                       buf->max);
}
