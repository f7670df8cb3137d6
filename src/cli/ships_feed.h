/* cli/ships_feed.h -- where a stream of AIS sentences comes from: standard input, a TCP server, UDP datagrams.
 *
 *     em_ships_feed feed;
 *     EM_TRY(em_ships_feed_open(EM_S("tcp://localhost:4001"), &feed, err));
 *     while (!end) {
 *             EM_TRY(em_ships_feed_read(&feed, buffer, sizeof buffer, 1000, &n, &end, err));
 *             em_nmea_feed(nmea, buffer, n); ...
 *     }
 *     em_ships_feed_close(&feed);
 *
 * "-" is standard input.  "tcp://host:port" connects once, within ten seconds.  "udp://:port" listens on loopback, "udp://0.0.0.0:port" and
 * "udp://[::]:port" on every network that the machine is in: who may reach it may then write into the stream.  An address of IPv6 stands in
 * brackets.  Beside fetch and serve nothing else in embargo opens a socket.
 */
#ifndef CLI_SHIPS_FEED_H
#define CLI_SHIPS_FEED_H

#include "embargo/base.h"

#define EM_SHIPS_FEED_LEAST 65536       /* bytes: what a buffer must hold, one datagram and a line end */

typedef struct em_ships_feed { int fd; bool datagrams; } em_ships_feed;

/* True when name is one of the three, and no file. */
bool em_ships_feed_is(em_str name);

/* EM_USAGE    name is none of the three, or its port is none
 * EM_MISSING  the host has no address
 * EM_IO       no connection, or the port is taken
 */
EM_MUST em_status em_ships_feed_open(em_str name, em_ships_feed *ret_feed, em_error *err);

/* What has come, at most cap bytes (at least EM_SHIPS_FEED_LEAST); waits timeout_ms for it, -1: for ever.  n 0 without the end: nothing
 * came, or a signal did.  A datagram is given whole, without the header of IEC 61162-450 ("UdPbC" and a zero), and ends a line. */
EM_MUST em_status em_ships_feed_read(em_ships_feed *feed, char *buffer, size_t cap, int timeout_ms, size_t *ret_n, bool *ret_end, em_error *err);

void em_ships_feed_close(em_ships_feed *feed);          /* leaves standard input open; twice is fine */

#endif
