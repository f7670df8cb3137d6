/* Routes of the pages for trace. */
#include "serve/desk.h"

const em_route em_routes_trace[] = {{0}};
