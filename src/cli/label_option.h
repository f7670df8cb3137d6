/* cli/label_option.h -- labels in a command of one's own.
 *
 *     static const em_flag flags[] = { EM_LABEL_FLAGS, {0} };
 *     em_labels *labels = NULL;
 *     EM_TRY(em_cli_labels(cli, &labels, err));        // NULL when --labels was not given
 */
#ifndef CLI_LABEL_OPTION_H
#define CLI_LABEL_OPTION_H

#include "cli/cli.h"
#include "embargo/label.h"

#define EM_LABEL_FLAGS                                                                                              \
        {"labels", 'l', EM_ARG_FILES, "FILE",                                                                       \
         "whose addresses these may be: CSV, TagPack or wallet list, or a folder of them; may be given again"},     \
        {"stops", 0, EM_ARG_FILE, "FILE", "a CSV category,stop,why: which labels end a trace"}

/* Reads what --labels and --stops name and tells on stderr what of it was refused.  *ret_labels is NULL when there are
 * none; otherwise the caller frees it. */
EM_MUST em_status em_cli_labels(em_cli *cli, em_labels **ret_labels, em_error *err);
/* The same of files and folders already in hand. */
EM_MUST em_status em_cli_labels_of(em_cli *cli, const em_str *path, size_t paths, em_labels **ret_labels, em_error *err);

/* "Exchange A (exchange); source: a tag list; confidence: high; 2024-02-20", safe for a terminal. */
em_str em_cli_label_text(em_cli *cli, const em_label *label);
/* One label as an object, all of it. */
void em_cli_label_json(em_json *j, const em_label *label);

#endif
