/* Raw bytes for `embargo trace look`: from a folder, or from custody.
 *
 * A block file of Bitcoin Core's may be obfuscated by the eight bytes of xor.dat that lie beside it; in custody that key is a
 * source of its own.  Which of two files of one name is meant, and whether the key belongs to it, is settled by the judge
 * alone: bytes that are not what was asked for are never shown.
 */
#include "cli/look_bytes.h"

enum { BYTES_MOST = 4 << 20 };

void em_look_open(em_cli *cli, em_look *ret)
{
        em_str path = {0};
        *ret = (em_look){.cli = cli, .folder = em_cli_value(cli, "blocks")};
        if (ret->folder.n || em_path_join(cli->case_dir, EM_S("case.db"), cli->arena, &path, NULL) != EM_OK || !em_path_exists(path))
                return;
        if (em_case_open(cli->case_dir, EM_CASE_READ, &ret->c, NULL) != EM_OK)
                ret->c = NULL;
        else if (em_case_sources(ret->c, cli->arena, &ret->source, &ret->sources, NULL) != EM_OK)
                ret->sources = 0;
}

void em_look_close(em_look *look)
{
        em_case_close(look->c);
        look->c = NULL;
}

static em_str unmasked(em_look *look, em_str bytes, uint64_t offset, const uint8_t key[8])
{
        char *copy = em_arena_alloc(look->cli->arena, bytes.n + 1);
        for (size_t i = 0; copy && i < bytes.n; i++)
                copy[i] = (char)((uint8_t)bytes.p[i] ^ key[(offset + i) % 8]);
        return (em_str){copy, copy ? bytes.n : 0};
}

/* ---- a folder --------------------------------------------------------------------------------------- */

static em_status folder_key(em_look *look, em_str folder, em_str name, uint8_t key[8], em_error *err)
{
        em_str path = {0}, bytes = {0};
        EM_TRY(em_path_join(folder, EM_S("xor.dat"), look->cli->arena, &path, err));
        if (!em_str_starts(name, EM_S("blk")) || !em_path_exists(path))
                return EM_OK;
        EM_TRY(em_file_read(path, 4096, look->cli->arena, &bytes, err));
        if (bytes.n != 8)
                return em_fail_at(err, EM_FORMAT, path, 0, 0, "the obfuscation key is not of eight bytes");
        memcpy(key, bytes.p, 8);
        return EM_OK;
}

static em_status from_folder(em_look *look, const em_look_place *p, em_look_judge judge, void *ctx, em_look_bytes *ret, em_error *err)
{
        em_str     folder = em_path_is_dir(look->folder) ? look->folder : em_path_dir(look->folder), path = {0};
        em_mapping map = {.fd = -1};
        uint8_t    key[8] = {0};
        EM_TRY(em_path_join(folder, em_path_base(p->file), look->cli->arena, &path, err));
        EM_TRY(folder_key(look, folder, em_path_base(p->file), key, err));
        EM_TRY(em_mapping_open(path, &map, err));
        bool   inside = p->length <= BYTES_MOST && p->offset <= map.n && p->length <= map.n - p->offset;
        em_str bytes = inside ? unmasked(look, (em_str){map.p + p->offset, (size_t)p->length}, p->offset, key) : (em_str){0};
        em_mapping_close(&map);
        if (!bytes.p)
                return em_fail_at(err, EM_DIFF, path, 0, 0, "the file has no %llu bytes at %llu, where the index has the transaction",
                                  (unsigned long long)p->length, (unsigned long long)p->offset);
        if (!judge(ctx, bytes))
                return em_fail_at(err, EM_DIFF, path, 0, 0, "the bytes at %llu are not this transaction's", (unsigned long long)p->offset);
        *ret = (em_look_bytes){.bytes = bytes};
        return EM_OK;
}

/* ---- custody ------------------------------------------------------------------------------------------ */

static bool slice(em_look *look, const em_source *s, uint64_t offset, uint64_t length, em_str *ret)
{
        return length <= BYTES_MOST && !em_str_eq(s->access, EM_S("withheld"))
            && em_case_slice(look->c, s, offset, length, look->cli->arena, ret, NULL) == EM_OK;
}

/* As they stand, else by any key that the case holds. */
static bool from_source(em_look *look, const em_source *s, const em_look_place *p, em_look_judge judge, void *ctx, em_str *ret)
{
        em_str bytes = {0}, key = {0};
        if (!slice(look, s, p->offset, p->length, &bytes))
                return false;
        bool   found = judge(ctx, bytes), masked = em_str_starts(s->name, EM_S("blk"));
        for (size_t i = 0; !found && masked && i < look->sources; i++) {
                const em_source *k = &look->source[i];
                if (!em_str_eq(k->name, EM_S("xor.dat")) || k->bytes != 8 || !slice(look, k, 0, 8, &key))
                        continue;
                em_str plain = unmasked(look, bytes, p->offset, (const uint8_t *)key.p);
                found = plain.p && judge(ctx, plain);
                bytes = found ? plain : bytes;
        }
        *ret = bytes;
        return found;
}

em_status em_look_find(em_look *look, const em_look_place *place, em_look_judge judge, void *ctx, em_look_bytes *ret, em_error *err)
{
        *ret = (em_look_bytes){.bytes = EM_S(""), .source = EM_S("")};
        if (look->folder.n)
                return from_folder(look, place, judge, ctx, ret, err);
        for (size_t i = 0; i < look->sources; i++) {
                em_str bytes = {0};
                if (!em_str_eq(look->source[i].name, em_path_base(place->file)) || !from_source(look, &look->source[i], place, judge, ctx, &bytes))
                        continue;
                *ret = (em_look_bytes){bytes, em_str_sub(em_str_c(look->source[i].sha256), 0, 8)};
                return EM_OK;
        }
        return EM_OK;
}

em_str em_look_hex(em_cli *cli, em_str bytes)
{
        static const char digit[] = "0123456789abcdef";
        char *hex = em_arena_alloc(cli->arena, 2 * bytes.n + 1);
        for (size_t i = 0; hex && i < bytes.n; i++) {
                hex[2 * i] = digit[(unsigned char)bytes.p[i] >> 4];
                hex[2 * i + 1] = digit[bytes.p[i] & 15];
        }
        return hex ? (em_str){hex, 2 * bytes.n} : EM_S("");
}
