/* A day file is opened: the head against its checksum, every entry and report against the bounds of its section, once.
 *
 * After that a damaged block can still be no fixes, and unpacking says so; nothing that is read can lead out of the file.  The
 * checksums of the sections are for `--verify`: to compute them would read all.
 */
#include <stdlib.h>
#include <unistd.h>

#include "ships/ships_inside.h"

#define MAGIC "EMSHIPD1"
enum { GROUP_LEAST = 64 };

em_status em_day_head_unpack(em_str bytes, em_day_head *ret_head, em_error *err)
{
        const uint8_t *p = (const uint8_t *)bytes.p;
        em_day_head    h = {0};
        if (bytes.n < EM_DAY_HEAD || memcmp(p, MAGIC, 7) != 0)
                return em_fail(err, EM_FORMAT, "not a day of a ships' index");
        if (p[7] != MAGIC[7])
                return em_fail(err, EM_FORMAT, "a day of another version of the format; build the index anew");
        em_sha256 sum = em_sha256_of((em_str){bytes.p, EM_DAY_HEAD - 8});
        if (memcmp(p + EM_DAY_HEAD - 8, sum.b, 8) != 0)
                return em_fail(err, EM_FORMAT, "the day's head does not match its checksum");
        h.day = (uint32_t)em_sh_le(p + 8, 4);
        h.files = (uint32_t)em_sh_le(p + 12, 4);
        h.fixes = em_sh_le(p + 16, 8);
        h.blocks = em_sh_le(p + 24, 8);
        h.column_bytes = em_sh_le(p + 32, 8);
        h.locator_bytes = em_sh_le(p + 40, 8);
        h.groups = em_sh_le(p + 48, 8);
        h.said = em_sh_le(p + 56, 8);
        h.aside = em_sh_le(p + 64, 8) != 0;
        for (size_t i = 0; i < EM_DAY_SECTIONS; i++) {
                h.section[i].offset = em_sh_le(p + 80 + 24 * i, 8);
                h.section[i].length = em_sh_le(p + 88 + 24 * i, 8);
                memcpy(h.section[i].sum, p + 96 + 24 * i, 8);
        }
        *ret_head = h;
        return EM_OK;
}

em_day_block em_day_block_at(const em_day_in *day, uint64_t i)
{
        const uint8_t *p = day->section[EM_DAY_ENTRIES] + i * EM_DAY_ENTRY;
        uint32_t       first = (uint32_t)em_sh_le(p + 4, 4);
        return (em_day_block){
                .mmsi = (uint32_t)em_sh_le(p, 4), .fixes = (first >> 17 & (EM_FIX_BLOCK - 1)) + 1, .first_s = first & 0x1FFFF,
                .last_s = (uint32_t)em_sh_le(p + 8, 4),
                .lon_min = (int32_t)em_sh_le(p + 12, 2) - 18000, .lon_max = (int32_t)em_sh_le(p + 14, 2) - 18000,
                .lat_min = (int32_t)em_sh_le(p + 16, 2) - 9000, .lat_max = (int32_t)em_sh_le(p + 18, 2) - 9000,
                .column_bytes = (uint32_t)em_sh_le(p + 20, 4), .locator_bytes = (uint32_t)em_sh_le(p + 24, 4),
                .offset = em_sh_le(p + 28, 8),
        };
}

static bool check_entries(const em_day_in *d)
{
        uint64_t     end = d->head.section[EM_DAY_BLOCKS].length, fixes = 0, at = 0;
        em_day_block before = {0};
        for (uint64_t i = 0; i < d->head.blocks; i++) {
                em_day_block b = em_day_block_at(d, i);
                uint64_t     bytes = (uint64_t)b.column_bytes + b.locator_bytes;
                if (b.offset != at || bytes > end - at || b.first_s > b.last_s || b.last_s >= EM_SHIPS_DAY_S || b.mmsi > EM_SHIPS_MMSI_MAX)
                        return false;
                if (i && (b.mmsi < before.mmsi || (b.mmsi == before.mmsi && b.first_s < before.last_s)))
                        return false;
                at += bytes;
                fixes += b.fixes;
                before = b;
        }
        return at == end && fixes == d->head.fixes;
}

static bool check_groups(const em_day_in *d)
{
        const uint8_t *p = d->section[EM_DAY_REPORTS];
        uint64_t       left = d->head.section[EM_DAY_REPORTS].length, groups = 0;
        uint32_t       mmsi = 0;
        while (left) {
                uint64_t n = left >= GROUP_LEAST ? em_sh_le(p, 4) : 0;
                if (n < GROUP_LEAST || n > left)
                        return false;
                uint64_t texts = (uint64_t)p[20] + p[21] + p[22], times = em_sh_le(p + 24, 4);
                if (p[20] >= 8 || p[21] >= 36 || p[22] >= 24 || texts + times > n - GROUP_LEAST || times == 0 ||
                    em_sh_le(p + 28, 4) >= d->head.files || em_sh_le(p + 44, 4) >= d->head.files || em_sh_le(p + 4, 4) < mmsi)
                        return false;
                mmsi = (uint32_t)em_sh_le(p + 4, 4);
                if (mmsi > EM_SHIPS_MMSI_MAX)
                        return false;
                p += n;
                left -= n;
                groups++;
        }
        return groups == d->head.groups;
}

