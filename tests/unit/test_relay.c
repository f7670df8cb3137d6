/* From the worker's pipe to the store, in one thread and in two: the same order, the
 * same bytes, the same errors.  The workers here are the test's own, and most are hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "case/relay.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

/* A message is 'N' and a u32; a larger one has zeros after it. */
static void send_number(em_outbox *out, uint32_t i, size_t bytes)
{
        static const char zeros[4096];
        em_buf *buf = em_outbox_begin(out, 'N');
        em_buf_add(buf, &i, sizeof i);
        for (size_t n = sizeof i; n < bytes; n += sizeof zeros)
                em_buf_add(buf, zeros, bytes - n < sizeof zeros ? bytes - n : sizeof zeros);
        em_outbox_end(out);
}

typedef struct heard {
        uint32_t taken, sealed;         /* so many, in order */
        uint32_t refuse_at, fail_at;    /* check and take say no here; 0: never */
        em_buf   bytes;                 /* as sealed */
} heard;

static em_status check_number(void *ctx, em_item *item, em_error *err)
{
        const heard *h = ctx;
        uint32_t i = 0;
        if (item->type != 'N' || item->packed.n < sizeof i)
                return em_fail(err, EM_FORMAT, "not a number");
        memcpy(&i, item->packed.p, sizeof i);
        item->as.record.row = i;
        if (h->refuse_at != 0 && i == h->refuse_at)
                return em_fail(err, EM_FORMAT, "number %u is refused", i);
        return EM_OK;
}

static void seal_numbers(void *ctx, const em_item *items, size_t count)
{
        heard *h = ctx;
        for (size_t i = 0; i < count; i++) {
                assert_int_equal(items[i].as.record.row, ++h->sealed);
                if (i > 0)
                        assert_ptr_equal(items[i].packed.p, items[i - 1].packed.p + items[i - 1].packed.n);
                em_buf_str(&h->bytes, items[i].packed);
        }
}

static em_status take_number(void *ctx, const em_item *item, em_error *err)
{
        heard *h = ctx;
        uint32_t i = 0;
        memcpy(&i, item->packed.p, sizeof i);   /* the bytes are still there */
        assert_int_equal(i, h->taken + 1);
        assert_int_equal(item->as.record.row, i);
        if (h->fail_at != 0 && i == h->fail_at)
                return em_fail(err, EM_IO, "number %u cannot be taken", i);
        h->taken++;
        return EM_OK;
}

static em_status relay(void (*work)(void *, em_outbox *), bool beside, heard *h, em_error *err)
{
        em_relay_way way = { check_number, seal_numbers, take_number, h };
        em_relay *r = em_relay_new(&way);
        em_worker worker;
        em_work w = { .shown_name = EM_S("t.csv"), .work = work, .on_message = em_relay_message, .message_ctx = r };
        h->bytes = em_buf_make(64u << 20);
        assert_non_null(r);
        assert_int_equal(em_worker_start(&w, &worker, err), EM_OK);
        em_status status = em_relay_run(r, &worker, beside, err);
        status = em_worker_end(&worker, status, err);
        em_relay_free(r);
        assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);       /* no child is left */
        return status;
}

/* ---- all is well -------------------------------------------------------------- */

enum { MANY = 100000 };

static void work_many(void *ctx, em_outbox *out)
{
        (void)ctx;
        for (uint32_t i = 1; i <= MANY; i++)
                send_number(out, i, i % 1000 == 0 ? 20000 : sizeof i);
}

static void order_and_bytes_are_the_same_in_one_thread_and_in_two(void **state)
{
        heard one = { 0 }, two = { 0 };
        em_error err = { 0 };
        (void)state;
        assert_int_equal(relay(work_many, false, &one, &err), EM_OK);
        assert_int_equal(relay(work_many, true, &two, &err), EM_OK);
        assert_int_equal(one.taken, MANY);
        assert_int_equal(two.taken, MANY);
        assert_int_equal(one.bytes.n, 4 * (MANY - 100) + 100 * 20000);
        assert_int_equal(two.bytes.n, one.bytes.n);
        assert_memory_equal(two.bytes.p, one.bytes.p, one.bytes.n);
        em_buf_free(&one.bytes);
        em_buf_free(&two.bytes);
}

static void work_nothing(void *ctx, em_outbox *out)
{
        (void)ctx;
        (void)out;
}

