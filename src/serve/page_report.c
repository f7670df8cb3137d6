/* Routes of the pages for report. */
#include "serve/desk.h"

const em_route em_routes_report[] = {{0}};