static em_status check(em_day_in *d, em_str path, em_error *err)
{
        em_error why = {0};
        EM_TRY(em_day_head_unpack((em_str){d->map.p, d->map.n}, &d->head, &why) == EM_OK
                       ? EM_OK : em_fail_at(err, EM_FORMAT, path, 0, 0, "%s", why.text));
        const em_day_head *h = &d->head;
        uint64_t at = EM_DAY_HEAD;
        for (size_t i = 0; i < EM_DAY_SECTIONS; i++) {
                if (h->section[i].offset != at || h->section[i].length > d->map.n - at)
                        return em_fail_at(err, EM_FORMAT, path, 0, 0, "the day is cut off or damaged");
                d->section[i] = (const uint8_t *)d->map.p + at;
                at += h->section[i].length;
        }
        if (d->map.n != at + EM_FIX_SPARE || h->day > EM_SHIPS_DAY_MAX ||
            h->blocks != h->section[EM_DAY_ENTRIES].length / EM_DAY_ENTRY || h->section[EM_DAY_ENTRIES].length % EM_DAY_ENTRY ||
            h->files != h->section[EM_DAY_FILES].length / EM_DAY_FILE_BYTES || h->section[EM_DAY_FILES].length % EM_DAY_FILE_BYTES)
                return em_fail_at(err, EM_FORMAT, path, 0, 0, "the day's counts and sections do not agree");
        if (!check_entries(d))
                return em_fail_at(err, EM_FORMAT, path, 0, 0, "the day's entries of blocks cannot be");
        if (!check_groups(d))
                return em_fail_at(err, EM_FORMAT, path, 0, 0, "the day's reports cannot be");
        return EM_OK;
}

em_status em_day_open(em_str path, em_day_in *ret_day, em_error *err)
{
        em_day_in d = {0};
        EM_TRY(em_mapping_open(path, &d.map, err));
        close(d.map.fd);        /* years of days are more than there are descriptors */
        d.map.fd = -1;
        em_status status = check(&d, path, err);
        if (status != EM_OK)
                em_mapping_close(&d.map);
        else
                *ret_day = d;
        return status;
}

void em_day_close(em_day_in *day)
{
        if (day->map.p)
                em_mapping_close(&day->map);
        *day = (em_day_in){.map.fd = -1};
}

em_status em_day_fixes(const em_day_in *day, const em_day_block *b, const em_fix_coder *coder, em_fix *ret_fix, em_error *err)
{
        const uint8_t *p = day->section[EM_DAY_BLOCKS] + b->offset;
        int64_t        day_s = (int64_t)day->head.day * EM_SHIPS_DAY_S;
        bool ok = em_fix_unpack(coder, p, b->column_bytes, b->locator_bytes, day_s, b->fixes, ret_fix);
        for (uint32_t i = 0; ok && i < b->fixes; i++)
                ok = ret_fix[i].file < day->head.files;
        ok = ok && ret_fix[0].time_s == day_s + b->first_s && ret_fix[b->fixes - 1].time_s == day_s + b->last_s;
        return ok ? EM_OK : em_fail(err, EM_FORMAT, "the index is damaged: a block of MMSI %u on day %u is none", b->mmsi, day->head.day);
}

uint32_t em_day_group_mmsi(const em_day_in *day, uint64_t at)
{
        return (uint32_t)em_sh_le(day->section[EM_DAY_REPORTS] + at + 4, 4);
}

static em_said_place place_at(const em_day_in *day, const uint8_t *p)
{
        return (em_said_place){(uint32_t)em_sh_le(p, 4), (uint32_t)em_sh_le(p + 4, 4), em_sh_le(p + 8, 8),
                               (int64_t)day->head.day * EM_SHIPS_DAY_S};
}

em_status em_day_group(const em_day_in *day, uint64_t *at, em_arena *arena, em_said_group *ret_group, em_error *err)
{
        const uint8_t *p = day->section[EM_DAY_REPORTS] + *at, *end = p + em_sh_le(p, 4), *q = p + GROUP_LEAST;
        em_said_group  g = {.mmsi = (uint32_t)em_sh_le(p + 4, 4), .first = place_at(day, p + 28), .last = place_at(day, p + 44),
                            .times = em_sh_le(p + 24, 4)};
        g.said = (em_said){.imo = (uint32_t)em_sh_le(p + 8, 4), .to_bow = (uint16_t)em_sh_le(p + 12, 2),
                           .to_stern = (uint16_t)em_sh_le(p + 14, 2), .to_port = p[16], .to_starboard = p[17], .ship_type = p[18],
                           .draught = p[19]};
        memcpy(g.said.call_sign, q, p[20]);
        memcpy(g.said.name, q + p[20], p[21]);
        memcpy(g.said.destination, q + p[20] + p[21], p[22]);
        q += p[20] + p[21] + p[22];
        uint32_t *second = EM_NEW_N(arena, uint32_t, g.times), now = 0;
        if (!second)
                return em_fail(err, EM_NOMEM, "no memory for what MMSI %u said", g.mmsi);
        for (size_t i = 0; i < g.times; i++) {
                uint32_t v = 0;
                for (unsigned shift = 0; q < end && shift < 21; shift += 7) {
                        v |= (uint32_t)(*q & 127) << shift;
                        if (!(*q++ & 128))
                                break;
                }
                now += v;
                if (now >= EM_SHIPS_DAY_S || (i && v == 0))
                        return em_fail(err, EM_FORMAT, "the index is damaged: what MMSI %u said on day %u has no times", g.mmsi, day->head.day);
                second[i] = now;
        }
        g.second = second;
        g.first.time_s += second[0];
        g.last.time_s += (int64_t)em_sh_le(p + 60, 4);
        if (g.last.time_s < g.first.time_s || em_sh_le(p + 60, 4) >= EM_SHIPS_DAY_S)
                return em_fail(err, EM_FORMAT, "the index is damaged: what MMSI %u said on day %u ends before it begins", g.mmsi, day->head.day);
        *at += (uint64_t)(end - p);
        *ret_group = g;
        return EM_OK;
}
