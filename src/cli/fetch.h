/* cli/fetch.h -- asking a node for its blocks; inside `embargo fetch` only.
 *
 * cmd_fetch.c     the command line; fetch_http.c one question and its answer
 * fetch_rpc.c     JSON-RPC over it
 * fetch_store.c   a folder of framed blocks, appended crash-safely
 * fetch_bitcoin.c Bitcoin Core's REST and JSON-RPC into such a folder
 * fetch_answers.c a file of answers, one a line, appended crash-safely
 * fetch_ethereum.c Ethereum's JSON-RPC into such a file
 *
 * Nothing that a node says is believed: answers have a ceiling, redirects are
 * not followed, and each block is read and checked before it is kept.
 */
#ifndef CLI_FETCH_H
#define CLI_FETCH_H

#include "cli/cli.h"
#include "embargo/bitcoin.h"
#include "embargo/json.h"

typedef struct em_fetch {
        em_cli      *cli;
        em_str       url;               /* without a slash at its end */
        em_str       host;              /* "localhost:8332", for sentences */
        void        *curl;
        char        *password;          /* "user:password", NUL-terminated; NULL none.  Never shown */
        em_json_doc *doc;
        em_arena    *answer;            /* of the last answer */
        em_buf       body;
        uint64_t     requests;
        bool         no_method;         /* why the last call gave EM_MISSING: not the block, the method */
        int64_t      from, to;          /* heights asked for; -1: not said */
        em_str       folder;
} em_fetch;

typedef struct em_fetched {             /* what became of it */
        uint64_t blocks, held;          /* written; in the folder before */
        uint64_t bytes;                 /* written */
        uint64_t cut;                   /* bytes of a torn end taken away */
        uint64_t replaced;              /* blocks that the node's chain left while or before it was asked */
        int64_t  from, to;              /* heights covered; to < from: none */
        em_str   holds;                 /* what index chain is to be given */
        const char *chain;              /* "regtest", "account chain 31337" */
        em_str   note;                  /* what the node could not give; empty: nothing */
} em_fetched;

/* ---- HTTP ---- */

EM_MUST em_status em_fetch_open(em_fetch *f, em_str url, em_str cookie_file, em_error *err);
void em_fetch_close(em_fetch *f);
/* GET url + path, or POST when post is not empty.  The answer is in f->body until the next question.
 *
 * EM_IO      no node answers there, or not in time
 * EM_DENIED  it wants a (another) password; its certificate is not valid
 * EM_FORMAT  it leads elsewhere (a redirect)
 * EM_LIMIT   the answer is over most bytes */
EM_MUST em_status em_fetch_http(em_fetch *f, const char *path, em_str post, size_t most, long *ret_code, em_error *err);

/* ---- JSON-RPC ---- */

/* Calls method with params ("[1,true]") and gives its result, which lives until the next question; NULL
 * where that is null.  id comes back in the answer and is checked.
 *
 * EM_MISSING  the node does not know the method (code -32601), or knows no such block
 * EM_FORMAT   it answers no JSON-RPC, or with another error */
EM_MUST em_status em_fetch_call(em_fetch *f, const char *method, const char *params, uint64_t id, size_t most,
                                const em_jnode **ret_result, em_error *err);

/* ---- framed blocks ---- */

typedef struct em_store {
        em_str      folder;
        uint8_t     magic[4];
        int         lock, fd;
        unsigned    file;               /* number of the one that grows */
        uint64_t    size, unsynced;
        em_hash256 *seen;               /* open addressing; all zero: free */
        size_t      slots, count;
        uint64_t    cut;
} em_store;

/* Opens folder for appending (making it), cuts a torn end off its last file and reads which blocks it holds.
 *
 * EM_DENIED  it is a node's own folder, or holds another network's blocks
 * EM_BUSY    another embargo fetches into it
 * EM_FORMAT  a file before the last is damaged */
EM_MUST em_status em_store_blocks_open(em_str folder, const em_btc_net *net, em_arena *arena, em_store *ret_store, em_error *err);
bool em_store_blocks_has(const em_store *s, em_hash256 hash);
EM_MUST em_status em_store_blocks_add(em_store *s, em_hash256 hash, em_str block, em_error *err);
EM_MUST em_status em_store_blocks_close(em_store *s, em_error *err);      /* to the disk */

/* Takes the lock of a folder that is fetched into, making the folder. */
EM_MUST em_status em_fetch_lock(em_str folder, int *ret_fd, em_error *err);

/* ---- answers, one a line ---- */

typedef struct em_answers {
        em_str   path;
        int      fd, lock;
        uint64_t size, unsynced, cut;
} em_answers;

/* Opens folder/name for appending and cuts a last line that has no end off. */
EM_MUST em_status em_answers_open(em_str folder, em_str name, em_arena *arena, em_answers *ret_file, em_error *err);
/* The line that ends at offset end (the file's size, or the start of another line); ret_start its start. */
EM_MUST em_status em_answers_before(em_answers *l, uint64_t end, em_arena *arena, em_str *ret_line,
                                  uint64_t *ret_start, em_error *err);
EM_MUST em_status em_answers_first(em_answers *l, em_arena *arena, em_str *ret_line, em_error *err);
/* Ends of lines inside text become blanks, which JSON allows where they stand. */
EM_MUST em_status em_answers_add(em_answers *l, em_str text, em_error *err);
/* Everything from offset on goes to the end of folder/aside, then away. */
EM_MUST em_status em_answers_retreat(em_answers *l, uint64_t offset, em_str aside, em_arena *arena, em_error *err);
EM_MUST em_status em_answers_close(em_answers *l, em_error *err);

/* ---- the chains ---- */

EM_MUST em_status em_fetch_bitcoin(em_fetch *f, bool rest, em_fetched *ret_done, em_error *err);
EM_MUST em_status em_fetch_ethereum(em_fetch *f, em_fetched *ret_done, em_error *err);

#endif
