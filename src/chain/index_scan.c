/* The first reading: only the frames and headers of the block files, so that the
 * longest chain is known before any transaction is parsed (Core's -reindex,
 * node/blockstorage.cpp, does the same in two steps).
 *
 * A frame that is followed by another frame, by padding or by the end is taken
 * by its 88 bytes alone; any other is parsed, and what is no block is given
 * back to em_blk_next, which looks for the next.
 */
#include "chain/index_inside.h"

#include <stdlib.h>

#define HEADER       ((size_t)80)
#define FRAME        ((size_t)8)
#define PLAIN_MOST   ((size_t)32 << 20)         /* longer frames are worth the parse */
#define ARENA_MOST   ((size_t)10 << 28)         /* ten times the longest frame of em_blk_next */
#define MAGIC_WITHIN ((size_t)1 << 20)

typedef struct found_in {               /* what one file holds */
        em_ix_block *block;
        size_t       blocks, cap;
        uint64_t     bytes, cut, skipped;
} found_in;

typedef struct scan {
        em_ix_source *source;
        found_in     *file;
        size_t        from;             /* first file of this round */
        const uint8_t *magic;
} scan;

static void unkey(const em_ix_source *s, const em_ix_file *f, size_t at, uint8_t *out, size_t n)
{
        memcpy(out, f->map.p + at, n);
        for (size_t i = 0; f->keyed && i < n; i++)
                out[i] ^= s->key[(at + i) % 8];
}

static em_status add_block(found_in *in, const uint8_t *header, size_t file, uint64_t offset, uint64_t length, em_error *err)
{
        if (in->blocks == in->cap) {
                size_t cap = in->cap ? 2 * in->cap : 16;
                em_ix_block *more = realloc(in->block, cap * sizeof *more);
                if (!more)
                        return em_fail(err, EM_NOMEM, "no memory for the headers found");
                in->block = more;
                in->cap = cap;
        }
        em_ix_block *b = &in->block[in->blocks++];
        *b = (em_ix_block){ .file = (uint32_t)file, .offset = offset, .length = (uint32_t)length };
        b->hash = em_btc_double_sha256((em_str){ (const char *)header, HEADER });
        memcpy(b->prev.b, header + 4, 32);
        b->time_s = (uint32_t)em_le(header + 68, 4);
        b->bits = (uint32_t)em_le(header + 72, 4);
        return EM_OK;
}

/* Does what stands at `at` look like what may stand behind a block? */
static bool continues(const scan *s, const em_ix_file *f, size_t at)
{
        uint8_t next[4];
        static const uint8_t zeros[4];
        if (f->map.n - at < 4)
                return true;
        if (memcmp(f->map.p + at, zeros, 4) == 0)
                return true;
        unkey(s->source, f, at, next, 4);
        return memcmp(next, s->magic, 4) == 0 || memcmp(next, zeros, 4) == 0;
}

/* The frame at blk->at, when it is as sound as a frame can look. */
static bool plain_frame(const scan *s, const em_ix_file *f, em_blk *blk, uint8_t header[HEADER],
                        uint64_t *ret_offset, uint64_t *ret_length)
{
        uint8_t frame[FRAME];
        size_t at = blk->at, n = f->map.n;
        if (n - at < FRAME + HEADER)
                return false;
        unkey(s->source, f, at, frame, FRAME);
        size_t length = (size_t)em_le(frame + 4, 4);
        if (memcmp(frame, s->magic, 4) != 0 || length <= HEADER || length > PLAIN_MOST ||
            length > n - at - FRAME || !continues(s, f, at + FRAME + length))
                return false;
        unkey(s->source, f, at + FRAME, header, HEADER);
        *ret_offset = at + FRAME;
        *ret_length = length;
        blk->at = at + FRAME + length;
        return true;
}

