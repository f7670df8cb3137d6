/* serve/multipart.h -- multipart/form-data as it arrives, piece by piece (RFC 7578, RFC 2046 section 5.1).
 *
 * Total over any bytes and any cut of them into pieces: the same calls, or the same error, however they are cut.  Memory is
 * a fixed structure; a file's bytes pass through and are never gathered.
 *
 *     em_multipart m;
 *     EM_TRY(em_multipart_open(&m, content_type, &sink, err));
 *     while (...) EM_TRY(em_multipart_feed(&m, piece, err));
 *     EM_TRY(em_multipart_end(&m, err));
 */
#ifndef SERVE_MULTIPART_H
#define SERVE_MULTIPART_H

#include "embargo/base.h"

enum { EM_BOUNDARY_MAX = 70, EM_PART_HEAD = 8192, EM_PARTS_MOST = 100 };

typedef struct em_part {
        em_str name;            /* of the field; the browsers' %22, %0D and %0A are resolved (WHATWG HTML 4.10.22.8) */
        em_str file_name;       /* as it was sent: never a path to use; may be empty */
        bool   is_file;         /* it has a filename parameter */
} em_part;

/* Texts live until the call returns.  An error ends the reading and is returned from _feed. */
typedef struct em_multipart_sink {
        em_status (*begin)(void *ctx, const em_part *part, em_error *err);
        em_status (*bytes)(void *ctx, em_str bytes, em_error *err);
        em_status (*end)(void *ctx, em_error *err);
        void *ctx;
} em_multipart_sink;

typedef struct em_multipart {
        const em_multipart_sink *sink;
        char     delimiter[4 + EM_BOUNDARY_MAX];        /* CR LF - - boundary */
        size_t   delimiter_n, matched;
        int      state;
        size_t   parts, head_n;
        char     head[EM_PART_HEAD];
} em_multipart;

/* EM_FORMAT: the type is not multipart/form-data, or has no boundary of 1 to 70 characters of RFC 2046. */
EM_MUST em_status em_multipart_open(em_multipart *m, em_str content_type, const em_multipart_sink *sink, em_error *err);
/* EM_FORMAT: the bytes are no such form; EM_LIMIT: over EM_PARTS_MOST parts, or a part's head over EM_PART_HEAD. */
EM_MUST em_status em_multipart_feed(em_multipart *m, em_str bytes, em_error *err);
/* EM_FORMAT: the closing boundary has not come. */
EM_MUST em_status em_multipart_end(em_multipart *m, em_error *err);

#endif
