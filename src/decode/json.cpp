/* JSON by simdjson's on-demand parser (Langdale and Lemire, "Parsing gigabytes of JSON per
 * second", 2019; Keiser and Lemire, "On-demand JSON: a better way to parse documents?", 2023),
 * copied into nodes of ours.
 *
 * On-demand looks only at what it is asked for, so everything is asked for: every member, every
 * string, the end.  Scalars are taken as raw tokens, because a parsed number has lost its digits;
 * their grammar (RFC 8259 sections 3 and 6) is therefore checked here.  The text is put into one
 * more list, "[" text "]", which makes a value at the root like any other; nothing stands behind
 * it if the list has one element and ends with the text.
 *
 * The one C++ file: no exception is thrown in it (SIMDJSON_EXCEPTIONS 0, nothrow new) and no type
 * of C++ leaves it.
 */
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <cstdlib>
#include <cstring>
#include <new>

extern "C" {
#include "embargo/json.h"
}

namespace od = simdjson::ondemand;
using simdjson::error_code;
using std::string_view;

struct em_json_doc {
        od::parser parser;
        char  *text;
        size_t cap;             /* bytes of text, the padding apart */
};

namespace {

struct walk {
        em_arena   *arena;
        em_error   *err;
        const char *base;       /* first byte of the caller's text in our copy */
        size_t      size;
};

em_status fill(const walk &w, od::value value, unsigned depth, em_jnode *node);

em_status fail_at(const walk &w, const char *at, const char *why)
{
        size_t offset = at >= w.base && at <= w.base + w.size ? static_cast<size_t>(at - w.base) : w.size;
        return em_fail(w.err, EM_FORMAT, "JSON: %s at byte %zu", why, offset);
}

em_status no_memory(em_error *err)
{
        return em_fail(err, EM_NOMEM, "no memory for a JSON text");
}

const char *reason(error_code code)
{
        switch (code) {
        case simdjson::UTF8_ERROR:              return "not UTF-8";
        case simdjson::UNESCAPED_CHARS:         return "a control character in a string";
        case simdjson::UNCLOSED_STRING:         return "a string that does not end";
        case simdjson::STRING_ERROR:            return "an escape that is none, or half a surrogate pair,";
        case simdjson::EMPTY:                   return "no value";
        case simdjson::INCOMPLETE_ARRAY_OR_OBJECT: return "a list or object that does not end";
        default:                                return "no JSON";
        }
}

em_status refuse(const walk &w, error_code code, const char *at)
{
        if (code == simdjson::MEMALLOC)
                return no_memory(w.err);
        return fail_at(w, at, reason(code));
}

const char *place_of(od::value &value)
{
        const char *at = nullptr;
        return value.current_location().get(at) ? nullptr : at;
}

em_status copy(const walk &w, string_view s, em_str *ret)
{
        return em_str_copy(em_str{ s.data(), s.size() }, w.arena, ret, w.err);
}

size_t digits(string_view s, size_t at)
{
        size_t from = at;
        while (at < s.size() && s[at] >= '0' && s[at] <= '9')
                at++;
        return at - from;
}

/* RFC 8259 section 6: -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)? */
bool is_number(string_view s)
{
        size_t at = !s.empty() && s[0] == '-' ? 1 : 0, n = digits(s, at);
        if (n == 0 || (n > 1 && s[at] == '0'))
                return false;
        at += n;
        if (at < s.size() && s[at] == '.') {
                n = digits(s, at + 1);
                if (n == 0)
                        return false;
                at += 1 + n;
        }
        if (at < s.size() && (s[at] == 'e' || s[at] == 'E')) {
                at++;
                if (at < s.size() && (s[at] == '+' || s[at] == '-'))
                        at++;
                n = digits(s, at);
                if (n == 0)
                        return false;
                at += n;
        }
        return at == s.size();
}

string_view trimmed(string_view s)
{
        while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r' || s.back() == '\n'))
                s.remove_suffix(1);
        return s;
}

em_status fill_scalar(const walk &w, od::value &value, em_jnode *node)
{
        string_view token = trimmed(value.raw_json_token());
        if (token == "null") {
                node->kind = EM_J_NULL;
                return EM_OK;
        }
        if (token == "true" || token == "false")
                node->kind = EM_J_BOOL;
        else if (is_number(token))
                node->kind = EM_J_NUMBER;
        else
                return fail_at(w, token.data(), "neither a number nor a word of JSON");
        return copy(w, token, &node->text);
}

em_status fill_string(const walk &w, od::value &value, em_jnode *node)
{
        string_view text;
        const char *at = place_of(value);
        error_code  code = value.get_string().get(text);
        if (code)
                return refuse(w, code, at);
        node->kind = EM_J_STRING;
        return copy(w, text, &node->text);
}

/* A new last child. */
em_jnode *append(const walk &w, em_jnode *parent, em_jnode **last)
{
        em_jnode *node = EM_NEW(w.arena, em_jnode);
        if (!node)
                return nullptr;
        if (*last)
                (*last)->next = node;
        else
                parent->first = node;
        *last = node;
        parent->count++;
        return node;
}

em_status fill_list(const walk &w, od::value &value, unsigned depth, em_jnode *node)
{
        od::array   list;
        em_jnode   *last = nullptr;
        const char *at = place_of(value);
        error_code  code = value.get_array().get(list);
        if (code)
                return refuse(w, code, at);
        node->kind = EM_J_LIST;
        for (auto item : list) {
                od::value child;
                if ((code = item.get(child)))
                        return refuse(w, code, at);
                at = place_of(child);
                em_jnode *next = append(w, node, &last);
                if (!next)
                        return no_memory(w.err);
                EM_TRY(fill(w, child, depth + 1, next));
        }
        return EM_OK;
}

em_status fill_object(const walk &w, od::value &value, unsigned depth, em_jnode *node)
{
        od::object  object;
        em_jnode   *last = nullptr;
        const char *at = place_of(value);
        error_code  code = value.get_object().get(object);
        if (code)
                return refuse(w, code, at);
        node->kind = EM_J_OBJECT;
        for (auto member : object) {
                od::field   field;
                string_view key;
                if ((code = std::move(member).get(field)) || (code = field.unescaped_key().get(key)))
                        return refuse(w, code, at);
                em_jnode *next = append(w, node, &last);
                if (!next)
                        return no_memory(w.err);
                EM_TRY(copy(w, key, &next->key));
                at = place_of(field.value());
                EM_TRY(fill(w, field.value(), depth + 1, next));
        }
        return EM_OK;
}

em_status fill(const walk &w, od::value value, unsigned depth, em_jnode *node)
{
        od::json_type type;
        error_code    code = value.type().get(type);
        if (code)
                return refuse(w, code, place_of(value));
        if (depth > EM_JSON_DEEP)
                return em_fail(w.err, EM_FORMAT, "JSON of more than %d levels", EM_JSON_DEEP);
        switch (type) {
        case od::json_type::array:  return fill_list(w, value, depth, node);
        case od::json_type::object: return fill_object(w, value, depth, node);
        case od::json_type::string: return fill_string(w, value, node);
        default:                    return fill_scalar(w, value, node);
        }
}

/* The text between brackets in our buffer, with the bytes behind it that simdjson may read. */
em_status hold(em_json_doc *doc, em_str text, em_error *err)
{
        size_t need = text.n + 2;
        if (text.n > simdjson::SIMDJSON_MAXSIZE_BYTES - 2)
                return em_fail(err, EM_LIMIT, "a JSON text of more than 4 GiB");
        if (need > doc->cap) {
                size_t cap = need < 4096 ? 4096 : need + need / 2;
                if (cap > simdjson::SIMDJSON_MAXSIZE_BYTES)
                        cap = simdjson::SIMDJSON_MAXSIZE_BYTES;
                char *more = static_cast<char *>(std::malloc(cap + simdjson::SIMDJSON_PADDING));
                if (!more)
                        return no_memory(err);
                std::free(doc->text);
                doc->text = more;
                doc->cap = cap;
        }
        if (doc->parser.capacity() < need && doc->parser.allocate(doc->cap))
                return no_memory(err);
        doc->text[0] = '[';
        if (text.n)
                std::memcpy(doc->text + 1, text.p, text.n);
        doc->text[text.n + 1] = ']';
        std::memset(doc->text + need, ' ', simdjson::SIMDJSON_PADDING);
        return EM_OK;
}

/* The only element of the list that hold made. */
em_status fill_root(const walk &w, od::document &document, em_jnode *root)
{
        od::array  list;
        size_t     values = 0;
        error_code code = document.get_array().get(list);
        if (code)
                return refuse(w, code, w.base);
        for (auto item : list) {
                od::value value;
                if ((code = item.get(value)))
                        return refuse(w, code, w.base + (values ? w.size : 0));
                if (values++)
                        return fail_at(w, place_of(value), "more than one value");
                EM_TRY(fill(w, value, 1, root));
        }
        if (values == 0)
                return fail_at(w, w.base, "no value");
        const char *behind = nullptr;   /* at the end there is no location */
        if (document.current_location().get(behind) != simdjson::OUT_OF_BOUNDS)
                return fail_at(w, behind, "something behind the value");
        return EM_OK;
}

} // namespace

