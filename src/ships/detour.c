/* Detours: a ship that steams, and yet the way it makes is much shorter than the way it sails.
 */
#include "ships/detect.h"

#include "ships/slab.h"

#include <stdlib.h>

static em_status detour_begin(const em_detecting *with, void **ret_state, em_error *err)
{
        const em_detecting **state = malloc(sizeof(em_detecting *));
        if (!state)
                return em_fail(err, EM_NOMEM, "out of memory for the detours");
        *state = with;
        *ret_state = (void *)state;
        return EM_OK;
}

static em_status detour_hull(void *ctx, const em_hull *hull, em_event_sink *sink, em_error *err)
{
        (void)ctx, (void)hull, (void)sink, (void)err;
        return EM_OK;
}

static em_status detour_end(void *ctx, em_event_sink *sink, em_error *err)
{
        (void)ctx, (void)sink, (void)err;
        return EM_OK;
}

const em_detector em_detect_detour = {
        .name = "detour", .kinds = 1u << EM_EVENT_DETOUR,
        .begin = detour_begin, .hull = detour_hull, .end = detour_end, .close = free,
};
