/* Labels from GraphSense TagPacks (github.com/graphsense/graphsense-tagpack-tool): YAML with a head and a list
 * of tags; a tag takes from the head what it does not state itself, wherever in the file the head stands.
 *
 * libyaml gives events, and nothing of the document is kept but the fields that are known, so depth and
 * size cost no memory.  An alias is resolved to a single value and never to a list or a mapping: that is all that
 * real packs could need, and no document can then grow beyond its own bytes ("billion laughs").
 */
#include "decode/label_read.h"

#include <stdlib.h>
#include <yaml.h>

enum { MOST_ANCHORS = 64, MOST_CONCEPTS = 32, MOST_JOINED = 512 };

enum { ADDRESS, LABEL, CATEGORY, CONCEPTS, ACTOR, ABUSE, SOURCE, CONFIDENCE, DATE, CURRENCY, NETWORK, CONTEXT,
       DEFINER, FIELDS };
static const char *const names[FIELDS] = {"address", "label", "category", "concepts", "actor", "abuse", "source",
                                          "confidence", "lastmod", "currency", "network", "context",
                                          "is_cluster_definer"};

static const char not_followed[] = "an alias of a list, of a mapping or of nothing is not followed";

typedef struct tag {
        em_str      field[FIELDS];
        uint64_t    line;
        const char *wrong;      /* why it is none */
} tag;

typedef struct anchor { em_str name, value; } anchor;

typedef struct reading {
        em_labels    *l;
        em_str        file;
        yaml_parser_t parser;
        yaml_event_t  event;
        bool          over;     /* nothing more can be read */
        bool          packed;   /* a list of tags was seen */
        const char   *broken;   /* libyaml's sentence */
        uint64_t      broken_line;
        tag           head;
        tag          *at;
        size_t        count, cap;
        anchor        anchor[MOST_ANCHORS];
        size_t        anchors;
} reading;

/* ---- events ------------------------------------------------------------------------ */

/* The next event into r->event; at the end or past an error one that stands for nothing. */
static em_status next(reading *r, em_error *err)
{
        yaml_event_delete(&r->event);
        memset(&r->event, 0, sizeof r->event);
        if (r->over)
                return EM_OK;
        if (!yaml_parser_parse(&r->parser, &r->event)) {
                if (r->parser.error == YAML_MEMORY_ERROR)
                        return em_fail(err, EM_NOMEM, "out of memory");
                r->broken = r->parser.problem ? r->parser.problem : "it cannot be read";
                r->broken_line = r->parser.problem_mark.line + 1;
                r->over = true;
        } else if (r->event.type == YAML_STREAM_END_EVENT) {
                r->over = true;
        }
        return EM_OK;
}

static uint64_t line_of(const reading *r)
{
        return r->event.start_mark.line + 1;
}

static em_str text_of(const yaml_char_t *p, size_t n)
{
        return (em_str){(const char *)p, n};
}

static bool opens(yaml_event_type_t type)
{
        return type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT;
}

static bool closes(yaml_event_type_t type)
{
        return type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT;
}

/* To the end of the node that r->event begins. */
static em_status skip(reading *r, em_error *err)
{
        for (uint64_t depth = opens(r->event.type); depth > 0 && !r->over;) {
                EM_TRY(next(r, err));
                depth += opens(r->event.type);
                depth -= closes(r->event.type);
        }
        return EM_OK;
}

/* ---- values -------------------------------------------------------------------------- */

static em_status keep_anchor(reading *r, em_str name, em_str value, em_error *err)
{
        size_t i = 0;
        while (i < r->anchors && !em_str_eq(r->anchor[i].name, name))
                i++;
        if (i == MOST_ANCHORS)          /* an alias of it will be refused */
                return EM_OK;
        if (i == r->anchors) {
                EM_TRY(em_str_copy(name, r->l->arena, &r->anchor[i].name, err));
                r->anchors++;
        }
        r->anchor[i].value = value;
        return EM_OK;
}

static em_status scalar(reading *r, em_str *ret, em_error *err)
{
        em_str value = {0};
        EM_TRY(em_str_copy(text_of(r->event.data.scalar.value, r->event.data.scalar.length), r->l->arena, &value, err));
        if (r->event.data.scalar.anchor)
                EM_TRY(keep_anchor(r, em_str_c((const char *)r->event.data.scalar.anchor), value, err));
        *ret = em_str_trim(value);
        return EM_OK;
}

