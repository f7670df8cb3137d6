/* cli/flow_state.h -- a picture of a flow in the state that somebody folded and opened it into.
 *
 * --fold ID,... takes each box together with all that only its coins reach into one; --open ID,... gives each box a place of its
 * own where it would have been folded for its size.  Both are words of an address, so that a state can be sent on.
 */
#ifndef CLI_FLOW_STATE_H
#define CLI_FLOW_STATE_H

#include "cli/cli.h"
#include "embargo/flow.h"

#define EM_FLOW_STATE_FLAGS                                                                                             \
        {"fold", 0, EM_ARG_TEXT, "ID,...", "with --flow: each of these boxes with all that only its coins reach as one"}, \
        {"open", 0, EM_ARG_TEXT, "ID,...", "with --flow: these boxes are not folded for being small"},                  \
        {"boxes", 0, EM_ARG_COUNT, "N", "with --flow: at most N boxes (default: 60, at most 6000)"},                    \
        {"links", 0, EM_ARG_TEXT, "ADDRESS", "with --flow: each box leads to ADDRESS&fold=...&open=..., the state after it is folded or opened (--json then has the SVG too)"}

/* An id of a box, 12 characters, from what it is: the same for the same thing in any picture. */
em_str em_flow_state_id(char kind, em_str what, em_arena *arena);
/* Any of the flags above is given. */
bool em_flow_state_given(const em_cli *cli);

/* The flow in the state that the flags name, to file, or to stdout when file is "-": an SVG, or with --json what em_flow_json
 * gives.  Nodes have ids.  *ret_boxes: of the input.
 * EM_USAGE: no such box; EM_LIMIT. */
EM_MUST em_status em_flow_state_draw(em_cli *cli, const em_flow *flow, em_str file, em_arena *arena, em_error *err);

#endif
