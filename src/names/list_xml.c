/* XML lists over expat (James Clark's parser): a small tree for each entry, and a new start behind what is broken.
 *
 * Expat stops for good at the first error.  A list must not end there: a new parser is started at the next entry's
 * start tag, inside one made-up root, because entries do not depend on what stands around them.  Starts are
 * counted, so that a file of nothing but errors costs little.
 */
#include "names/list_xml.h"
#include "names/list_bytes.h"

#include <expat.h>

enum { MAX_DEPTH = 64, MAX_ENTRY = 1 << 24, MAX_STARTS = 1000, CHUNK = 1 << 26 };

typedef struct run {
        em_list_reading    *r;
        const em_xml_frame *frame;
        em_mended           bytes;
        XML_Parser          parser;
        em_arena           *scratch;    /* one entry */
        em_buf              text;       /* of the element that is open */
        em_xml_node        *open;       /* innermost of the entry; NULL: between entries */
        uint64_t            base, base_line;    /* where this parser began in the mended text */
        uint64_t            taken;      /* end of the last entry given, in the mended text */
        size_t              depth, starts;
        bool                too_big, bomb, rooted, utf8;
        em_status           s;
        em_error           *err;
} run;

static const char made_up[] = "<r>";

static uint64_t here(run *x)
{
        uint64_t at = (uint64_t)XML_GetCurrentByteIndex(x->parser);
        return x->starts ? x->base + (at > sizeof made_up - 1 ? at - (sizeof made_up - 1) : 0) : at;
}

static void stop(run *x, em_status s)
{
        if (x->s == EM_OK)
                x->s = s;
        (void)XML_StopParser(x->parser, XML_FALSE);
}

static em_str local(const char *name)
{
        em_str s = em_str_c(name);
        em_cut cut = em_str_cut(s, ':');
        return cut.found ? cut.tail : s;
}

static bool is_entry(const em_xml_frame *f, em_str name)
{
        for (size_t i = 0; f->entry[i]; i++)
                if (em_str_eq(name, em_str_c(f->entry[i])))
                        return true;
        return false;
}

static em_str keep(run *x, em_str s)
{
        em_str copy = {0};
        if (em_str_copy(s, x->scratch, &copy, NULL) != EM_OK)
                x->too_big = true;
        return copy;
}

static em_xml_node *node_of(run *x, em_str name, const char **attr)
{
        em_xml_node *n = EM_NEW(x->scratch, em_xml_node);
        size_t       count = 0;
        while (attr[2 * count])
                count++;
        em_xml_attr *a = EM_NEW_N(x->scratch, em_xml_attr, count);
        if (!n || !a) {
                x->too_big = true;
                return NULL;
        }
        for (size_t i = 0; i < count; i++)
                a[i] = (em_xml_attr){keep(x, local(attr[2 * i])), keep(x, em_str_c(attr[2 * i + 1]))};
        uint64_t at = here(x);
        *n = (em_xml_node){.name = keep(x, name), .attr = a, .attrs = count, .line = XML_GetCurrentLineNumber(x->parser) + x->base_line,
                           .offset = em_mended_offset(&x->bytes, at)};
        return n;
}

/* Text between an element's children is rare: what there is, is joined. */
static void flush(run *x)
{
        em_str piece = em_buf_view(&x->text);
        if (x->open && (em_str_trim(piece).n || (piece.n && !x->open->first))) {
                if (x->open->text.n) {
                        em_str both = {0};
                        if (em_str_format(x->scratch, &both, NULL, "%.*s%.*s", EM_ARG(x->open->text), EM_ARG(piece)) != EM_OK)
                                x->too_big = true;
                        x->open->text = both;
                } else {
                        x->open->text = keep(x, piece);
                }
        }
        if (x->text.failed)
                x->too_big = true;
        em_buf_clear(&x->text);
}

/* An entry whose very attributes are too large. */
static void stop_over(run *x)
{
        em_status s = em_list_reject_row(x->r, EM_S(""), XML_GetCurrentLineNumber(x->parser) + x->base_line,
                                         em_mended_offset(&x->bytes, here(x)), x->err, "an entry larger than %d bytes", MAX_ENTRY);
        x->too_big = false;
        em_arena_reset(x->scratch);
        if (s != EM_OK)
                stop(x, s);
}

