/* A form with files in it, one byte after the other (RFC 7578; RFC 2046, section 5.1.1).
 *
 * A part ends at CR LF "--" boundary.  CR stands nowhere in the delimiter but at its front, so a match that breaks off can
 * only begin anew at the very byte that broke it: no table and no buffer is needed, and the bytes that had matched
 * are the delimiter's own first ones.  The text before the first boundary is read as though a line end stood before it.
 */
#include "serve/multipart.h"

enum { BEFORE, AFTER_DELIMITER, DASH, LINE_END, HEAD, BODY, END };

/* ---- the boundary ------------------------------------------------------------------- */

static bool boundary_char(char c)
{
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c && strchr("'()+_,-./:=? ", c));
}

/* The value of a parameter "; name=value" or "; name=\"value\"", out of what follows the first word; p is NULL when there is none.
 * A backslash in quotes stands for itself, as browsers have it. */
static em_str parameter(em_str rest, const char *name)
{
        while (rest.n) {
                em_cut  cut = em_str_cut(rest, ';');
                em_str  item = em_str_trim(cut.head);
                em_cut  pair = em_str_cut(item, '=');
                em_str  value = em_str_trim(pair.tail);
                bool    quoted = pair.found && value.n && value.p[0] == '"';
                if (quoted) {           /* a semicolon may stand inside */
                        size_t at = (size_t)(value.p - rest.p) + 1, end = at;
                        while (end < rest.n && rest.p[end] != '"')
                                end++;
                        if (end == rest.n)
                                return (em_str){0};
                        value = em_str_sub(rest, at, end - at);
                        em_str after = em_str_sub(rest, end + 1, rest.n);
                        cut.tail = em_str_cut(after, ';').tail;
                }
                if (pair.found && em_str_eq_nocase(em_str_trim(pair.head), em_str_c(name)))
                        return value.p ? value : EM_S("");
                rest = cut.tail;
        }
        return (em_str){0};
}

em_status em_multipart_open(em_multipart *m, em_str content_type, const em_multipart_sink *sink, em_error *err)
{
        em_cut type = em_str_cut(content_type, ';');
        if (!em_str_eq_nocase(em_str_trim(type.head), EM_S("multipart/form-data")))
                return em_fail(err, EM_FORMAT, "a form with files is multipart/form-data");
        em_str boundary = parameter(type.tail, "boundary");
        bool   fit = boundary.n >= 1 && boundary.n <= EM_BOUNDARY_MAX && boundary.p[boundary.n - 1] != ' ';
        for (size_t i = 0; fit && i < boundary.n; i++)
                fit = boundary_char(boundary.p[i]);
        if (!fit)
                return em_fail(err, EM_FORMAT, "a form with files names its boundary: 1 to 70 letters, digits or '()+_,-./:=?");
        *m = (em_multipart){.sink = sink, .state = BEFORE, .delimiter_n = 4 + boundary.n, .matched = 2};
        memcpy(m->delimiter, "\r\n--", 4);
        memcpy(m->delimiter + 4, boundary.p, boundary.n);
        return EM_OK;
}

/* ---- the head of a part ----------------------------------------------------------------- */

/* %22, %0D and %0A, in place. */
static em_str resolve(em_str s)
{
        static const struct { em_str from; char to; } escapes[] = {
                {EM_S_INIT("%22"), '"'}, {EM_S_INIT("%0D"), '\r'}, {EM_S_INIT("%0A"), '\n'}};
        char  *out = (char *)(uintptr_t)s.p;    /* of our own head[] */
        size_t n = 0;
        for (size_t i = 0; i < s.n; i++) {
                char c = s.p[i];
                for (size_t k = 0; k < 3; k++)
                        if (em_str_eq_nocase(em_str_sub(s, i, 3), escapes[k].from)) {
                                c = escapes[k].to;
                                i += 2;
                                break;
                        }
                out[n++] = c;
        }
        return (em_str){s.p, n};
}