extern "C" em_json_doc *em_json_reader(void)
{
        em_json_doc *doc = new (std::nothrow) em_json_doc;
        if (doc) {
                doc->text = nullptr;
                doc->cap = 0;
        }
        return doc;
}

extern "C" em_json_doc *em_json_reader_free(em_json_doc *doc)
{
        if (doc)
                std::free(doc->text);
        delete doc;
        return nullptr;
}

extern "C" em_status em_json_parse(em_json_doc *doc, em_str text, em_arena *arena, em_jnode **ret_root,
                                   em_error *err)
{
        size_t bad = 0;
        if (text.n >= 3 && std::memcmp(text.p, "\xEF\xBB\xBF", 3) == 0)
                text = em_str_sub(text, 3, text.n);
        if (!em_utf8_ok(text, &bad))
                return em_fail(err, EM_FORMAT, "JSON: not UTF-8 at byte %zu", bad);
        EM_TRY(hold(doc, text, err));
        walk         w = { arena, err, doc->text + 1, text.n };
        od::document document;
        error_code   code = doc->parser.iterate(doc->text, text.n + 2, doc->cap + simdjson::SIMDJSON_PADDING)
                                  .get(document);
        if (code)
                return refuse(w, code, w.base + w.size);
        em_jnode *root = EM_NEW(arena, em_jnode);
        if (!root)
                return no_memory(err);
        EM_TRY(fill_root(w, document, root));
        *ret_root = root;
        return EM_OK;
}

extern "C" const em_jnode *em_jget(const em_jnode *node, const char *key)
{
        const em_jnode *found = nullptr;
        if (!em_jis(node, EM_J_OBJECT))
                return nullptr;
        for (const em_jnode *child = node->first; child; child = child->next)
                if (em_str_eq(child->key, em_str_c(key)))
                        found = child;
        return found;
}

extern "C" em_str em_jtext(const em_jnode *node)
{
        return em_jis(node, EM_J_STRING) || em_jis(node, EM_J_NUMBER) ? node->text : em_str{ nullptr, 0 };
}

extern "C" bool em_jint(const em_jnode *node, int64_t *ret)
{
        return em_jis(node, EM_J_NUMBER) && em_str_int(node->text, ret);
}

extern "C" bool em_jis(const em_jnode *node, em_jkind kind)
{
        return node && node->kind == kind;
}
