/* Routes of the pages for findings. */
#include "serve/desk.h"

const em_route em_routes_findings[] = {{0}};