static em_status scan_framed(const scan *s, size_t file, found_in *in, em_arena *arena, em_error *err)
{
        static const uint8_t none[8];
        const em_ix_file *f = &s->source->file[file];
        em_blk blk = em_blk_make((em_str){ f->map.p, f->map.n }, s->magic, f->keyed ? s->source->key : none);
        uint8_t header[HEADER];
        uint64_t offset, length;
        em_str bytes;
        bool cut = false;
        for (;;) {
                if (plain_frame(s, f, &blk, header, &offset, &length)) {
                        EM_TRY(add_block(in, header, file, offset, length, err));
                        continue;
                }
                em_btc_block block;
                em_arena_reset(arena);
                if (!em_blk_next(&blk, arena, &bytes, &offset, &cut))
                        break;
                if (!continues(s, f, blk.at)) {
                        em_status status = em_btc_block_parse(bytes, NULL, arena, &block, NULL);
                        if (status == EM_NOMEM)
                                return em_fail(err, EM_NOMEM, "no memory for a block");
                        if (status != EM_OK) {
                                em_blk_refuse(&blk, offset);
                                continue;
                        }
                }
                EM_TRY(add_block(in, (const uint8_t *)bytes.p, file, offset, bytes.n, err));
        }
        if (blk.nomem)
                return em_fail(err, EM_NOMEM, "no memory for a block");
        in->cut = cut;
        in->skipped = blk.skipped;
        return EM_OK;
}

static em_status scan_one(const scan *s, size_t file, em_arena *arena, em_error *err)
{
        const em_ix_file *f = &s->source->file[file];
        found_in *in = &s->file[file];
        em_btc_block block;
        em_str bytes;
        in->bytes = f->map.n;
        EM_TRY(em_ix_source_bytes(s->source, file, 0, f->map.n < FRAME ? f->map.n : FRAME, arena, &bytes, err));
        bool framed = bytes.n == FRAME && memcmp(bytes.p, s->magic, 4) == 0;
        if (!framed && f->map.n > HEADER && f->map.n <= PLAIN_MOST) {
                EM_TRY(em_ix_source_bytes(s->source, file, 0, f->map.n, arena, &bytes, err));
                if (em_btc_block_parse(bytes, NULL, arena, &block, NULL) == EM_OK)
                        return add_block(in, (const uint8_t *)bytes.p, file, 0, bytes.n, err);
        }
        return scan_framed(s, file, in, arena, err);
}

static em_status scan_file(void *ctx, size_t i, em_error *err)
{
        const scan *s = ctx;
        em_arena *arena = em_arena_new(ARENA_MOST);
        if (!arena)
                return em_fail(err, EM_NOMEM, "no memory to read block files");
        em_status status = scan_one(s, s->from + i, arena, err);
        em_arena_free(arena);
        return status;
}

/* ---- the network ---- */

static em_status look_for_magic(em_ix_source *s, bool anywhere, const em_btc_net **ret_net, em_error *err)
{
        const em_btc_net *nets;
        size_t count = em_btc_nets(&nets);
        em_arena *arena = em_arena_new(2 * MAGIC_WITHIN);
        em_status status = arena ? EM_OK : em_fail(err, EM_NOMEM, "no memory to read block files");
        for (size_t i = 0; i < s->files && status == EM_OK && !*ret_net; i++) {
                em_str head = { NULL, 0 };
                s->round++;
                status = em_ix_source_map(s, i, err);
                size_t n = s->file[i].map.n, want = anywhere ? MAGIC_WITHIN : 4;
                if (status == EM_OK)
                        status = em_ix_source_bytes(s, i, 0, n < want ? n : want, arena, &head, err);
                size_t best = SIZE_MAX;
                for (size_t k = 0; k < count && head.n >= 4; k++) {
                        ptrdiff_t at = em_str_find(head, (em_str){ (const char *)nets[k].magic, 4 });
                        if (at >= 0 && (size_t)at < best) {
                                best = (size_t)at;
                                *ret_net = &nets[k];
                        }
                }
                if (arena)
                        em_arena_reset(arena);
        }
        em_arena_free(arena);
        return status;
}

/* A stretch of raw blocks has no magic: then it is the network asked for, or Bitcoin's own.  The magic found frames
 * the files even when another network was asked for, because some coins write Bitcoin's. */
