/* cli/note_list.h -- notes as rows, for `note list` and `why`. */
#ifndef CLI_NOTE_LIST_H
#define CLI_NOTE_LIST_H

#include "cli/cli.h"
#include "embargo/note.h"

/* What a note says in one line: "grade B (usually reliable): why", "reply of X (said on 2022-03-01): ...". */
em_str em_note_says(em_cli *cli, const em_note *n);
/* Of a note about a finding: the version that stands now, 0 when none is kept any more. */
EM_MUST em_status em_note_version_now(em_cli *cli, em_case *c, const em_note *n, int64_t *ret_version, em_error *err);

#endif
