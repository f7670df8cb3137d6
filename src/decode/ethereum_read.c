/* Which form a file has, and its rows one by one.
 *
 * A table is known by its header row, JSON by the keys of its first value.  A first line that is a
 * whole JSON value with more behind it means one value a line; otherwise the text is one document,
 * which is how answers of a node are mostly kept.
 */
#include "decode/ethereum_row.h"

#include "embargo/csv.h"

#define JSON_MOST ((size_t)2 << 30)     /* bytes of nodes */
#define ROW_MOST  ((size_t)16 << 20)    /* bytes of a table's row: traces carry code */

/* The next line without its end; *at goes behind it. */
static em_str next_line(em_str text, size_t *at)
{
        const char *from = text.p + *at, *end = memchr(from, '\n', text.n - *at);
        size_t      n = end ? (size_t)(end - from) : text.n - *at;
        *at += n + (end ? 1 : 0);
        return (em_str){ from, n };
}

static em_str without_mark(em_str text)
{
        return em_str_starts(text, EM_S("\xEF\xBB\xBF")) ? em_str_sub(text, 3, text.n) : text;
}

/* ---- tables ---- */

static em_eth_shape table_shape(const em_csv_row *head, em_eth_field column[EM_CSV_MAX_FIELDS])
{
        bool there[F_FIELDS] = { false };
        for (size_t i = 0; i < head->count; i++) {
                column[i] = em_eth_field_find(em_str_trim(head->field[i]));
                if (column[i] != F_FIELDS)
                        there[column[i]] = true;
        }
        em_eth_shape shape = em_eth_shape_of(there);
        bool in_table = shape == SHAPE_BLOCK || shape == SHAPE_TX || shape == SHAPE_RECEIPT || shape == SHAPE_LOG ||
                        shape == SHAPE_TOKEN || shape == SHAPE_TRACE || shape == SHAPE_EXPLORER || shape == SHAPE_ASSET;
        return in_table ? shape : SHAPE_NONE;
}

static em_status read_row(em_eth_reading *r, const em_csv_row *in, const em_csv_row *head,
                          const em_eth_field *column, em_eth_shape shape, em_error *err)
{
        em_eth_row row = { .line = in->line, .offset = in->offset, .length = in->length };
        if (in->bad || in->count != head->count) {
                r->counts.rows++;
                return em_eth_refuse(r, &row, in->bad ? in->bad : "it has not as many fields as the header", err);
        }
        for (size_t i = 0; i < in->count; i++) {
                if (column[i] == F_FIELDS)
                        continue;
                row.there[column[i]] = true;
                row.text[column[i]] = em_str_trim(in->field[i]);
        }
        return em_eth_row_facts(r, &row, shape, err);
}

static em_status read_table(em_eth_reading *r, em_str text, em_error *err)
{
        em_csv_opts  opts = em_csv_defaults;
        em_eth_field column[EM_CSV_MAX_FIELDS];
        em_csv_row   head, row;
        em_arena    *names = em_arena_new((size_t)4 << 20);
        em_status    status = EM_OK;
        opts.max_row = ROW_MOST;
        em_csv csv = em_csv_make(text, &opts);
        if (!names)
                return em_fail(err, EM_NOMEM, "no memory for a table's header");
        em_eth_shape shape = em_csv_next(&csv, names, &head) && !head.bad ? table_shape(&head, column) : SHAPE_NONE;
        if (shape == SHAPE_NONE)
                status = em_fail(err, EM_FORMAT, "not a table of an account chain that embargo knows");
        while (status == EM_OK && em_csv_next(&csv, r->arena, &row)) {
                status = read_row(r, &row, &head, column, shape, err);
                em_arena_reset(r->arena);
        }
        em_arena_free(names);
        return status;
}

/* ---- JSON ---- */

static em_status answer_facts(em_eth_reading *r, const em_eth_row *row, em_error *err)
{
        const em_jnode *error = row->node[F_ERROR], *result = row->node[F_RESULT];
        if (em_jis(error, EM_J_OBJECT) || em_jis(error, EM_J_STRING))
                return em_eth_refuse(r, row, "the node answered with an error", err);
        if (!result || em_jis(result, EM_J_NULL))
                return em_eth_refuse(r, row, "the node's answer is empty", err);
        return em_eth_node_facts(r, result, row, err);
}

static em_status object_facts(em_eth_reading *r, const em_jnode *node, const em_eth_row *place, em_error *err)
{
        em_eth_row row = { .line = place->line, .offset = place->offset, .length = place->length };
        em_eth_row_of(node, &row);
        em_eth_shape shape = em_eth_shape_of(row.there);
        if (shape == SHAPE_ANSWER)
                return answer_facts(r, &row, err);
        if (shape != SHAPE_NONE)
                return em_eth_row_facts(r, &row, shape, err);
        r->counts.rows++;
        return em_eth_refuse(r, &row, "it is no block, transaction, receipt, log, trace or transfer", err);
}

