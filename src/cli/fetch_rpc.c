/* JSON-RPC: a method, its parameters, its result or its error by name.
 *
 * Version 2.0 is asked for in all calls; Bitcoin Core before 28 and bcoin answer
 * as 1.0 did, with HTTP 500 beside an error, so the body is read whatever the code.
 */
#include "cli/fetch.h"

#include <stdio.h>

enum { NO_METHOD = -32601 };

static em_status say_error(em_fetch *f, const char *method, const em_jnode *error, em_error *err)
{
        char    host[200], words[300];
        int64_t code = 0;
        em_str_show(f->host, host, sizeof host);
        em_str_show(em_jtext(em_jget(error, "message")), words, sizeof words);
        f->no_method = em_jint(em_jget(error, "code"), &code) && code == NO_METHOD;
        if (f->no_method)
                return em_fail(err, EM_MISSING, "%s: the node knows no method %s", host, method);
        /* Core: -8 a height out of range, -5 no such block, -1 a block that was pruned */
        return em_fail(err, code == -8 || code == -5 ? EM_MISSING : EM_FORMAT, "%s: %s: the node says \"%s\" (%lld)", host,
                       method, words, (long long)code);
}

em_status em_fetch_call(em_fetch *f, const char *method, const char *params, uint64_t id, size_t most,
                        const em_jnode **ret_result, em_error *err)
{
        char      question[1024], host[200];
        long      code = 0;
        int64_t   echoed = -1;
        em_jnode *root = NULL;
        int n = snprintf(question, sizeof question, "{\"jsonrpc\":\"2.0\",\"id\":%llu,\"method\":\"%s\",\"params\":%s}",
                         (unsigned long long)id, method, params);
        em_assert(n > 0 && (size_t)n < sizeof question);
        em_str_show(f->host, host, sizeof host);
        f->no_method = false;
        EM_TRY(em_fetch_http(f, "", (em_str){question, (size_t)n}, most, &code, err));
        em_arena_reset(f->answer);
        em_status s = em_json_parse(f->doc, em_buf_view(&f->body), f->answer, &root, err);
        if (s == EM_NOMEM || s == EM_LIMIT)
                return s;
        if (s != EM_OK || !em_jis(root, EM_J_OBJECT))
                return em_fail(err, EM_FORMAT, "%s: it answers no JSON-RPC (HTTP %ld)", host, code);
        const em_jnode *error = em_jget(root, "error");
        if (error && !em_jis(error, EM_J_NULL))
                return say_error(f, method, error, err);
        if (!em_jget(root, "result"))
                return em_fail(err, EM_FORMAT, "%s: it answers no JSON-RPC (HTTP %ld)", host, code);
        if (!em_jint(em_jget(root, "id"), &echoed) || (uint64_t)echoed != id)
                return em_fail(err, EM_FORMAT, "%s: %s: the answer is to another question", host, method);
        *ret_result = em_jis(em_jget(root, "result"), EM_J_NULL) ? NULL : em_jget(root, "result");
        return EM_OK;
}
