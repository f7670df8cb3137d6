/* cli/index_moves.h -- `embargo index chain` for account chains: exported files instead of blocks. */
#ifndef CLI_INDEX_MOVES_H
#define CLI_INDEX_MOVES_H

#include "cli/cli.h"

/* Are these files of an account chain?  One file is looked into; several can be nothing else. */
bool em_index_moves_named(const em_parsed *parsed);
/* Builds the index in dir out of all files named; memory 0 is the default. */
EM_MUST em_status em_index_moves_build(em_cli *cli, em_str dir, uint64_t memory, em_error *err);
/* Its checksums and everything a reader rests on; EM_DIFF when they do not hold. */
EM_MUST em_status em_index_moves_verify(em_cli *cli, em_str dir, em_error *err);

#endif
