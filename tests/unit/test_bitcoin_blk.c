/* Block files as crashes, keys and rubbish leave them.  A frame is magic, length, bytes;
 * a block has at least 81 bytes, so these tests frame runs of one letter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/bitcoin.h"

#include <stdio.h>
#include <stdlib.h>

static const uint8_t magic[4] = { 0xf9, 0xbe, 0xb4, 0xd9 };
static const uint8_t no_key[8];
static const uint8_t key[8] = { 0x27, 0x5b, 0x00, 0xc3, 0x91, 0xee, 0x08, 0x7d };

static void put_head(em_buf *buf, uint32_t length)
{
        uint8_t le[4] = { (uint8_t)length, (uint8_t)(length >> 8), (uint8_t)(length >> 16),
                          (uint8_t)(length >> 24) };
        em_buf_add(buf, magic, 4);
        em_buf_add(buf, le, 4);
}

static void put_run(em_buf *buf, size_t n, char c)
{
        for (size_t i = 0; i < n; i++)
                em_buf_ch(buf, c);
}

static void put_frame(em_buf *buf, size_t n, char c)
{
        put_head(buf, (uint32_t)n);
        put_run(buf, n, c);
}

/* Reads all and prints each as "letter length @offset", what was skipped and whether cut. */
static void assert_frames_with(em_buf *file, const uint8_t *with, size_t tail, const char *want)
{
        em_arena *arena = em_arena_new(1 << 20);
        em_buf out = em_buf_make(1 << 16);
        em_str block;
        uint64_t offset;
        bool cut = false;
        /* exactly the bytes, for a sanitizer */
        char *copy = malloc(file->n ? file->n : 1);
        assert_non_null(copy);
        if (file->n)
                memcpy(copy, file->p, file->n);
        em_blk blk = em_blk_make((em_str){ copy, file->n }, magic, with);
        blk.tail = tail;
        while (em_blk_next(&blk, arena, &block, &offset, &cut))
                em_buf_fmt(&out, "%c %zu @%llu, ", block.p[0], block.n, (unsigned long long)offset);
        em_buf_fmt(&out, "skipped %llu%s", (unsigned long long)blk.skipped, cut ? ", cut" : "");
        em_buf_ch(&out, '\0');
        assert_string_equal(out.p, want);
        assert_int_equal(blk.at, file->n);
        assert_false(blk.nomem);
        em_buf_free(&out);
        em_arena_free(arena);
        free(copy);
}

static void assert_frames(em_buf *file, const char *want)
{
        assert_frames_with(file, no_key, 0, want);
}

static void frames_come_one_after_another(void **state)
{
        (void)state;
        em_buf file = em_buf_make(1 << 16);
        assert_frames(&file, "skipped 0");
        put_frame(&file, 81, 'a');
        put_frame(&file, 300, 'b');
        assert_frames(&file, "a 81 @8, b 300 @97, skipped 0");
        em_buf_free(&file);
}

static void zeros_allocated_ahead_are_not_rubbish(void **state)
{
        (void)state;
        em_buf file = em_buf_make(1 << 16);
        put_frame(&file, 81, 'a');
        put_run(&file, 1000, 0);
        assert_frames(&file, "a 81 @8, skipped 0");
        put_frame(&file, 100, 'b');
        assert_frames(&file, "a 81 @8, b 100 @1097, skipped 0");
        em_buf_free(&file);
}

static void rubbish_between_blocks_is_counted_and_passed_over(void **state)
{
        (void)state;
        em_buf file = em_buf_make(1 << 16);
        em_buf_c(&file, "hello");
        put_frame(&file, 81, 'a');
        em_buf_add(&file, magic, 3);
        put_frame(&file, 90, 'b');
        put_head(&file, 80);                    /* too short for a block */
        put_head(&file, 0xffffffff);            /* too long for any */
        put_frame(&file, 91, 'c');
        em_buf_add(&file, magic, 4);
        assert_frames(&file, "a 81 @13, b 90 @105, c 91 @219, skipped 28");
        em_buf_free(&file);
}

static void a_last_block_cut_anywhere_is_said_to_be_cut(void **state)
{
        (void)state;
        em_buf file = em_buf_make(1 << 16);
        put_frame(&file, 81, 'a');
        put_frame(&file, 100, 'b');
        for (size_t n = 89 + 8; n < 89 + 108; n++) {
                char want[80];
                em_buf part = em_buf_make(1 << 16);
                em_buf_add(&part, file.p, n);
                snprintf(want, sizeof want, "a 81 @8, skipped %zu, cut", n - 89);
                /* the length 100 ends in three zeros, which look like padding when no byte follows */
                if (n == 89 + 8)
                        snprintf(want, sizeof want, "a 81 @8, skipped 5, cut");
                assert_frames(&part, want);
                em_buf_free(&part);
        }
        em_buf_free(&file);
}

static void a_damaged_length_hides_only_its_own_block(void **state)
{
        (void)state;
        em_buf file = em_buf_make(1 << 16);
        put_frame(&file, 81, 'a');
        put_head(&file, 100000);
        put_run(&file, 100, 'x');
        put_frame(&file, 100, 'b');
        assert_frames(&file, "a 81 @8, b 100 @205, skipped 108");
        em_buf_free(&file);
}