static void a_worker_that_says_nothing_gives_nothing(void **state)
{
        (void)state;
        for (int beside = 0; beside < 2; beside++) {
                heard h = { 0 };
                assert_int_equal(relay(work_nothing, beside, &h, NULL), EM_OK);
                assert_int_equal(h.taken, 0);
        }
}

static void work_large(void *ctx, em_outbox *out)
{
        (void)ctx;
        for (uint32_t i = 1; i <= 6; i++)
                send_number(out, i, i % 2 == 0 ? EM_MESSAGE_MAX : sizeof i);
}

static void the_largest_message_passes(void **state)
{
        (void)state;
        for (int beside = 0; beside < 2; beside++) {
                heard h = { 0 };
                assert_int_equal(relay(work_large, beside, &h, NULL), EM_OK);
                assert_int_equal(h.taken, 6);
                assert_int_equal(h.bytes.n, 3 * EM_MESSAGE_MAX + 3 * sizeof(uint32_t));
                em_buf_free(&h.bytes);
        }
}

/* ---- all is not well ------------------------------------------------------------ */

static void what_came_before_a_bad_message_is_taken_and_then_the_error_is_told(void **state)
{
        static const uint32_t at[] = { 1, 2, 512, 513, 514, 50000, MANY };      /* around a batch's 512 */
        (void)state;
        for (int beside = 0; beside < 2; beside++)
                for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
                        heard h = { .refuse_at = at[i] };
                        em_error err = { 0 };
                        char want[64];
                        snprintf(want, sizeof want, "number %u is refused", at[i]);
                        assert_int_equal(relay(work_many, beside, &h, &err), EM_FORMAT);
                        assert_string_equal(err.text, want);
                        assert_int_equal(h.taken, at[i] - 1);
                        em_buf_free(&h.bytes);
                }
}

static void the_first_error_in_the_order_of_the_messages_is_told(void **state)
{
        (void)state;
        for (int beside = 0; beside < 2; beside++) {
                heard h = { .fail_at = 700, .refuse_at = 701 };
                em_error err = { 0 };
                assert_int_equal(relay(work_many, beside, &h, &err), EM_IO);
                assert_string_equal(err.text, "number 700 cannot be taken");
                assert_int_equal(h.taken, 699);
                em_buf_free(&h.bytes);
        }
}

static void work_forever(void *ctx, em_outbox *out)
{
        (void)ctx;
        for (uint32_t i = 1;; i++)
                send_number(out, i, sizeof i);
}

/* Speaks long enough to be heard, then holds the pipe open and says no more. */
static void work_silent(void *ctx, em_outbox *out)
{
        (void)ctx;
        for (uint32_t i = 1; i <= MANY; i++)
                send_number(out, i, 8);
        for (volatile int on = 1; on;)
                ;
}

static void a_taker_that_fails_ends_a_worker_that_would_not_end(void **state)
{
        (void)state;
        for (int beside = 0; beside < 2; beside++) {
                heard h = { .fail_at = 5000 };
                em_error err = { 0 };
                assert_int_equal(relay(work_forever, beside, &h, &err), EM_IO);
                assert_int_equal(h.taken, 4999);
                em_buf_free(&h.bytes);
                h = (heard){ .fail_at = 5000 };
                assert_int_equal(relay(work_silent, beside, &h, &err), EM_IO);
                assert_string_equal(err.text, "number 5000 cannot be taken");
                em_buf_free(&h.bytes);
        }
}

static void work_dies(void *ctx, em_outbox *out)
{
        work_many(ctx, out);
        abort();
}

static void a_worker_that_dies_after_all_its_messages_is_an_error(void **state)
{
        (void)state;
        for (int beside = 0; beside < 2; beside++) {
                heard h = { 0 };
                em_error err = { 0 };
                assert_int_equal(relay(work_dies, beside, &h, &err), EM_FORMAT);
                assert_non_null(strstr(err.text, "the reader of t.csv was stopped: "));
                em_buf_free(&h.bytes);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(order_and_bytes_are_the_same_in_one_thread_and_in_two),
                cmocka_unit_test(a_worker_that_says_nothing_gives_nothing),
                cmocka_unit_test(the_largest_message_passes),
                cmocka_unit_test(what_came_before_a_bad_message_is_taken_and_then_the_error_is_told),
                cmocka_unit_test(the_first_error_in_the_order_of_the_messages_is_told),
                cmocka_unit_test(a_taker_that_fails_ends_a_worker_that_would_not_end),
                cmocka_unit_test(a_worker_that_dies_after_all_its_messages_is_an_error),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
