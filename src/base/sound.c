/* Files that were found sound stay so while nobody touches them.
 *
 * What is remembered is a hash over what the kernel says of the files: device, inode, length, the time of the content and the time of the
 * inode, which no call can set back (inode(7), st_ctim).  A mapped file that is changed after it was looked at is changed under its
 * reader in any case; remembering opens no way that opening had closed.
 */
#include "embargo/base.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { KNOWN = 64, FILES = 64 };

struct em_sound {
        pthread_mutex_t lock;
        em_sha256       known[KNOWN];
        size_t          count, next;
};

em_sound *em_sound_new(void)
{
        em_sound *s = calloc(1, sizeof *s);
        if (s)
                pthread_mutex_init(&s->lock, NULL);
        return s;
}

em_sound *em_sound_free(em_sound *s)
{
        if (s) {
                pthread_mutex_destroy(&s->lock);
                free(s);
        }
        return NULL;
}

static bool state_of(const em_mapping *map, size_t maps, em_sha256 *ret)
{
        uint64_t said[FILES][7] = {{0}};
        struct stat st;
        if (maps > FILES)
                return false;
        for (size_t i = 0; i < maps; i++) {
                if (fstat(map[i].fd, &st) != 0 || (size_t)st.st_size != map[i].n)
                        return false;
                uint64_t one[7] = {(uint64_t)st.st_dev, (uint64_t)st.st_ino, (uint64_t)st.st_size, (uint64_t)st.st_mtim.tv_sec,
                                   (uint64_t)st.st_mtim.tv_nsec, (uint64_t)st.st_ctim.tv_sec, (uint64_t)st.st_ctim.tv_nsec};
                memcpy(said[i], one, sizeof one);
        }
        *ret = em_sha256_of((em_str){(const char *)said, maps * sizeof *said});
        return true;
}

/* Under the lock. */
static bool knows(const em_sound *s, const em_sha256 *state)
{
        for (size_t i = 0; i < s->count; i++)
                if (memcmp(s->known[i].b, state->b, sizeof state->b) == 0)
                        return true;
        return false;
}

bool em_sound_known(em_sound *s, const em_mapping *map, size_t maps, em_sha256 *ret_state)
{
        *ret_state = (em_sha256){{0}};
        if (!s || !state_of(map, maps, ret_state))
                return false;
        pthread_mutex_lock(&s->lock);
        bool known = knows(s, ret_state);
        pthread_mutex_unlock(&s->lock);
        return known;
}

void em_sound_note(em_sound *s, const em_sha256 *state)
{
        static const em_sha256 none = {{0}};
        if (!s || memcmp(state->b, none.b, sizeof none.b) == 0)
                return;
        pthread_mutex_lock(&s->lock);
        if (!knows(s, state)) {
                s->known[s->next] = *state;
                s->next = (s->next + 1) % KNOWN;
                s->count += s->count < KNOWN;
        }
        pthread_mutex_unlock(&s->lock);
}