static void masked(em_buf *file)
{
        for (size_t i = 0; i < file->n; i++)
                file->p[i] = (char)((uint8_t)file->p[i] ^ key[i % 8]);
}

static void a_key_is_taken_off_by_file_offset(void **state)
{
        (void)state;
        em_buf file = em_buf_make(1 << 16);
        em_buf_c(&file, "abc");
        put_frame(&file, 85, 'a');
        put_frame(&file, 300, 'b');
        masked(&file);
        put_run(&file, 64, 0);                  /* room allocated ahead is raw zeros */
        assert_frames_with(&file, key, 0, "a 85 @11, b 300 @104, skipped 3");
        assert_frames(&file, "skipped 404");
        em_buf_free(&file);
}

static void a_masked_block_is_the_same_bytes_as_a_plain_one(void **state)
{
        (void)state;
        em_buf file = em_buf_make(1 << 16);
        em_arena *arena = em_arena_new(1 << 16), *small = em_arena_new(64);
        em_str block;
        uint64_t offset;
        bool cut;
        put_head(&file, 203);
        for (int i = 0; i < 203; i++)
                em_buf_ch(&file, (char)(i * 31 + 7));
        masked(&file);
        em_blk blk = em_blk_make(em_buf_view(&file), magic, key);
        assert_true(em_blk_next(&blk, arena, &block, &offset, &cut));
        for (int i = 0; i < 203; i++)
                assert_int_equal((unsigned char)block.p[i], (unsigned char)(i * 31 + 7));
        blk = em_blk_make(em_buf_view(&file), magic, key);
        assert_false(em_blk_next(&blk, small, &block, &offset, &cut));
        assert_true(blk.nomem);
        em_arena_free(arena);
        em_arena_free(small);
        em_buf_free(&file);
}

static void undo_frames_may_be_short_and_bring_their_checksum(void **state)
{
        (void)state;
        em_buf file = em_buf_make(1 << 16);
        put_head(&file, 1);
        put_run(&file, 33, 'a');
        put_head(&file, 5);
        put_run(&file, 37, 'b');
        put_head(&file, 1);
        put_run(&file, 32, 'c');                /* a byte of the checksum is missing */
        assert_frames_with(&file, no_key, 32, "a 33 @8, b 37 @49, skipped 40, cut");
        em_buf_free(&file);
}

/* A crash in the middle of x, then b written over its remains: the frame of x spans b. */
static void a_refused_frame_is_searched_for_the_block_inside(void **state)
{
        (void)state;
        em_buf file = em_buf_make(1 << 16);
        em_str block;
        uint64_t offset;
        bool cut;
        put_head(&file, 300);
        put_run(&file, 50, 'x');
        put_frame(&file, 100, 'b');
        put_run(&file, 142, 'x');
        put_frame(&file, 81, 'c');
        em_blk blk = em_blk_make(em_buf_view(&file), magic, no_key);
        assert_true(em_blk_next(&blk, NULL, &block, &offset, &cut));
        assert_int_equal(offset, 8);
        em_blk_refuse(&blk, offset);
        assert_true(em_blk_next(&blk, NULL, &block, &offset, &cut));
        assert_int_equal(offset, 66);
        assert_int_equal(block.p[0], 'b');
        assert_true(em_blk_next(&blk, NULL, &block, &offset, &cut));
        assert_int_equal(block.p[0], 'c');
        assert_false(em_blk_next(&blk, NULL, &block, &offset, &cut));
        assert_int_equal(blk.skipped, 8 + 50 + 142);
        em_buf_free(&file);
}

/* A frame of frames, all refused: after 16 the rest is left, so that the work stays linear. */
static void refusals_inside_one_frame_have_an_end(void **state)
{
        (void)state;
        em_buf file = em_buf_make(1 << 20);
        em_str block;
        uint64_t offset;
        bool cut;
        size_t tried = 0;
        put_head(&file, 8000);
        for (int i = 0; i < 1000; i++)
                put_head(&file, 200);
        put_frame(&file, 300, 'z');
        em_blk blk = em_blk_make(em_buf_view(&file), magic, no_key);
        while (em_blk_next(&blk, NULL, &block, &offset, &cut) && block.p[0] != 'z') {
                em_blk_refuse(&blk, offset);
                tried++;
        }
        assert_int_equal(tried, 16);
        assert_int_equal(offset, 8016);
        assert_int_equal(blk.skipped, 8008);
        em_buf_free(&file);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(frames_come_one_after_another),
                cmocka_unit_test(zeros_allocated_ahead_are_not_rubbish),
                cmocka_unit_test(rubbish_between_blocks_is_counted_and_passed_over),
                cmocka_unit_test(a_last_block_cut_anywhere_is_said_to_be_cut),
                cmocka_unit_test(a_damaged_length_hides_only_its_own_block),
                cmocka_unit_test(a_key_is_taken_off_by_file_offset),
                cmocka_unit_test(a_masked_block_is_the_same_bytes_as_a_plain_one),
                cmocka_unit_test(undo_frames_may_be_short_and_bring_their_checksum),
                cmocka_unit_test(a_refused_frame_is_searched_for_the_block_inside),
                cmocka_unit_test(refusals_inside_one_frame_have_an_end),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
