/* cli/look_bytes.h -- the bytes behind a place that an index names: out of a folder of raw files, or out of the case's own sources.
 *
 * An index knows in which file, at which byte a transaction or a transfer stands; the file itself may lie in a folder that
 * the user names, or in the case's custody under the same name.  What is found there is given only when it is what was asked
 * for: a transaction by its hash, a row of a table by naming the transaction.
 *
 *     em_look look;
 *     em_look_open(cli, &look);               // never fails: a case that is not there holds nothing
 *     if (em_look_find(&look, &place, judge, ctx, &bytes)) ...
 *     em_look_close(&look);
 */
#ifndef CLI_LOOK_BYTES_H
#define CLI_LOOK_BYTES_H

#include "cli/cli.h"
#include "embargo/case.h"

typedef struct em_look {
        em_cli    *cli;
        em_str     folder;              /* --blocks; empty: none */
        em_case   *c;                   /* NULL: there is no case here */
        em_source *source; size_t sources;
} em_look;

typedef struct em_look_place { em_str file; uint64_t offset, length; } em_look_place;
typedef struct em_look_bytes { em_str bytes, source; } em_look_bytes;  /* source: its first eight digits; empty: of the folder */
/* Are these bytes what was asked for? */
typedef bool (*em_look_judge)(void *ctx, em_str bytes);

void em_look_open(em_cli *cli, em_look *ret);
void em_look_close(em_look *look);

/* From the folder when one was named, else from the case.  No bytes and EM_OK: the case does not hold that file, or withholds it.
 *
 * EM_DIFF     the folder's file has other bytes at that place
 * EM_MISSING  the folder has no such file
 * EM_FORMAT   its key of obfuscation is not of eight bytes */
EM_MUST em_status em_look_find(em_look *look, const em_look_place *place, em_look_judge judge, void *ctx, em_look_bytes *ret, em_error *err);
/* The bytes as hex, in the run's arena. */
em_str em_look_hex(em_cli *cli, em_str bytes);

/* look_fields.c: a member "fields", a list of what each part of a transaction's bytes is: {"at", "length", "is", "text"}, in order
 * and without a gap.  bytes: a whole transaction.  After 4,000 the last is "the rest". */
void em_look_fields(em_cli *cli, em_json *j, em_str bytes);

#endif
