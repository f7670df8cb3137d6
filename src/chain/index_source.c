/* The files that hold the blocks: a node's folder of blk*.dat with its xor.dat,
 * a folder of single raw blocks, or one file.  A full chain has thousands of
 * files and a process a thousand descriptors, so files are mapped for one
 * round of work and the oldest are let go.
 */
#include "chain/index_inside.h"

#define OPEN_MOST ((size_t)128)

static bool holds_blocks(em_str name)
{
        if (em_str_eq(name, EM_S("xor.dat")) || em_str_starts(name, EM_S("rev")))
                return false;
        return em_str_ends(name, EM_S(".dat")) || em_str_ends(name, EM_S(".raw")) || em_str_ends(name, EM_S(".blk")) ||
               em_str_ends(name, EM_S(".bin"));
}

static em_status read_key(em_str folder, em_arena *arena, uint8_t key[8], em_error *err)
{
        em_str path, bytes;
        EM_TRY(em_path_join(folder, EM_S("xor.dat"), arena, &path, err));
        if (!em_path_exists(path))
                return EM_OK;
        EM_TRY(em_file_read(path, 4096, arena, &bytes, err));
        if (bytes.n != 8)
                return em_fail_at(err, EM_FORMAT, path, 0, 0, "the obfuscation key is not of eight bytes");
        memcpy(key, bytes.p, 8);
        return EM_OK;
}

static em_status add_file(em_ix_source *s, em_str folder, em_str name, bool has_key, em_arena *arena, em_error *err)
{
        em_ix_file *file = &s->file[s->files];
        file->name = name;
        file->keyed = has_key && em_str_starts(name, EM_S("blk"));
        EM_TRY(em_path_join(folder, name, arena, &file->path, err));
        s->files++;
        return EM_OK;
}

em_status em_ix_source_find(em_str path, em_arena *arena, em_ix_source *ret_source, em_error *err)
{
        static const uint8_t none[8];
        em_ix_source s = { .round = 1 };
        bool folder = em_path_is_dir(path);
        em_str in = folder ? path : em_path_dir(path), one, *names = &one;
        size_t count = 1;
        if (!folder && !em_path_exists(path))
                return em_fail_at(err, EM_MISSING, path, 0, 0, "there is no such file or folder of blocks");
        if (folder)
                EM_TRY(em_dir_list(path, arena, &names, &count, err));
        else
                EM_TRY(em_str_copy(em_path_base(path), arena, &one, err));
        EM_TRY(read_key(in, arena, s.key, err));
        s.file = EM_NEW_N(arena, em_ix_file, count);
        if (!s.file)
                return em_fail(err, EM_NOMEM, "no memory for the block files' names");
        bool has_key = memcmp(s.key, none, sizeof none) != 0;
        for (size_t i = 0; i < count; i++)
                if (!folder || holds_blocks(names[i]))
                        EM_TRY(add_file(&s, in, names[i], has_key, arena, err));
        if (s.files == 0)
                return em_fail_at(err, EM_MISSING, path, 0, 0, "no block files (*.dat, *.raw, *.blk, *.bin) in the folder");
        *ret_source = s;
        return EM_OK;
}

void em_ix_source_close(em_ix_source *source)
{
        for (size_t i = 0; i < source->files; i++) {
                if (source->file[i].open)
                        em_mapping_close(&source->file[i].map);
                source->file[i].open = false;
        }
        source->open = 0;
}

static void let_go(em_ix_source *s)
{
        for (size_t i = 0; i < s->files && s->open >= OPEN_MOST; i++) {
                if (!s->file[i].open || s->file[i].used == s->round)
                        continue;
                em_mapping_close(&s->file[i].map);
                s->file[i].open = false;
                s->open--;
        }
}

em_status em_ix_source_map(em_ix_source *source, size_t file, em_error *err)
{
        em_ix_file *f = &source->file[file];
        if (!f->open) {
                if (source->open >= OPEN_MOST)
                        let_go(source);
                EM_TRY(em_mapping_open(f->path, &f->map, err));
                f->open = true;
                source->open++;
        }
        f->used = source->round;
        return EM_OK;
}

em_status em_ix_source_bytes(const em_ix_source *source, size_t file, uint64_t offset, uint64_t length,
                             em_arena *arena, em_str *ret_bytes, em_error *err)
{
        const em_ix_file *f = &source->file[file];
        if (offset > f->map.n || length > f->map.n - offset)
                return em_fail_at(err, EM_FORMAT, f->path, 0, offset, "the file is shorter than when it was indexed");
        em_str bytes = { f->map.p + offset, (size_t)length };
        if (f->keyed) {
                uint8_t *plain = em_arena_alloc(arena, bytes.n + 8);
                uint64_t key, word;
                uint8_t turned[8];
                if (!plain)
                        return em_fail(err, EM_NOMEM, "no memory for a block");
                for (size_t i = 0; i < 8; i++)
                        turned[i] = source->key[(offset + i) % 8];
                memcpy(&key, turned, 8);
                size_t i = 0;
                for (; i + 8 <= bytes.n; i += 8) {
                        memcpy(&word, bytes.p + i, 8);
                        word ^= key;
                        memcpy(plain + i, &word, 8);
                }
                for (; i < bytes.n; i++)
                        plain[i] = (uint8_t)((uint8_t)bytes.p[i] ^ turned[i % 8]);
                bytes.p = (const char *)plain;
        }
        *ret_bytes = bytes;
        return EM_OK;
}
