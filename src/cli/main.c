/* embargo: the program.  Which commands there are, in the order that help and
 * the manual list them; everything else stands with the command itself.
 */
#include "cli/cli.h"

extern const em_command em_cmd_demo, em_cmd_init, em_cmd_help, em_cmd_add, em_cmd_status, em_cmd_log, em_cmd_find,
        em_cmd_claims, em_cmd_why, em_cmd_report, em_cmd_verify, em_cmd_export, em_cmd_fetch, em_cmd_index,
        em_cmd_trace, em_cmd_exposure, em_cmd_cluster, em_cmd_labels, em_cmd_lists, em_cmd_screen,
        em_cmd_ships, em_cmd_serve, em_cmd_account, em_cmd_note;

int main(int argc, char **argv)
{
        static const em_command *const table[] = {
                &em_cmd_demo, &em_cmd_init, &em_cmd_help, &em_cmd_add, &em_cmd_note, &em_cmd_status, &em_cmd_log,
                &em_cmd_find, &em_cmd_claims, &em_cmd_why, &em_cmd_report, &em_cmd_verify, &em_cmd_export,
                &em_cmd_fetch, &em_cmd_index, &em_cmd_trace, &em_cmd_exposure, &em_cmd_cluster,
                &em_cmd_labels, &em_cmd_lists, &em_cmd_screen, &em_cmd_serve,
                &em_cmd_account, &em_cmd_ships,
        };
        return em_cli_main(table, sizeof table / sizeof *table, argc, argv);
}