static void alias(const reading *r, tag *to, size_t k)
{
        em_str name = em_str_c((const char *)r->event.data.alias.anchor);
        for (size_t i = 0; i < r->anchors; i++)
                if (em_str_eq(r->anchor[i].name, name)) {
                        to->field[k] = r->anchor[i].value;
                        return;
                }
        to->wrong = not_followed;
}

/* [exchange, hosting] as "exchange, hosting" */
static em_status list(reading *r, em_str *ret, em_error *err)
{
        char   room[MOST_JOINED];
        size_t n = 0, items = 0;
        while (!r->over) {
                EM_TRY(next(r, err));
                if (closes(r->event.type))
                        break;
                if (r->event.type == YAML_SCALAR_EVENT) {
                        em_str one = em_str_trim(text_of(r->event.data.scalar.value, r->event.data.scalar.length));
                        if (!one.n || ++items > MOST_CONCEPTS || n + one.n + 2 > sizeof room)
                                continue;
                        if (n) {
                                memcpy(room + n, ", ", 2);
                                n += 2;
                        }
                        memcpy(room + n, one.p, one.n);
                        n += one.n;
                } else {
                        EM_TRY(skip(r, err));
                }
        }
        return em_str_copy((em_str){room, n}, r->l->arena, ret, err);
}

/* The value that follows the key in r->event, into `to` when it is a field. */
static em_status field(reading *r, tag *to, em_error *err)
{
        size_t k = 0;
        em_str key = text_of(r->event.data.scalar.value, r->event.data.scalar.length);
        while (k < FIELDS && !em_str_eq(key, em_str_c(names[k])))
                k++;
        bool merge = em_str_eq(key, EM_S("<<"));
        EM_TRY(next(r, err));
        em_str kept = {0};
        if (r->event.type == YAML_SCALAR_EVENT && (k < FIELDS || r->event.data.scalar.anchor))
                return scalar(r, k < FIELDS ? &to->field[k] : &kept, err);
        if (r->event.type == YAML_ALIAS_EVENT && merge)
                to->wrong = not_followed;
        else if (r->event.type == YAML_ALIAS_EVENT && k < FIELDS)
                alias(r, to, k);
        if (r->event.type == YAML_SEQUENCE_START_EVENT && (k == CONCEPTS || k == CATEGORY))
                return list(r, &to->field[k], err);
        if (k == ADDRESS && opens(r->event.type))
                to->wrong = "the address is no single value";
        return skip(r, err);
}

/* ---- tags ------------------------------------------------------------------------------- */

static em_status put(reading *r, tag one, em_error *err)
{
        if (r->count == r->cap) {
                size_t cap = r->cap ? 2 * r->cap : 64;
                if (r->count > r->l->max)
                        return em_fail_at(err, EM_LIMIT, r->file, one.line, 0, "more than %zu labels", r->l->max);
                tag *at = realloc(r->at, cap * sizeof *at);
                if (!at)
                        return em_fail(err, EM_NOMEM, "there are too many labels for memory");
                r->at = at;
                r->cap = cap;
        }
        r->at[r->count++] = one;
        return EM_OK;
}

static em_status read_tag(reading *r, em_error *err)
{
        tag one = {.line = line_of(r)};
        if (r->event.type != YAML_MAPPING_START_EVENT) {
                one.wrong = r->event.type == YAML_ALIAS_EVENT ? "a tag that is an alias is not followed"
                                                              : "this is no tag: not a mapping";
                EM_TRY(skip(r, err));
                return put(r, one, err);
        }
        while (!r->over) {
                EM_TRY(next(r, err));
                if (closes(r->event.type) || r->over)
                        break;
                if (r->event.type == YAML_SCALAR_EVENT) {
                        EM_TRY(field(r, &one, err));
                        continue;
                }
                EM_TRY(skip(r, err));           /* a key that is no single value, and what it stands for */
                EM_TRY(next(r, err));
                EM_TRY(skip(r, err));
        }
        return r->broken ? EM_OK : put(r, one, err);
}

static em_status read_tags(reading *r, em_error *err)
{
        EM_TRY(next(r, err));
        if (r->event.type != YAML_SEQUENCE_START_EVENT)
                return skip(r, err);
        r->packed = true;
        while (!r->over) {
                EM_TRY(next(r, err));
                if (closes(r->event.type) || r->over)
                        break;
                EM_TRY(read_tag(r, err));
        }
        return EM_OK;
}

static em_str first_of(em_str a, em_str b)
{
        return a.n ? a : b;
}