/* A list may stand in a list, an answer in a batch; deeper is nothing we know. */
em_status em_eth_node_facts(em_eth_reading *r, const em_jnode *node, const em_eth_row *place, em_error *err)
{
        if (em_jis(node, EM_J_OBJECT))
                return object_facts(r, node, place, err);
        if (!em_jis(node, EM_J_LIST))
                return em_eth_refuse(r, place, "it is no object and no list", err);
        for (const em_jnode *n = node->first; n; n = n->next)
                EM_TRY(em_eth_node_facts(r, n, place, err));
        return EM_OK;
}

static em_status read_value(em_eth_reading *r, em_str text, const em_eth_row *place, em_error *err)
{
        em_jnode *root = NULL;
        em_error  why = { 0 };
        em_status status = em_json_parse(r->json, text, r->arena, &root, &why);
        if (status == EM_OK)
                status = em_eth_node_facts(r, root, place, err);
        else if (status == EM_FORMAT)
                status = em_eth_refuse(r, place, why.text, err);
        else
                status = em_fail(err, status, "line %llu: %s", (unsigned long long)place->line, why.text);
        em_arena_reset(r->arena);
        return status;
}

static em_status read_lines(em_eth_reading *r, em_str text, em_error *err)
{
        em_eth_row place = { 0 };
        for (size_t at = 0; at < text.n;) {
                place.offset = at;
                place.line++;
                em_str line = next_line(text, &at);
                place.length = line.n;
                if (em_str_trim(place.line == 1 ? without_mark(line) : line).n)
                        EM_TRY(read_value(r, line, &place, err));
        }
        return EM_OK;
}

/* ---- which form ---- */

static bool known_value(const em_jnode *node, unsigned depth)
{
        bool there[F_FIELDS] = { false };
        if (em_jis(node, EM_J_LIST))
                return depth < 3 && node->first && known_value(node->first, depth + 1);
        if (!em_jis(node, EM_J_OBJECT))
                return false;
        for (const em_jnode *child = node->first; child; child = child->next) {
                em_eth_field f = em_eth_field_find(child->key);
                if (f != F_FIELDS)
                        there[f] = true;
        }
        em_eth_shape shape = em_eth_shape_of(there);
        if (shape == SHAPE_ANSWER)
                return em_jget(node, "error") || (depth < 3 && known_value(em_jget(node, "result"), depth + 1));
        return shape != SHAPE_NONE;
}

static em_eth_form json_form(em_str text)
{
        em_json_doc *json = em_json_reader();
        em_arena    *arena = em_arena_new(JSON_MOST);
        em_jnode    *root = NULL;
        size_t       at = 0;
        em_eth_form  form = EM_ETH_FORM_NONE;
        em_str       first = next_line(text, &at);
        if (json && arena && em_json_parse(json, first, arena, &root, NULL) == EM_OK) {
                bool more = em_str_trim(em_str_sub(text, at, text.n)).n > 0;
                form = known_value(root, 0) ? (more ? EM_ETH_FORM_LINES : EM_ETH_FORM_JSON) : EM_ETH_FORM_NONE;
        } else if (json && arena) {
                em_arena_reset(arena);
                if (em_json_parse(json, text, arena, &root, NULL) == EM_OK && known_value(root, 0))
                        form = EM_ETH_FORM_JSON;
        }
        em_json_reader_free(json);
        em_arena_free(arena);
        return form;
}

em_eth_form em_eth_sniff(em_str text)
{
        em_str seen = em_str_trim(em_str_sub(without_mark(text), 0, 64));
        if (seen.n == 0)
                return EM_ETH_FORM_NONE;
        if (seen.p[0] == '{' || seen.p[0] == '[')
                return json_form(text);
        em_eth_field column[EM_CSV_MAX_FIELDS];
        em_csv_row   head;
        em_arena    *arena = em_arena_new((size_t)4 << 20);
        em_csv       csv = em_csv_make(em_str_sub(text, 0, (size_t)64 << 10), NULL);
        bool         known = arena && em_csv_next(&csv, arena, &head) && !head.bad &&
                     table_shape(&head, column) != SHAPE_NONE;
        em_arena_free(arena);
        return known ? EM_ETH_FORM_CSV : EM_ETH_FORM_NONE;
}

em_status em_eth_read(em_str text, const em_eth_sink *sink, em_eth_read_counts *ret_counts, em_error *err)
{
        em_eth_form    form = em_eth_sniff(text);
        em_eth_reading r = { .sink = sink };
        em_eth_row     whole = { .line = 1, .length = text.n };
        em_status      status = EM_OK;
        if (form == EM_ETH_FORM_NONE)
                return em_fail(err, EM_FORMAT, "not a file of an account chain that embargo knows");
        r.json = em_json_reader();
        r.arena = em_arena_new(JSON_MOST);
        if (!r.json || !r.arena)
                status = em_fail(err, EM_NOMEM, "no memory to read a file");
        else if (form == EM_ETH_FORM_CSV)
                status = read_table(&r, text, err);
        else if (form == EM_ETH_FORM_LINES)
                status = read_lines(&r, text, err);
        else
                status = read_value(&r, text, &whole, err);
        em_json_reader_free(r.json);
        em_arena_free(r.arena);
        if (status == EM_OK)
                *ret_counts = r.counts;
        return status;
}