static void on_start(void *ctx, const char *name, const char **attr)
{
        run   *x = ctx;
        em_str plain = local(name);
        if (++x->depth > MAX_DEPTH)
                x->too_big = true;
        if (!x->rooted) {
                x->rooted = true;
                if (x->frame->root) {
                        em_xml_node *root = node_of(x, plain, attr);
                        em_status    s = root ? x->frame->root(x->frame->ctx, root, x->err) : EM_OK;
                        em_arena_reset(x->scratch);
                        x->too_big = false;
                        if (s != EM_OK)
                                stop(x, s);
                }
        }
        if (!x->open && !is_entry(x->frame, plain))
                return;
        flush(x);
        if (!x->open)
                x->too_big = x->depth > MAX_DEPTH;
        if (x->too_big && x->open) {    /* its ends are still to be counted: a nameless chain of one */
                x->open->length++;
                return;
        }
        em_xml_node *n = node_of(x, plain, attr), *up = x->open;
        if (!n && up)
                up->length++;
        else if (!n)
                stop_over(x);
        if (!n)
                return;
        n->up = up;
        if (up && up->last)
                up->last->next = n;
        else if (up)
                up->first = n;
        if (up)
                up->last = n;
        x->open = n;
}

static em_status note_bytes(run *x, const em_xml_node *n)
{
        const em_mend_place *first;
        size_t k = em_mended_within(&x->bytes, n->offset, n->length, &first);
        if (!k || x->frame->quiet)
                return EM_OK;
        return em_list_reject_row(x->r, EM_S(""), first->line, first->offset, x->err,
                                  "%zu %s not UTF-8 and %s read as U+FFFD; the rest of the entry of line %llu stands", k,
                                  k == 1 ? "byte is" : "bytes are", k == 1 ? "is" : "are", (unsigned long long)n->line);
}

static void entry_done(run *x, em_xml_node *n)
{
        em_status s;
        if (x->too_big || x->text.failed)
                s = em_list_reject_row(x->r, EM_S(""), n->line, n->offset, x->err, "an entry deeper than %d elements or larger than %d bytes",
                                       MAX_DEPTH, MAX_ENTRY);
        else
                s = x->frame->take(x->frame->ctx, n, x->err);
        if (s == EM_OK)
                s = note_bytes(x, n);
        x->too_big = false;
        em_arena_reset(x->scratch);
        if (s != EM_OK)
                stop(x, s);
}

static void on_end(void *ctx, const char *name)
{
        run         *x = ctx;
        em_xml_node *n = x->open;
        (void)name;
        x->depth--;
        if (!n)
                return;
        if (n->length) {        /* the end of an element that was not kept */
                n->length--;
                return;
        }
        flush(x);
        x->open = n->up;
        uint64_t end = here(x) + (uint64_t)XML_GetCurrentByteCount(x->parser);
        n->length = em_mended_offset(&x->bytes, end) - n->offset;
        if (n->up) {
                n->length = 0;  /* lengths are told of entries only; here they count ends */
                return;
        }
        x->taken = end;
        entry_done(x, n);
}

static void on_text(void *ctx, const char *p, int n)
{
        run *x = ctx;
        if (x->open && !x->too_big)
                em_buf_add(&x->text, p, (size_t)n);
}

static void on_entity(void *ctx, const char *name, int parameter, const char *value, int n, const char *base, const char *system,
                      const char *public, const char *notation)
{
        run *x = ctx;
        (void)name, (void)parameter, (void)value, (void)n, (void)base, (void)system, (void)public, (void)notation;
        x->bomb = true;
        stop(x, EM_FORMAT);
}

