/* cli/index_part.h -- the index in words, for `embargo index chain --dump WHAT`. */
#ifndef CLI_INDEX_PART_H
#define CLI_INDEX_PART_H

#include "cli/cli.h"

/* what: head, a section (SECTION:FROM+COUNT), block:HEIGHT, or a transaction's TXID. */
EM_MUST em_status em_index_dump(em_cli *cli, em_str dir, em_str what, em_error *err);

#endif
