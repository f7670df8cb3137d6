/* Streams over loopback: TCP, UDP datagrams, names that are none, silence, the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/ships_feed.h"
#include "embargo/nmea.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINE "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23"

static char buffer[EM_SHIPS_FEED_LEAST];

/* A socket on a free port of loopback. */
static int on_loopback(int kind, unsigned *ret_port)
{
        struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        socklen_t n = sizeof at;
        int fd = socket(AF_INET, kind | SOCK_CLOEXEC, 0);
        assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&at, n) == 0 && getsockname(fd, (struct sockaddr *)&at, &n) == 0);
        *ret_port = ntohs(at.sin_port);
        return fd;
}

static em_ships_feed opened(const char *scheme, unsigned port)
{
        em_ships_feed feed;
        em_error err = { 0 };
        char name[64];
        (void)snprintf(name, sizeof name, "%s:%u", scheme, port);
        if (em_ships_feed_open(em_str_c(name), &feed, &err) != EM_OK)
                fail_msg("%s", err.text);
        return feed;
}

static void a_tcp_server_is_read_until_it_closes(void **state)
{
        (void)state;
        unsigned port;
        size_t   n;
        bool     end;
        int server = on_loopback(SOCK_STREAM, &port);
        assert_int_equal(listen(server, 1), 0);
        em_ships_feed feed = opened("tcp://127.0.0.1", port);
        int client = accept(server, NULL, NULL);
        assert_true(client >= 0);
        assert_int_equal(em_ships_feed_read(&feed, buffer, sizeof buffer, 0, &n, &end, NULL), EM_OK);
        assert_true(n == 0 && !end);                                    /* silence is no end */
        assert_int_equal(write(client, LINE "\r\n", sizeof LINE + 1), sizeof LINE + 1);
        assert_int_equal(em_ships_feed_read(&feed, buffer, sizeof buffer, 5000, &n, &end, NULL), EM_OK);
        assert_true(n == sizeof LINE + 1 && !end);
        assert_memory_equal(buffer, LINE "\r\n", n);
        (void)close(client);
        assert_int_equal(em_ships_feed_read(&feed, buffer, sizeof buffer, 5000, &n, &end, NULL), EM_OK);
        assert_true(n == 0 && end);
        em_ships_feed_close(&feed);
        em_ships_feed_close(&feed);
        (void)close(server);
}

static void datagrams_are_lines_with_or_without_end_and_header(void **state)
{
        (void)state;
        unsigned port, mine;
        size_t   n;
        bool     end;
        (void)close(on_loopback(SOCK_DGRAM, &port));                    /* a port that was free a moment ago */
        em_ships_feed feed = opened("udp://", port);
        int from = on_loopback(SOCK_DGRAM, &mine);
        struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        static const struct { const char *bytes; size_t n; const char *want; } of[] = {
                { LINE "\r\n", sizeof LINE + 1, LINE "\r\n" }, { LINE, sizeof LINE - 1, LINE "\n" }, { "UdPbC\0" LINE, sizeof LINE + 5, LINE "\n" }, { "", 0, "" },
        };
        for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
                assert_int_equal(sendto(from, of[i].bytes, of[i].n, 0, (struct sockaddr *)&to, sizeof to), of[i].n);
                assert_int_equal(em_ships_feed_read(&feed, buffer, sizeof buffer, 5000, &n, &end, NULL), EM_OK);
                assert_true(n == strlen(of[i].want) && !end);
                assert_memory_equal(buffer, of[i].want, n);
        }
        em_ships_feed_close(&feed);
        (void)close(from);
}

static void what_is_no_source_is_refused_with_its_name(void **state)
{
        (void)state;
        static const char *const names[] = { "file.nmea", "tcp://", "tcp://:4001", "tcp://host", "tcp://host:", "tcp://host:0", "tcp://host:65536",
                "tcp://host:4x", "tcp://host:+1", "tcp://::1:4001", "udp://", "udp://:", "udp://:-1", "http://host:80" };
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
                em_ships_feed feed = { .fd = 77 };
                em_error err = { 0 };
                assert_int_equal(em_ships_feed_open(em_str_c(names[i]), &feed, &err), EM_USAGE);
                assert_non_null(strstr(err.text, names[i]));
                assert_int_equal(feed.fd, 77);
        }
        assert_true(em_ships_feed_is(EM_S("-")) && em_ships_feed_is(EM_S("udp://:1")) && !em_ships_feed_is(EM_S("tcp")));
}

static void nothing_that_listens_and_a_port_that_is_taken_are_errors(void **state)
{
        (void)state;
        unsigned port, taken;
        char     name[64];
        em_ships_feed feed;
        em_error err = { 0 };
        (void)close(on_loopback(SOCK_STREAM, &port));
        (void)snprintf(name, sizeof name, "tcp://127.0.0.1:%u", port);
        assert_int_equal(em_ships_feed_open(em_str_c(name), &feed, &err), EM_IO);
        int held = on_loopback(SOCK_DGRAM, &taken);
        (void)snprintf(name, sizeof name, "udp://:%u", taken);
        assert_int_equal(em_ships_feed_open(em_str_c(name), &feed, &err), EM_IO);
        (void)close(held);
}

static void standard_input_is_read_to_its_end(void **state)
{
        (void)state;
        int    ends[2], kept = dup(0);
        size_t n;
        bool   end;
        em_ships_feed feed;
        assert_true(kept >= 0 && pipe(ends) == 0 && dup2(ends[0], 0) == 0);
        assert_int_equal(write(ends[1], LINE, sizeof LINE - 1), sizeof LINE - 1);
        (void)close(ends[1]), (void)close(ends[0]);
        assert_int_equal(em_ships_feed_open(EM_S("-"), &feed, NULL), EM_OK);
        assert_int_equal(em_ships_feed_read(&feed, buffer, sizeof buffer, 5000, &n, &end, NULL), EM_OK);
        assert_true(n == sizeof LINE - 1 && !end);
        assert_int_equal(em_ships_feed_read(&feed, buffer, sizeof buffer, 5000, &n, &end, NULL), EM_OK);
        assert_true(n == 0 && end);
        em_ships_feed_close(&feed);
        assert_true(dup2(kept, 0) == 0);
        (void)close(kept);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_tcp_server_is_read_until_it_closes),
                cmocka_unit_test(datagrams_are_lines_with_or_without_end_and_header),
                cmocka_unit_test(what_is_no_source_is_refused_with_its_name),
                cmocka_unit_test(nothing_that_listens_and_a_port_that_is_taken_are_errors),
                cmocka_unit_test(standard_input_is_read_to_its_end),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