static bool parser_new(run *x)
{
        x->parser = XML_ParserCreate(x->starts ? "UTF-8" : NULL);
        if (!x->parser)
                return false;
        XML_SetUserData(x->parser, x);
        XML_SetElementHandler(x->parser, on_start, on_end);
        XML_SetCharacterDataHandler(x->parser, on_text);
        XML_SetEntityDeclHandler(x->parser, on_entity);
        (void)XML_SetParamEntityParsing(x->parser, XML_PARAM_ENTITY_PARSING_NEVER);
        x->open = NULL;
        x->depth = 0;
        x->too_big = false;
        em_buf_clear(&x->text);
        em_arena_reset(x->scratch);
        return true;
}

static enum XML_Status feed(run *x, em_str s)
{
        enum XML_Status ok = XML_STATUS_OK;
        if (x->starts)
                ok = XML_Parse(x->parser, made_up, (int)sizeof made_up - 1, 0);
        for (size_t at = 0; ok == XML_STATUS_OK; at += CHUNK) {
                em_str piece = em_str_sub(s, at, CHUNK);
                bool   last = at + piece.n >= s.n;
                ok = XML_Parse(x->parser, piece.p ? piece.p : "", (int)piece.n, last);
                if (last)
                        break;
        }
        return ok;
}

/* The next "<NAME" of an entry at or behind a place; the end when there is none. */
static size_t next_entry(const run *x, size_t from)
{
        em_str s = x->bytes.text;
        for (const char *p = s.p + from; from < s.n && (p = memchr(p, '<', (size_t)(s.p + s.n - p))); p++) {
                em_str rest = {p + 1, (size_t)(s.p + s.n - p) - 1};
                for (size_t i = 0; x->frame->entry[i]; i++) {
                        em_str name = em_str_c(x->frame->entry[i]);
                        if (em_str_starts(rest, name) && rest.n > name.n && memchr(" >/\t\r\n", rest.p[name.n], 6))
                                return (size_t)(p - s.p);
                }
        }
        return s.n;
}

static uint64_t lines_before(em_str s, size_t at)
{
        uint64_t n = 0;
        for (const char *p = s.p; (p = memchr(p, '\n', (size_t)(s.p + at - p))); p++)
                n++;
        return n;
}

/* Says where it broke; true when there is an entry behind it to go on with. */
static bool go_on(run *x)
{
        uint64_t at = here(x), line = XML_GetCurrentLineNumber(x->parser) + x->base_line;
        size_t   n = x->bytes.text.n;
        if (XML_GetErrorCode(x->parser) == XML_ERROR_TAG_MISMATCH && at >= 2)
                at -= 2;        /* expat points behind the "</" */
        if (at > n)
                at = n;
        size_t   from = (size_t)(x->open || at > x->taken ? at : x->taken);
        /* The made-up root has no end tag: the ends of the real one's inner elements are no damage. */
        bool     tail = x->starts && !x->open && em_str_starts(em_str_sub(x->bytes.text, (size_t)at, 2), EM_S("</"));
        if (!tail && !x->frame->quiet)
                x->s = em_list_reject_row(x->r, EM_S(""), line, em_mended_offset(&x->bytes, at), x->err, "%s: %s",
                                          XML_ErrorString(XML_GetErrorCode(x->parser)),
                                          x->open ? "the entry that stands here is not read" : "no entry stands here");
        if (x->s != EM_OK || !x->utf8)
                return false;
        if (from <= x->base && x->starts)
                from = (size_t)x->base + 1;
        size_t next = next_entry(x, from);
        if (next >= n)
                return false;
        if (x->starts >= MAX_STARTS) {
                x->s = em_list_reject_row(x->r, EM_S(""), line, em_mended_offset(&x->bytes, next), x->err,
                                          "more than %d broken places: the rest is not read", MAX_STARTS);
                return false;
        }
        x->starts++;
        x->base = next;
        x->base_line = lines_before(x->bytes.text, next);
        return true;
}

static em_status run_all(run *x)
{
        for (;;) {
                if (!parser_new(x))
                        return em_fail(x->err, EM_NOMEM, "no memory left for a list");
                enum XML_Status ok = feed(x, em_str_sub(x->bytes.text, (size_t)x->base, x->bytes.text.n));
                bool more = ok != XML_STATUS_OK && x->s == EM_OK && go_on(x);
                XML_ParserFree(x->parser);
                if (x->bomb)
                        return em_fail_at(x->err, EM_FORMAT, x->r->path, 0, 0, "it declares XML entities, which no list needs");
                if (!more)
                        return x->s;
        }
}

