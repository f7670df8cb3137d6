/* Clients of the screening service: CLIENTS connections, each sending one batch of names after the other.
 *
 *     serve_load PORT BODY CLIENTS SECONDS     over HTTP, keep-alive
 *     serve_load INDEX BODY CLIENTS SECONDS    the same without a socket, in as many threads
 *
 * Prints requests, queries (100 in each) and bytes, each a second, and the median and slowest request.
 */
#include "embargo/serve.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1 << 20 };

typedef struct client {
        pthread_t   thread;
        em_service *service;
        em_str      body;
        uint16_t    port;
        double      until;
        uint64_t    requests, bytes, failed;
        float      *took;
} client;

static double now(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint64_t ask_service(client *c)
{
        em_reply reply;
        em_service_answer(c->service, &(em_request){.method = EM_S("POST"), .target = EM_S("/match/default"), .host = EM_S("localhost"),
                                                    .body = c->body}, &reply);
        uint64_t n = reply.status == 200 ? reply.body.n : 0;
        em_buf_free(&reply.body);
        return n;
}

/* One reply with a Content-Length; its body's bytes, or 0. */
static uint64_t ask_socket(const client *c, int fd)
{
        char head[256], text[65536];
        int  n = snprintf(head, sizeof head, "POST /match/default HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n\r\n", c->body.n);
        if (write(fd, head, (size_t)n) != n || write(fd, c->body.p, c->body.n) != (ssize_t)c->body.n)
                return 0;
        size_t   got = 0;
        uint64_t want = UINT64_MAX, all = 0, length = 0;
        while (all < want) {
                ssize_t r = read(fd, text + got, sizeof text - 1 - got);
                if (r <= 0)
                        return 0;
                all += (uint64_t)r;
                if (want != UINT64_MAX)
                        continue;
                got += (size_t)r;
                text[got] = '\0';
                const char *end = strstr(text, "\r\n\r\n"), *said = strcasestr(text, "content-length:");
                if (end && said) {
                        length = strtoull(said + 15, NULL, 10);
                        want = (uint64_t)(end - text) + 4 + length;
                        got = 0;
                }
        }
        return strncmp(text, "HTTP/1.1 200", 12) == 0 || got == 0 ? length : 0;
}

static void *work(void *arg)
{
        client *c = arg;
        int     fd = c->service ? -1 : socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(c->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        if (fd >= 0)
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        if (!c->service && connect(fd, (void *)&to, sizeof to) != 0)
                return NULL;
        for (double t = now(), end; t < c->until && c->requests < MOST; t = end) {
                uint64_t n = c->service ? ask_service(c) : ask_socket(c, fd);
                end = now();
                c->failed += n == 0;
                c->bytes += n;
                c->took[c->requests++] = (float)(end - t);
                if (!n)
                        break;
        }
        if (fd >= 0)
                close(fd);
        return NULL;
}

static int by_time(const void *a, const void *b)
{
        float x = *(const float *)a, y = *(const float *)b;
        return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
        em_arena   *arena = em_arena_new((size_t)1 << 30);
        em_service *service = NULL;
        em_str      body = {0};
        em_error    err = {0};
        if (argc != 5 || em_file_read(em_str_c(argv[2]), 1 << 20, arena, &body, &err) != EM_OK)
                return 2;
        size_t   clients = strtoul(argv[3], NULL, 10);
        double   seconds = strtod(argv[4], NULL);
        em_service_opts opts = em_service_defaults;
        opts.index = em_str_c(argv[1]);
        unsigned long port = strtoul(argv[1], NULL, 10);
        if (!port && em_service_new(&opts, &service, &err) != EM_OK)
                return 1;
        client *c = EM_NEW_N(arena, client, clients);
        double  began = now();
        for (size_t i = 0; i < clients; i++) {
                c[i] = (client){.service = service, .body = body, .port = (uint16_t)port, .until = began + seconds, .took = calloc(MOST, sizeof(float))};
                pthread_create(&c[i].thread, NULL, work, &c[i]);
        }
        uint64_t requests = 0, bytes = 0, failed = 0;
        for (size_t i = 0; i < clients; i++) {
                pthread_join(c[i].thread, NULL);
                requests += c[i].requests;
                bytes += c[i].bytes;
                failed += c[i].failed;
        }
        double took = now() - began;
        float *all = calloc(requests + 1, sizeof *all);
        for (size_t i = 0, at = 0; i < clients; at += c[i++].requests)
                memcpy(all + at, c[i].took, c[i].requests * sizeof *all);
        qsort(all, requests, sizeof *all, by_time);
        struct rusage used;
        getrusage(RUSAGE_SELF, &used);
        double cpu = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
        printf("%llu requests: %.0f requests/s, %.0f queries/s when each has 100, %.1f MB/s, median %.1f ms, slowest %.1f ms, failed %llu, own cpu %.2f ms a request\n",
               (unsigned long long)requests, (double)requests / took,
               (double)requests * 100 / took, (double)bytes / took / 1e6, all[requests / 2] * 1e3, requests ? all[requests - 1] * 1e3 : 0,
               (unsigned long long)failed, cpu * 1e3 / (double)requests);
        em_service_free(service);
        em_arena_free(arena);
        return failed != 0;
}
