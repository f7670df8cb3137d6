/* serve/upload.h -- a form with files, streamed into the case's inbox while it arrives.
 *
 * CASE/inbox/ID/ is one file that has been uploaded and not yet taken into custody: `name` (what the browser called it, for showing
 * only), `arriving` while it comes, `file` once it is whole and on the disk.  ID is 16 hex digits of ours; nothing that was
 * sent becomes part of a path.  Modes are 0700 and 0600.  A kill leaves `arriving`, which /add lists.
 */
#ifndef SERVE_UPLOAD_H
#define SERVE_UPLOAD_H

#include "serve/multipart.h"
#include "serve/service.h"

enum { EM_UPLOAD_ID = 17, EM_UPLOAD_FIELDS = 64, EM_UPLOAD_VALUE = 65536, EM_UPLOAD_FILES = 20 };

typedef struct em_upload em_upload;

/* token: what the field `form` must hold before the first file comes; empty: no proof is needed.  most: bytes of all files.
 * EM_FORMAT: as em_multipart_open. */
EM_MUST em_status em_upload_open(em_str case_dir, em_str content_type, em_str token, uint64_t most,
                                 em_upload **ret_upload, em_error *err);
/* The next bytes of the body.  After an error the upload takes in silence and keeps nothing more. */
void em_upload_feed(em_upload *upload, em_str bytes);
/* Something went wrong: no more is needed of the body. */
bool em_upload_failed(const em_upload *upload);
/* All has come: the fields, and the ids of the files.  What went wrong on the way is told here, and then nothing of this upload is left.
 * EM_DENIED: no token, or not the right one, before the first file; EM_LIMIT; EM_FORMAT; EM_IO. */
EM_MUST em_status em_upload_end(em_upload *upload, em_form *ret_form, const char (**ret_ids)[EM_UPLOAD_ID], size_t *ret_count,
                                em_error *err);
/* What was not ended is taken away. */
em_upload *em_upload_close(em_upload *upload);

/* ---- the inbox ------------------------------------------------------------------------- */

typedef struct em_inbox_file {
        char     id[EM_UPLOAD_ID];
        em_str   name;
        uint64_t bytes;
        int64_t  when_s;        /* of its last byte */
        bool     whole;
} em_inbox_file;
bool em_inbox_id_ok(em_str id);
/* Newest first. */
EM_MUST em_status em_inbox_list(em_str case_dir, em_arena *arena, em_inbox_file **ret_list, size_t *ret_count, em_error *err);
/* EM_MISSING.  *ret_path is CASE/inbox/ID/file. */
EM_MUST em_status em_inbox_find(em_str case_dir, em_str id, em_arena *arena, em_inbox_file *ret_file, em_str *ret_path, em_error *err);
void em_inbox_remove(em_str case_dir, em_str id);

#endif
