/* cli/add_preview.h -- embargo add --preview: what adding a file would make of it. */
#ifndef CLI_ADD_PREVIEW_H
#define CLI_ADD_PREVIEW_H

#include "cli/cli.h"

EM_MUST em_status em_add_preview(em_cli *cli, const em_custody *custody, em_error *err);

#endif
