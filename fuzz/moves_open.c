/* Any bytes are an index of an account chain or are refused; what is opened answers every question
 * without leaving its columns.  The head's checksum is set right, so that what lies behind it is reached.
 */
#include "embargo/moves.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEAD 4096

static void ask(const em_moves_index *x)
{
        const em_moves *m = em_moves_view(x);
        em_arena       *arena = em_arena_new(1 << 20);
        uint64_t        sum = 0;
        em_error        err = { 0 };
        for (uint64_t i = 0; i < m->moves; i++) {
                em_move_place place;
                sum += em_move_amount(m, &m->move[i]).w[0] + em_move_time(m, &m->move[i]);
                sum += m->account[m->move[i].from].b[0] + m->account[m->move[i].to].b[0];
                sum += strlen(m->asset[m->move[i].asset].symbol);
                em_assert(em_moves_place_of(x, i, arena, &place, &err) == EM_OK);
                em_arena_reset(arena);
        }
        for (uint64_t a = 0; a < m->accounts; a++) {
                uint32_t n = 0;
                em_assert(em_moves_find_account(x, m->account[a], &n, &err) == EM_OK && n == a);
                for (uint64_t i = m->of_first[a]; i < m->of_first[a + 1]; i++)
                        em_assert(m->move[m->of[i]].from == a || m->move[m->of[i]].to == a);
        }
        for (uint64_t t = 0; t < m->txs; t++) {
                static const uint8_t zeros[32];
                uint32_t n = 0;
                if (memcmp(m->tx[t].hash, zeros, 32) != 0)
                        em_assert(em_moves_find_tx(x, m->tx[t].hash, &n, &err) == EM_OK &&
                                  memcmp(m->tx[n].hash, m->tx[t].hash, 32) == 0);
        }
        sum += em_moves_rejects(x).n + em_moves_counts(x).moves;
        em_assert(em_moves_verify(x, &err) == EM_OK || err.text[0]);
        em_arena_free(arena);
        em_assert(sum != 0x0123456789abcdef);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        char            dir[] = "/tmp/embargo-fuzz-moves-XXXXXX", path[64];
        em_moves_index *index = NULL;
        uint8_t        *copy = malloc(size ? size : 1);
        if (!copy || !mkdtemp(dir))
                abort();
        if (size)
                memcpy(copy, data, size);
        if (size >= HEAD) {
                em_sha256 sum = em_sha256_of((em_str){ (const char *)copy, HEAD - 8 });
                memcpy(copy + HEAD - 8, sum.b, 8);
        }
        snprintf(path, sizeof path, "%s/moves", dir);
        int fd = open(path, O_CREAT | O_WRONLY, 0600);
        if (fd < 0 || write(fd, copy, size) != (ssize_t)size)
                abort();
        close(fd);
        if (em_moves_open(em_str_c(dir), &index, NULL) == EM_OK)
                ask(index);
        em_moves_close(index);
        unlink(path);
        rmdir(dir);
        free(copy);
        return 0;
}