static em_status joined(reading *r, const tag *t, em_str *ret, em_error *err)
{
        em_str a = t->field[CATEGORY], b = t->field[CONCEPTS];
        if (!a.n || !b.n || em_str_eq(a, b)) {
                *ret = first_of(a, b);
                return EM_OK;
        }
        return em_str_format(r->l->arena, ret, err, "%.*s, %.*s", EM_ARG(a), EM_ARG(b));
}

/* A tag with what the head lends it. */
static em_status give(reading *r, const tag *t, em_str head_category, em_error *err)
{
        em_str value[FIELDS], category = {0};
        if (t->wrong || !t->field[ADDRESS].n)
                return em_label_refuse(r->l, r->file, t->line,
                                       em_str_c(t->wrong ? t->wrong : "the tag has no address"), err);
        for (size_t k = 0; k < FIELDS; k++)
                value[k] = first_of(t->field[k], r->head.field[k]);
        EM_TRY(joined(r, t, &category, err));
        em_label l = {.shown = value[ADDRESS], .label = value[LABEL], .category = first_of(category, head_category),
                      .actor = value[ACTOR], .abuse = value[ABUSE], .source = value[SOURCE],
                      .confidence = value[CONFIDENCE], .date = value[DATE], .context = value[CONTEXT],
                      .currency = first_of(value[NETWORK], value[CURRENCY]),
                      .definer = em_str_eq_nocase(value[DEFINER], EM_S("true")), .file = r->file, .line = t->line};
        return em_label_keep(r->l, l, err);
}

/* At the end of a document, when its head is whole. */
static em_status give_all(reading *r, em_error *err)
{
        em_str category = {0};
        if (r->packed && r->head.wrong)
                EM_TRY(em_label_refuse(r->l, r->file, r->head.line, em_str_c(r->head.wrong), err));
        EM_TRY(joined(r, &r->head, &category, err));
        r->head.field[ADDRESS] = (em_str){0};
        for (size_t i = 0; i < r->count; i++)
                EM_TRY(give(r, &r->at[i], category, err));
        r->count = 0;
        r->anchors = 0;
        r->head = (tag){0};
        return EM_OK;
}

/* ---- the file --------------------------------------------------------------------------------- */

/* The mapping of a document, whose start is in r->event. */
static em_status read_head(reading *r, em_error *err)
{
        while (!r->over) {
                EM_TRY(next(r, err));
                if (closes(r->event.type) || r->over)
                        return EM_OK;
                em_str key = r->event.type == YAML_SCALAR_EVENT
                                     ? text_of(r->event.data.scalar.value, r->event.data.scalar.length) : EM_S("");
                if (em_str_eq(key, EM_S("tags"))) {
                        EM_TRY(read_tags(r, err));
                } else if (r->event.type == YAML_SCALAR_EVENT) {
                        bool     was = r->head.wrong != NULL;
                        uint64_t line = line_of(r);
                        EM_TRY(field(r, &r->head, err));
                        if (!was && r->head.wrong)
                                r->head.line = line;
                } else {
                        EM_TRY(skip(r, err));
                        EM_TRY(next(r, err));
                        EM_TRY(skip(r, err));
                }
        }
        return EM_OK;
}

static em_status read_stream(reading *r, em_error *err)
{
        while (!r->over) {
                EM_TRY(next(r, err));
                if (r->event.type == YAML_MAPPING_START_EVENT)
                        EM_TRY(read_head(r, err));
                else if (opens(r->event.type))
                        EM_TRY(skip(r, err));
                else if (r->event.type == YAML_DOCUMENT_END_EVENT)
                        EM_TRY(give_all(r, err));
        }
        return give_all(r, err);
}

static em_status judge(reading *r, em_error *err)
{
        em_str why = {0};
        if (!r->packed)
                return em_fail_at(err, EM_FORMAT, r->file, r->broken ? r->broken_line : 1, 0,
                                  "this is no TagPack: %s", r->broken ? r->broken : "it has no list of tags");
        if (!r->broken)
                return EM_OK;
        EM_TRY(em_str_format(r->l->arena, &why, err, "no YAML from here on, the rest is not read: %s", r->broken));
        return em_label_refuse(r->l, r->file, r->broken_line, why, err);
}

em_status em_label_tagpack(em_labels *l, em_str file, em_str text, em_error *err)
{
        reading r = {.l = l, .file = file};
        if (!yaml_parser_initialize(&r.parser))
                return em_fail(err, EM_NOMEM, "out of memory");
        yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.p ? text.p : ""), text.n);
        em_status s = read_stream(&r, err);
        if (s == EM_OK)
                s = judge(&r, err);
        yaml_event_delete(&r.event);
        yaml_parser_delete(&r.parser);
        free(r.at);
        return s;
}
