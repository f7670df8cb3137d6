/* Streams of AIS sentences from outside, by the socket interface of POSIX.1-2017.  Each read waits in poll, so that a caller can go on with what it
 * has, or stop, while nothing comes; nothing here waits for ever unless it is asked to.
 */
#include "cli/ships_feed.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_MS 10000

typedef struct address { char host[256], port[6]; } address;

bool em_ships_feed_is(em_str name)
{
        return em_str_eq(name, EM_S("-")) || em_str_starts(name, EM_S("tcp://")) || em_str_starts(name, EM_S("udp://"));
}

/* "host:port", "[::1]:port", ":port" */
static bool split(em_str s, address *ret_address)
{
        em_str host = s, port;
        while (host.n && host.p[host.n - 1] != ':')
                host.n--;
        port = em_str_sub(s, host.n, s.n);
        int64_t number;
        if (!host.n || port.n > 5 || !em_str_int(port, &number) || number < 1 || number > 65535 || port.p[0] == '+')
                return false;
        host.n--;
        if (host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
                host = em_str_sub(host, 1, host.n - 2);
        else if (em_str_find(host, EM_S(":")) >= 0)
                return false;
        if (host.n >= sizeof ret_address->host || em_str_find(host, (em_str){ "", 1 }) >= 0)
                return false;
        memset(ret_address, 0, sizeof *ret_address);
        if (host.n)
                memcpy(ret_address->host, host.p, host.n);
        memcpy(ret_address->port, port.p, port.n);
        return true;
}

/* True when fd is ready for events, false when the time is over or a signal came. */
static bool wait_for(int fd, short events, int timeout_ms)
{
        struct pollfd p = { .fd = fd, .events = events };
        return poll(&p, 1, timeout_ms) > 0;
}

static bool connected(int fd, const struct addrinfo *a)
{
        int       wrong = 0;
        socklen_t n = sizeof wrong;
        if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
                return true;
        return errno == EINPROGRESS && wait_for(fd, POLLOUT, CONNECT_MS) && getsockopt(fd, SOL_SOCKET, SO_ERROR, &wrong, &n) == 0 && !wrong;
}

/* The first address of the host that takes the connection, or lets itself be listened on; -1 when none does. */
static int first_of(const struct addrinfo *list, bool datagrams)
{
        for (const struct addrinfo *a = list; a; a = a->ai_next) {
                int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol);
                if (fd < 0)
                        continue;
                if (datagrams ? bind(fd, a->ai_addr, a->ai_addrlen) == 0 : connected(fd, a))
                        return fd;
                (void)close(fd);
        }
        return -1;
}

em_status em_ships_feed_open(em_str name, em_ships_feed *ret_feed, em_error *err)
{
        address at;
        char    shown[200];
        if (em_str_eq(name, EM_S("-"))) {
                *ret_feed = (em_ships_feed){ .fd = STDIN_FILENO };
                return EM_OK;
        }
        (void)em_str_show(name, shown, sizeof shown);
        bool datagrams = em_str_starts(name, EM_S("udp://"));
        if (!em_ships_feed_is(name) || !split(em_str_sub(name, 6, name.n), &at) || (!datagrams && !at.host[0]))
                return em_fail(err, EM_USAGE, "%s is no source of a stream: write -, tcp://host:port or udp://:port", shown);
        struct addrinfo wanted = { .ai_family = AF_UNSPEC, .ai_socktype = datagrams ? SOCK_DGRAM : SOCK_STREAM, .ai_flags = AI_NUMERICSERV }, *list;
        if (getaddrinfo(at.host[0] ? at.host : "127.0.0.1", at.port, &wanted, &list) != 0)
                return em_fail(err, EM_MISSING, "the host of %s has no address", shown);
        int fd = first_of(list, datagrams);
        freeaddrinfo(list);
        if (fd < 0)
                return em_fail(err, EM_IO, datagrams ? "%s cannot be listened on" : "nothing answers at %s", shown);
        *ret_feed = (em_ships_feed){ .fd = fd, .datagrams = datagrams };
        return EM_OK;
}

/* A datagram's sentences: without the header, the last line ended. */
static size_t whole_lines(char *p, size_t n)
{
        if (n >= 6 && memcmp(p, "UdPbC", 6) == 0)
                memmove(p, p + 6, n -= 6);
        if (n && p[n - 1] != '\n')
                p[n++] = '\n';
        return n;
}

em_status em_ships_feed_read(em_ships_feed *feed, char *buffer, size_t cap, int timeout_ms, size_t *ret_n, bool *ret_end, em_error *err)
{
        em_assert(cap >= EM_SHIPS_FEED_LEAST);
        *ret_n = 0;
        *ret_end = false;
        if (!wait_for(feed->fd, POLLIN, timeout_ms))
                return EM_OK;
        ssize_t n = read(feed->fd, buffer, feed->datagrams ? cap - 1 : cap);
        if (n < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK))
                return EM_OK;
        if (n < 0)
                return em_fail(err, EM_IO, "the stream broke off");
        *ret_n = feed->datagrams ? whole_lines(buffer, (size_t)n) : (size_t)n;
        *ret_end = n == 0 && !feed->datagrams;
        return EM_OK;
}

void em_ships_feed_close(em_ships_feed *feed)
{
        if (feed->fd > STDIN_FILENO)
                (void)close(feed->fd);
        feed->fd = -1;
}
