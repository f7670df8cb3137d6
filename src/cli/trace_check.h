/* cli/trace_check.h -- the path's evidence against raw blocks; knows neither index nor taint engine. */
#ifndef CLI_TRACE_CHECK_H
#define CLI_TRACE_CHECK_H

#include "cli/cli.h"

/* Tests the file of a path (schema embargo.path.1) with the blocks of a folder alone and prints a
 * line for each hop.  EM_DIFF: something differs. */
EM_MUST em_status em_trace_check(em_cli *cli, em_str file, em_str blocks, em_error *err);

#endif