/* Only what says UTF-8, or says nothing, is mended: expat knows Latin-1 and UTF-16 itself. */
static bool is_utf8(em_str s)
{
        em_str head = em_str_sub(s, 0, 200);
        ptrdiff_t at = em_str_find(head, EM_S("encoding"));
        if (em_str_starts(s, EM_S("\xff\xfe")) || em_str_starts(s, EM_S("\xfe\xff")))
                return false;
        em_str after = at < 0 ? (em_str){0} : em_str_sub(head, (size_t)at, 24);
        return at < 0 || em_str_find(after, EM_S("utf-8")) >= 0 || em_str_find(after, EM_S("UTF-8")) >= 0 || em_str_find(after, EM_S("utf8")) >= 0;
}

em_status em_xml_read(em_list_reading *r, const em_xml_frame *frame, em_error *err)
{
        run x = {.r = r, .frame = frame, .bytes = {.text = r->bytes}, .err = err, .scratch = em_arena_new(MAX_ENTRY),
                 .text = em_buf_make(MAX_ENTRY)};
        em_status s = x.scratch ? EM_OK : em_fail(err, EM_NOMEM, "no memory left for a list");
        x.utf8 = is_utf8(r->bytes);
        if (s == EM_OK && x.utf8)
                s = em_mend(r->bytes, EM_MEND_MARK, true, r->arena, &x.bytes, err);
        if (s == EM_OK)
                s = run_all(&x);
        em_buf_free(&x.text);
        em_arena_free(x.scratch);
        return s;
}

/* ---- looking at an entry -------------------------------------------------------------------------------- */

bool em_xml_is(const em_xml_node *node, const char *name)
{
        return strncmp(name, node->name.p, node->name.n) == 0 && !name[node->name.n];
}

static const em_xml_node *from(const em_xml_node *node, const char *name)
{
        while (node && name && !em_xml_is(node, name))
                node = node->next;
        return node;
}

const em_xml_node *em_xml_child(const em_xml_node *node, const char *name) { return node ? from(node->first, name) : NULL; }
const em_xml_node *em_xml_next(const em_xml_node *node, const char *name) { return from(node->next, name); }

em_str em_xml_text(const em_xml_node *node, const char *child)
{
        const em_xml_node *c = child ? em_xml_child(node, child) : node;
        return c ? em_str_trim(c->text) : (em_str){0};
}

em_str em_xml_attr_of(const em_xml_node *node, const char *name)
{
        for (size_t i = 0; node && i < node->attrs; i++)
                if (strncmp(name, node->attr[i].name.p, node->attr[i].name.n) == 0 && !name[node->attr[i].name.n])
                        return em_str_trim(node->attr[i].value);
        return (em_str){0};
}

em_str em_xml_root_name(em_str head)
{
        for (em_str s = em_str_trim(head); s.n > 1 && s.p[0] == '<';) {
                bool      comment = em_str_starts(s, EM_S("<!--"));
                ptrdiff_t end = em_str_find(s, comment ? EM_S("-->") : EM_S(">"));
                if (s.p[1] != '?' && s.p[1] != '!') {
                        size_t n = 1;
                        while (n < s.n && !memchr(" >/\t\r\n", s.p[n], 6))
                                n++;
                        em_str name = em_str_sub(s, 1, n - 1);
                        em_cut cut = em_str_cut(name, ':');
                        return cut.found ? cut.tail : name;
                }
                if (end < 0)
                        break;
                em_str  skipped = em_str_sub(s, 0, (size_t)end);
                if (!comment && em_str_find(skipped, EM_S("[")) >= 0 && (end = em_str_find(s, EM_S("]>")) + 1) <= 0)
                        break;
                s = em_str_trim(em_str_sub(s, (size_t)end + (comment ? 3 : 1), s.n));
        }
        return (em_str){0};
}