static em_status find_net(em_ix_source *s, const em_btc_net *wanted, const em_btc_net **ret_net,
                          const uint8_t **ret_magic, em_error *err)
{
        const em_btc_net *seen = NULL;
        EM_TRY(look_for_magic(s, false, &seen, err));
        if (!seen)
                EM_TRY(look_for_magic(s, true, &seen, err));
        const em_btc_net *net = wanted ? wanted : seen ? seen : em_btc_net_find(EM_S("main"));
        *ret_magic = seen ? seen->magic : net->magic;
        *ret_net = net;
        return EM_OK;
}

/* ---- all files ---- */

/* What was found, as one number: an index of the same scan has nothing to learn. */
static em_status sum_up(const em_ix_source *source, em_ix_found *found, em_error *err)
{
        em_hasher *h = em_hasher_new();
        if (!h)
                return em_fail(err, EM_NOMEM, "no memory for a hash");
        em_hasher_add(h, found->net->name, strlen(found->net->name) + 1);
        for (size_t i = 0; i < source->files; i++) {
                em_hasher_add(h, source->file[i].name.p, source->file[i].name.n);
                em_hasher_add(h, "", 1);
        }
        for (size_t i = 0; i < found->blocks; i++) {
                const em_ix_block *b = &found->block[i];
                uint8_t place[16];
                em_ix_put(place, b->file, 4);
                em_ix_put(place + 4, b->length, 4);
                em_ix_put(place + 8, b->offset, 8);
                em_hasher_add(h, b->hash.b, 32);
                em_hasher_add(h, place, 16);
        }
        found->scan = em_hasher_done(h);
        em_hasher_free(h);
        return EM_OK;
}

static em_status gather(const em_ix_source *source, const found_in *files, em_ix_found *found, em_error *err)
{
        for (size_t i = 0; i < source->files; i++) {
                found->blocks += files[i].blocks;
                found->bytes += files[i].bytes;
                found->cut += files[i].cut;
                found->skipped += files[i].skipped;
        }
        if (found->blocks >= UINT32_MAX)
                return em_fail(err, EM_LIMIT, "more than four thousand million blocks");
        found->block = malloc((found->blocks + 1) * sizeof *found->block);
        if (!found->block)
                return em_fail(err, EM_NOMEM, "no memory for the headers found");
        size_t at = 0;
        for (size_t i = 0; i < source->files; i++) {
                if (files[i].blocks)
                        memcpy(found->block + at, files[i].block, files[i].blocks * sizeof *found->block);
                at += files[i].blocks;
        }
        return sum_up(source, found, err);
}

static em_status scan_files(scan *s, size_t threads, const em_progress *progress, em_error *err)
{
        em_ix_source *source = s->source;
        size_t step = 4 * threads;
        for (size_t i = 0; i < source->files; i += step) {
                size_t n = source->files - i < step ? source->files - i : step;
                if (!em_progress_tell(progress, "reading block headers", i, source->files))
                        return em_fail(err, EM_INTERRUPTED, "the index is not finished");
                source->round++;
                for (size_t k = 0; k < n; k++)
                        EM_TRY(em_ix_source_map(source, i + k, err));
                s->from = i;
                EM_TRY(em_parallel(n, threads, scan_file, s, err));
        }
        return EM_OK;
}

em_status em_ix_scan(em_ix_source *source, const em_btc_net *net, size_t threads,
                     const em_progress *progress, em_ix_found *ret_found, em_error *err)
{
        em_ix_found found = { 0 };
        scan s = { .source = source };
        EM_TRY(find_net(source, net, &found.net, &s.magic, err));
        s.file = calloc(source->files, sizeof *s.file);
        if (!s.file)
                return em_fail(err, EM_NOMEM, "no memory to read block files");
        em_status status = scan_files(&s, threads, progress, err);
        if (status == EM_OK)
                status = gather(source, s.file, &found, err);
        for (size_t i = 0; i < source->files; i++)
                free(s.file[i].block);
        free(s.file);
        if (status == EM_OK)
                *ret_found = found;
        else
                free(found.block);
        return status;
}
