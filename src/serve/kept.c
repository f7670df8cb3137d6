/* Replies kept whole, by address and state of the case.
 *
 * A case changes a few times a day and its pages are read all day: so a reply is made once for each state.  One lock, a
 * table of chains, and a list by last use; a reply is copied out, so none is ever freed under a reader.  What
 * belongs to an older state is never found again and goes like everything else: when its room is wanted.  A reply that
 * is just being made is waited for by whoever asks for the same, once: when it fails, each makes his own.
 */
#include "serve/desk.h"

#include <pthread.h>
#include <stdlib.h>

enum { SLOTS = 4096, REPLY_MOST = 8 << 20 };

typedef struct entry {
        struct entry *chain, *newer, *older;
        uint64_t      hash, stamp;
        em_reply      reply;            /* its body is the entry's */
        size_t        bytes, key_n;
        char          key[];
} entry;

typedef struct making { struct making *next; uint64_t hash, id; } making;

struct em_kept {
        pthread_mutex_t lock;
        pthread_cond_t  news;
        making         *makings;        /* replies being made */
        uint64_t        last_id;
        entry          *slot[SLOTS], *newest, *oldest;
        size_t          bytes, most;
};

static uint64_t hash_of(em_str key, uint64_t stamp)
{
        uint64_t h = 0xcbf29ce484222325u ^ stamp;       /* FNV-1a */
        for (size_t i = 0; i < key.n; i++)
                h = (h ^ (uint8_t)key.p[i]) * 0x100000001b3u;
        return h ^ h >> 29;
}

em_kept *em_kept_new(size_t most)
{
        em_kept *k = calloc(1, sizeof *k);
        if (k) {
                pthread_mutex_init(&k->lock, NULL);
                pthread_cond_init(&k->news, NULL);
                k->most = most;
        }
        return k;
}

static void unlink_use(em_kept *k, entry *e)
{
        *(e->newer ? &e->newer->older : &k->newest) = e->older;
        *(e->older ? &e->older->newer : &k->oldest) = e->newer;
        e->newer = e->older = NULL;
}

static void link_use(em_kept *k, entry *e)
{
        e->older = k->newest;
        *(k->newest ? &k->newest->newer : &k->oldest) = e;
        k->newest = e;
}

static void drop(em_kept *k, entry *e)
{
        entry **at = &k->slot[e->hash % SLOTS];
        while (*at != e)
                at = &(*at)->chain;
        *at = e->chain;
        unlink_use(k, e);
        k->bytes -= e->bytes;
        em_buf_free(&e->reply.body);
        free(e);
}

em_kept *em_kept_free(em_kept *k)
{
        if (k) {
                while (k->newest)
                        drop(k, k->newest);
                em_assert(!k->makings);
                pthread_mutex_destroy(&k->lock);
                pthread_cond_destroy(&k->news);
                free(k);
        }
        return NULL;
}

static entry *find(em_kept *k, em_str key, uint64_t stamp, uint64_t hash)
{
        entry *e = k->slot[hash % SLOTS];
        while (e && !(e->hash == hash && e->stamp == stamp && em_str_eq((em_str){e->key, e->key_n}, key)))
                e = e->chain;
        return e;
}

/* The reply with a body of its own; the buffer of *reply is used again. */
static void copy_reply(const em_reply *from, em_reply *reply)
{
        em_buf body = reply->body;
        *reply = *from;
        reply->body = body;
        em_buf_clear(&reply->body);
        em_buf_add(&reply->body, from->body.p, from->body.n);
}

bool em_kept_get(em_kept *k, em_str key, uint64_t stamp, em_reply *reply)
{
        pthread_mutex_lock(&k->lock);
        entry *e = find(k, key, stamp, hash_of(key, stamp));
        if (e) {
                unlink_use(k, e);
                link_use(k, e);
                copy_reply(&e->reply, reply);
                reply->kept = true;
        }
        pthread_mutex_unlock(&k->lock);
        return e != NULL;
}

/* ---- one at a time ----------------------------------------------------------------- */

/* Two addresses of one hash wait for each other, which costs time and nothing else. */
static making **making_of(em_kept *k, uint64_t hash)
{
        making **at = &k->makings;
        while (*at && (*at)->hash != hash)
                at = &(*at)->next;
        return at;
}

bool em_kept_making(em_kept *k, em_str key, uint64_t stamp)
{
        uint64_t hash = hash_of(key, stamp);
        making  *own = calloc(1, sizeof *own);
        pthread_mutex_lock(&k->lock);
        making  *other = *making_of(k, hash);
        uint64_t met = other ? other->id : 0;
        while (other && other->id == met) {
                pthread_cond_wait(&k->news, &k->lock);
                other = *making_of(k, hash);
        }
        if (own && !met) {
                *own = (making){k->makings, hash, ++k->last_id};
                k->makings = own;
        }
        pthread_mutex_unlock(&k->lock);
        if (met)
                free(own);
        return own && !met;
}

void em_kept_made(em_kept *k, em_str key, uint64_t stamp)
{
        pthread_mutex_lock(&k->lock);
        making **at = making_of(k, hash_of(key, stamp)), *own = *at;
        em_assert(own);
        *at = own->next;
        pthread_cond_broadcast(&k->news);
        pthread_mutex_unlock(&k->lock);
        free(own);
}

void em_kept_put(em_kept *k, em_str key, uint64_t stamp, const em_reply *reply)
{
        entry *e = reply->body.n <= REPLY_MOST ? calloc(1, sizeof *e + key.n) : NULL;
        if (!e)
                return;
        e->hash = hash_of(key, stamp);
        e->stamp = stamp;
        e->key_n = key.n;
        memcpy(e->key, key.p, key.n);
        e->reply.body = em_buf_make(REPLY_MOST);
        copy_reply(reply, &e->reply);
        e->bytes = sizeof *e + key.n + e->reply.body.cap;
        pthread_mutex_lock(&k->lock);
        entry *met = find(k, key, stamp, e->hash);
        if (met)
                drop(k, met);
        e->chain = k->slot[e->hash % SLOTS];
        k->slot[e->hash % SLOTS] = e;
        link_use(k, e);
        k->bytes += e->bytes;
        while (k->bytes > k->most && k->oldest)
                drop(k, k->oldest);
        pthread_mutex_unlock(&k->lock);
}