static em_status begin_part(em_multipart *m, em_error *err)
{
        em_str  rest = {m->head, m->head_n};
        em_part part = {0};
        bool    named = false;
        while (rest.n) {
                em_cut line = em_str_cut(rest, '\n'), field = em_str_cut(line.head, ':');
                rest = line.tail;
                if (!field.found || !em_str_eq_nocase(em_str_trim(field.head), EM_S("content-disposition")))
                        continue;
                em_cut value = em_str_cut(field.tail, ';');
                em_str name = parameter(value.tail, "name"), file = parameter(value.tail, "filename");
                if (named || !em_str_eq_nocase(em_str_trim(value.head), EM_S("form-data")) || !name.p)
                        return em_fail(err, EM_FORMAT, "a part of the form does not say which field it is");
                named = true;
                part = (em_part){.name = resolve(name), .file_name = file.p ? resolve(file) : file, .is_file = file.p != NULL};
        }
        if (!named)
                return em_fail(err, EM_FORMAT, "a part of the form does not say which field it is");
        if (++m->parts > EM_PARTS_MOST)
                return em_fail(err, EM_LIMIT, "a form has at most %d parts", EM_PARTS_MOST);
        m->state = BODY;
        m->matched = 0;
        return m->sink->begin(m->sink->ctx, &part, err);
}

/* The head ends at an empty line; head[] then holds its lines, each with its end. */
static em_status head_byte(em_multipart *m, char c, em_error *err)
{
        if (m->head_n == sizeof m->head)
                return em_fail(err, EM_LIMIT, "the head of a part is over %d bytes", EM_PART_HEAD);
        if (c == '\0')
                return em_fail(err, EM_FORMAT, "the head of a part holds a NUL byte");
        m->head[m->head_n++] = c;
        em_str head = {m->head, m->head_n};
        bool   end = em_str_ends(head, EM_S("\r\n\r\n")) || em_str_eq(head, EM_S("\r\n"));
        return end ? begin_part(m, err) : EM_OK;
}

/* ---- the stream ------------------------------------------------------------------------------ */

/* Bytes of a body up to the next possible delimiter, or the next byte of one; returns how many were taken. */
static em_status body_bytes(em_multipart *m, em_str bytes, size_t *ret_taken, em_error *err)
{
        const em_multipart_sink *sink = m->sink;
        bool tells = m->state == BODY;
        if (m->matched == 0) {
                const char *cr = memchr(bytes.p, '\r', bytes.n);
                size_t      n = cr ? (size_t)(cr - bytes.p) : bytes.n;
                m->matched = cr ? 1 : 0;
                *ret_taken = n + m->matched;
                return tells && n ? sink->bytes(sink->ctx, (em_str){bytes.p, n}, err) : EM_OK;
        }
        if (bytes.p[0] == m->delimiter[m->matched]) {
                *ret_taken = 1;
                if (++m->matched < m->delimiter_n)
                        return EM_OK;
                m->state = AFTER_DELIMITER;
                return tells ? sink->end(sink->ctx, err) : EM_OK;
        }
        size_t had = m->matched;
        m->matched = 0;
        *ret_taken = 0;                 /* the byte is looked at again */
        return tells ? sink->bytes(sink->ctx, (em_str){m->delimiter, had}, err) : EM_OK;
}

/* After a boundary: "--", which closes the form, or blanks and a line end. */
static em_status after_byte(em_multipart *m, char c, em_error *err)
{
        bool blank = c == ' ' || c == '\t';
        if (m->state == AFTER_DELIMITER && (blank || c == '-' || c == '\r'))
                m->state = blank ? AFTER_DELIMITER : c == '-' ? DASH : LINE_END;
        else if (m->state == DASH && c == '-')
                m->state = END;
        else if (m->state == LINE_END && c == '\n')
                m->state = HEAD;
        else
                return em_fail(err, EM_FORMAT, "something stands behind a boundary of the form");
        m->head_n = 0;
        return EM_OK;
}

em_status em_multipart_feed(em_multipart *m, em_str bytes, em_error *err)
{
        while (bytes.n) {
                size_t took = 1;
                switch (m->state) {
                case BEFORE: case BODY: EM_TRY(body_bytes(m, bytes, &took, err)); break;
                case HEAD: EM_TRY(head_byte(m, bytes.p[0], err)); break;
                case END: return EM_OK;         /* what follows is to be passed over (RFC 2046) */
                default: EM_TRY(after_byte(m, bytes.p[0], err));
                }
                bytes = em_str_sub(bytes, took, bytes.n);
        }
        return EM_OK;
}

em_status em_multipart_end(em_multipart *m, em_error *err)
{
        return m->state == END ? EM_OK : em_fail(err, EM_FORMAT, "the form breaks off before its closing boundary");
}
